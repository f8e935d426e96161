"""A model that takes a set time for a reply, so that things can happen in the middle of one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.generation.request import DecodingParams, FinishReason, GenerationResult
from tests.fakes.engine import CARD, echo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.errors import RequestFailed
    from bot.generation.engine import ModelCard
    from bot.generation.request import GenerationRequest

STEP_S = 0.005


class PacedModel:
    """Echoes each prompt ``delay_s`` after it was started, as many at once as there are."""

    capacity = 64

    def __init__(self, *, delay_s: float) -> None:
        self.card: ModelCard = CARD
        self.defaults = DecodingParams()
        self._delay_s = delay_s
        self._due: dict[int, tuple[float, str]] = {}

    def start(self, key: int, request: GenerationRequest) -> None:
        self._due[key] = (time.monotonic() + self._delay_s, echo(request.prompt))

    def step(self) -> Sequence[tuple[int, GenerationResult | RequestFailed]]:
        time.sleep(STEP_S)  # the model's own thread; a real one works here
        now_s = time.monotonic()
        done = [key for key, (due_s, _) in self._due.items() if due_s <= now_s]
        return [(key, _result(self._due.pop(key)[1])) for key in done]

    def cancel(self, key: int) -> None:
        self._due.pop(key, None)

    def close(self) -> None:
        self._due.clear()


def _result(text: str) -> GenerationResult:
    return GenerationResult(
        text=text, finish_reason=FinishReason.EOS, prompt_tokens=1, new_tokens=1
    )
