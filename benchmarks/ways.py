"""The ways to get a reply out of a BlenderBot that are compared, behind one small face."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NEW_TOKENS = 24
PROMPT_TOKENS = 60


class Way(Protocol):
    """A loaded model."""

    def answer(self, prompts: Sequence[list[int]], beams: int) -> list[float]:
        """Answer all prompts, said at the same moment; return when each reply was there."""
        ...

    def reply(self, prompt: list[int]) -> list[int]:
        """Return the ids of the reply with the checkpoint's own decoding."""
        ...


class Transformers:
    """``generate()`` for one prompt after the other: in float32 this is the tutorials' way."""

    def __init__(self, folder: Path, *, dtype: str) -> None:
        import torch
        from transformers import AutoModelForSeq2SeqLM

        loader: Any = AutoModelForSeq2SeqLM
        self._torch = torch
        self._network = loader.from_pretrained(folder, dtype=getattr(torch, dtype)).eval()

    def answer(self, prompts: Sequence[list[int]], beams: int) -> list[float]:
        """Answer one prompt after the other."""
        begin = time.perf_counter()
        ends = []
        for prompt in prompts:
            self._generate(
                prompt, num_beams=beams, min_length=NEW_TOKENS + 1, max_length=NEW_TOKENS + 1
            )
            ends.append(time.perf_counter() - begin)
        return ends

    def reply(self, prompt: list[int]) -> list[int]:
        """Return ``generate()``'s reply."""
        ids: list[int] = self._generate(prompt)[0, 1:].tolist()
        return ids[: ids.index(2) + 1] if 2 in ids else ids

    def _generate(self, prompt: list[int], **options: int) -> Any:
        with self._torch.inference_mode():
            return self._network.generate(input_ids=self._torch.tensor([prompt]), **options)


class Ours:
    """The fast engine, every prompt in the same steps."""

    def __init__(self, folder: Path, *, threads: int, capacity: int = 8) -> None:
        from bot.generation.checkpoint import open_checkpoint
        from bot.generation.onnx_model import OnnxModel

        self._model = OnnxModel(
            open_checkpoint(folder), overrides={}, threads=threads, capacity=capacity
        )
        self._capacity = capacity

    def answer(self, prompts: Sequence[list[int]], beams: int) -> list[float]:
        """Answer all prompts, at most ``capacity`` at once."""
        params = replace(
            self._model.defaults,
            num_beams=beams,
            min_length=NEW_TOKENS + 1,
            max_length=NEW_TOKENS + 1,
        )
        begin = time.perf_counter()
        waiting, under_way = list(prompts), 0
        ends: list[float] = []
        while len(ends) < len(prompts):
            while waiting and under_way < self._capacity:
                self._model.start_ids(len(waiting), waiting.pop(), params)
                under_way += 1
            for _ in self._model.step():
                under_way -= 1
                ends.append(time.perf_counter() - begin)
        return ends

    def reply(self, prompt: list[int]) -> list[int]:
        """Return the reply of a lone request."""
        return list(self._model.reply(prompt).output_ids)
