"""How late an event loop is: the figure that tells whether a bot hears while it thinks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

TICK_S: Final = 0.005


@dataclass(frozen=True, slots=True)
class Lag:
    """How late ticks of 5 ms were, in milliseconds."""

    p50_ms: float
    p99_ms: float
    max_ms: float


class LoopLag:
    """Ticks on the running loop for as long as the ``async with`` lasts.

    Ticks that fall due while the loop is held up are counted too, each with its own lateness:
    a loop that is blocked for a second is late for two hundred ticks, not for one.
    """

    def __init__(self) -> None:
        self._late_s: list[float] = []
        self._ticking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._ticking = asyncio.create_task(self._tick(), name="loop lag")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._ticking is not None:
            await asyncio.sleep(TICK_S)  # whoever held the loop up last is counted as well
            self._ticking.cancel()
            await asyncio.wait({self._ticking})

    @property
    def lag(self) -> Lag:
        """What was measured so far."""
        cuts = quantiles(self._late_s, n=100, method="inclusive")
        return Lag(1000 * cuts[49], 1000 * cuts[98], 1000 * max(self._late_s))

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while True:
            due_s += TICK_S
            wait_s = due_s - loop.time()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            self._late_s.append(max(0.0, loop.time() - due_s))
