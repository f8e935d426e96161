"""Turns of one channel strictly after each other, turns of different channels never."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.errors import QueueFull

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class TurnOrder:
    """One fair lock per channel, kept only while somebody holds or awaits it.

    Args:
        limit: How many turns of one channel may wait.
    """

    def __init__(self, *, limit: int = 8) -> None:
        self._limit = limit
        self._locks: dict[int, asyncio.Lock] = {}
        self._present: dict[int, int] = {}

    @asynccontextmanager
    async def turn(self, channel_id: int) -> AsyncIterator[None]:
        """Hold the channel's turn.

        Raises:
            QueueFull: Too many turns of this channel wait; raised at once.
        """
        present = self._present.get(channel_id, 0)
        if present > self._limit:
            raise QueueFull(present)
        lock = self._locks.setdefault(channel_id, asyncio.Lock())
        self._present[channel_id] = present + 1
        try:
            async with lock:
                yield
        finally:
            self._present[channel_id] -= 1
            if not self._present[channel_id]:
                del self._present[channel_id], self._locks[channel_id]
