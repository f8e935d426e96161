"""The fast model on a CPU: onnxruntime and numpy, requests joining and leaving at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.conversation.prompt import compose
from bot.errors import RequestInvalid
from bot.generation.architecture import read_architecture
from bot.generation.decoder_batch import DecoderBatch
from bot.generation.decoder_memory import DecoderMemory
from bot.generation.engine import ModelCard
from bot.generation.exported import open_network, read_manifest
from bot.generation.forced_reply import ForcedReply
from bot.generation.request import FinishReason, GenerationResult, check_params, params_of
from bot.generation.search import begin_search
from bot.generation.tokenizer import load_codec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.conversation.prompt import TokenCodec
    from bot.generation.checkpoint import Checkpoint
    from bot.generation.request import DecodingOverrides, DecodingParams, GenerationRequest
    from bot.generation.search import Search

MOST_BEAMS = 64
_ALONE = -1


class OnnxModel:
    """A converted BlenderBot.

    Args:
        checkpoint: The converted model's folder, which is a checkpoint without PyTorch weights.
        overrides: The owner's decoding settings.
        threads: Threads that share one step.
        capacity: How many requests may share a step.

    Raises:
        ModelUnusable: The folder's files cannot be used.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        overrides: DecodingOverrides,
        threads: int,
        capacity: int,
    ) -> None:
        manifest = read_manifest(checkpoint.folder)
        self._shape = read_architecture(checkpoint.config)
        self._network = open_network(checkpoint.folder, manifest, threads=threads)
        self._codec = load_codec(checkpoint.folder)
        self._defaults = checkpoint.decoding(overrides)
        self._capacity = capacity
        self._card = ModelCard(
            name=manifest.name,
            architecture=self._shape.kind,
            engine="onnx",
            device="cpu",
            precision=manifest.precision,
            positions=self._shape.positions,
            parameters=manifest.parameters,
        )
        self._batches: dict[int, DecoderBatch] = {}
        self._prompt_tokens: dict[int, int] = {}

    @property
    def card(self) -> ModelCard:
        """What this model is."""
        return self._card

    @property
    def defaults(self) -> DecodingParams:
        """The checkpoint's decoding parameters with the owner's settings applied."""
        return self._defaults

    @property
    def codec(self) -> TokenCodec:
        """The model's own tokenizer."""
        return self._codec

    @property
    def capacity(self) -> int:
        """How many requests may share a step."""
        return self._capacity

    def start(self, key: int, request: GenerationRequest) -> None:
        """Tokenize and encode ``request``; it takes part in the next step.

        Raises:
            RequestInvalid: Its parameters or its prompt cannot be used.
        """
        params = params_of(request, self._defaults)
        ids = compose(request.prompt, self._codec, positions=self._shape.positions)
        self.start_ids(key, ids, params)

    def start_ids(self, key: int, ids: Sequence[int], params: DecodingParams) -> None:
        """Let an input of ids take part in the next step.

        Raises:
            RequestInvalid: Its parameters or its ids cannot be used.
        """
        self._check(ids, params)
        search = begin_search(
            params=params, source=ids, start_id=self._shape.start_id, eos_id=self._shape.eos_id
        )
        self._join(key, search, ids)

    def step(self) -> Sequence[tuple[int, GenerationResult]]:
        """Move every request on by a token; return those that ended."""
        return [
            (member.key, self._result(member.key, member.search))
            for batch in self._batches.values()
            if len(batch)
            for member in batch.step()
        ]

    def cancel(self, key: int) -> None:
        """Drop a request; unknown keys are ignored."""
        if self._prompt_tokens.pop(key, None) is not None:
            for batch in self._batches.values():
                batch.leave(key)

    def close(self) -> None:
        """Free the weights and the arrays."""
        self._batches.clear()
        self._prompt_tokens.clear()
        del self._network

    def reply(self, ids: Sequence[int], params: DecodingParams | None = None) -> GenerationResult:
        """Return the reply to an input of ids, with nothing else under way."""
        self.start_ids(_ALONE, ids, params or self._defaults)
        return self._finish_alone()

    def log_probabilities(self, ids: Sequence[int], reply: Sequence[int]) -> NDArray[np.float32]:
        """Return the log-probability of each token of ``reply``, with nothing else under way."""
        search = ForcedReply(reply=reply, start_id=self._shape.start_id)
        self._join(_ALONE, search, ids)
        self._finish_alone()
        return search.log_probabilities

    def _finish_alone(self) -> GenerationResult:
        ended: Sequence[tuple[int, GenerationResult]] = ()
        while not ended:
            ended = self.step()
        return ended[0][1]

    def _join(self, key: int, search: Search, ids: Sequence[int]) -> None:
        memory = self._encode(ids)
        self._prompt_tokens[key] = len(ids)
        self._batch(search).join(key, search, memory)

    def _check(self, ids: Sequence[int], params: DecodingParams) -> None:
        check_params(params, positions=self._shape.positions)
        if params.num_beams > MOST_BEAMS:
            raise RequestInvalid(f"Out of bounds: num_beams={params.num_beams}.")
        if params.num_beams > 1 and params.do_sample:
            raise RequestInvalid("Sampling works with num_beams=1 only.")
        if not ids:
            raise RequestInvalid("There is nothing in the prompt.")
        if len(ids) > self._shape.positions:
            raise RequestInvalid(f"{len(ids)} ids are more than {self._shape.positions}.")
        if not 0 <= min(ids) <= max(ids) < self._shape.vocabulary:
            raise RequestInvalid("The prompt has ids outside the vocabulary.")

    def _encode(self, ids: Sequence[int]) -> list[NDArray[np.float32]]:
        """Return the keys and values of every decoder layer's cross-attention."""
        network = self._network
        embedded = network.embeddings.rows(np.array([ids], np.int64))
        positions = network.encoder_positions.rows(np.arange(len(ids))[None])
        inputs = {
            "embedded": embedded * np.float32(self._shape.encoder_scale),
            "positions": positions,
        }
        memory: list[NDArray[np.float32]] = network.encoder.run(None, inputs)
        return memory

    def _batch(self, search: Search) -> DecoderBatch:
        rows = search.rows
        if rows not in self._batches:
            memory = DecoderMemory(architecture=self._shape, network=self._network, rows=rows)
            self._batches[rows] = DecoderBatch(memory=memory, rows=rows)
        return self._batches[rows]

    def _result(self, key: int, search: Search) -> GenerationResult:
        ids, score = search.found()
        output = tuple(ids[1:])
        ended = bool(output) and output[-1] == self._shape.eos_id
        return GenerationResult(
            text=self._codec.decode(output),
            finish_reason=FinishReason.EOS if ended else FinishReason.LENGTH,
            prompt_tokens=self._prompt_tokens.pop(key),
            new_tokens=len(output),
            score=score,
            output_ids=output,
        )
