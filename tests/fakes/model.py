"""A model of a few lines: it echoes, takes a set number of steps, and dies when it is told to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from bot.errors import RequestFailed, RequestInvalid
from bot.generation.request import DecodingParams, FinishReason, GenerationResult
from tests.fakes.engine import CARD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.generation.engine import ModelCard
    from bot.generation.request import GenerationRequest


class ScriptedModel:
    """Echoes each prompt after ``steps`` steps; ``may_step`` holds it in the middle."""

    def __init__(self, *, steps: int = 1, capacity: int = 2) -> None:
        self.steps = steps
        self.capacity = capacity
        self.card: ModelCard = CARD
        self.defaults = DecodingParams()
        self.may_step = threading.Event()
        self.may_step.set()
        self.stepping = threading.Event()
        self.dies = False
        self.closed = False
        self.cancelled: list[int] = []
        self.most_at_once = 0
        self.threads: set[int] = set()
        self._left: dict[int, tuple[int, str]] = {}

    def start(self, key: int, request: GenerationRequest) -> None:
        self.threads.add(threading.get_ident())
        text = request.prompt.messages[-1]
        if text == "poison":
            raise RequestInvalid(text)
        self._left[key] = (self.steps, text)
        self.most_at_once = max(self.most_at_once, len(self._left))

    def step(self) -> Sequence[tuple[int, GenerationResult | RequestFailed]]:
        self.stepping.set()
        self.may_step.wait(10)
        if self.dies:
            msg = "the weights are gone"
            raise RuntimeError(msg)
        self._left = {key: (left - 1, text) for key, (left, text) in self._left.items()}
        done = [key for key, (left, _) in self._left.items() if left <= 0]
        return [(key, self._result(self._left.pop(key)[1])) for key in done]

    def cancel(self, key: int) -> None:
        self.cancelled.append(key)
        self._left.pop(key, None)

    def close(self) -> None:
        self.closed = True

    def _result(self, text: str) -> GenerationResult:
        return GenerationResult(
            text=f"echo: {text}", finish_reason=FinishReason.EOS, prompt_tokens=1, new_tokens=1
        )
