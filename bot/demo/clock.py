"""SimCord's clock stands at New Year 2026 until it is moved; a demo shows the time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class WallClock:
    """Stands in for SimCord's clock: the same three members, moved by the real time alone.

    While SimCord runs, ``time.monotonic`` inside the bot is this clock's ``elapsed``. That it
    equals the real one keeps deadlines right that are set inside the bot and watched outside.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._monotonic = monotonic
        self._now = now

    @property
    def elapsed(self) -> float:
        """Seconds on the monotonic clock."""
        return self._monotonic()

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""
        return self._now()

    def advance(self, seconds: float) -> None:
        """Ignore a wish to move on: real time does it."""
