"""A model answering many prompts, as the evaluation needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from bot.conversation.prompt import compose
from training.vocabulary import PAD_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import BlenderbotForConditionalGeneration

    from bot.conversation.prompt import Prompt, TokenCodec


class Speaker:
    """Answers prompts with the model's own decoding defaults, the same words every time."""

    def __init__(
        self,
        model: BlenderbotForConditionalGeneration,
        codec: TokenCodec,
        *,
        batch: int = 16,
        decoding: dict[str, float] | None = None,
    ) -> None:
        self._model = model
        model.train(mode=False)
        self._codec = codec
        self._batch = batch
        self._decoding = decoding or {}

    def reply(self, prompt: Prompt) -> str:
        """Return the reply to one prompt."""
        return self.replies([prompt])[0]

    def replies(self, prompts: Sequence[Prompt]) -> list[str]:
        """Return a reply for each prompt."""
        positions = self._model.config.max_position_embeddings
        shown = [compose(prompt, self._codec, positions=positions) for prompt in prompts]
        order = sorted(range(len(shown)), key=lambda i: len(shown[i]))
        said: dict[int, str] = {}
        for start in range(0, len(order), self._batch):
            chosen = order[start : start + self._batch]
            texts = self._generate([shown[i] for i in chosen])
            said.update(zip(chosen, texts, strict=True))
        return [said[i] for i in range(len(shown))]

    def _generate(self, rows: list[list[int]]) -> list[str]:
        width = max(map(len, rows))
        pad = self._model.config.pad_token_id or PAD_ID
        ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
        model: Any = self._model  # the overloads of generate() know no plain keywords
        out = model.generate(input_ids=ids, attention_mask=mask, **self._decoding)
        return [self._codec.decode(row) for row in out.tolist()]
