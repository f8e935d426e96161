"""Who may still come in while Confab stops, and when the last one has left."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


LEAVING_S = 1.0  # to put things in order, for those who are sent out


class Doorway:
    """Counts the replies under way; once closed, nobody new is let in."""

    def __init__(self) -> None:
        self._visitors: list[asyncio.Task[object] | None] = []
        self._is_open = True
        self._emptied = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether new utterances are taken."""
        return self._is_open

    @property
    def inside(self) -> int:
        """How many are being answered."""
        return len(self._visitors)

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Count the calling task as being answered."""
        visitor = asyncio.current_task()
        self._visitors.append(visitor)
        try:
            yield
        finally:
            self._visitors.remove(visitor)
            if not self._visitors:
                self._emptied.set()

    async def close(self, *, within_s: float) -> int:
        """Let nobody new in and wait for those inside; cancel those who take longer.

        Return how many were cancelled.
        """
        self._is_open = False
        if not self._visitors:
            return 0
        self._emptied.clear()
        try:
            await asyncio.wait_for(self._emptied.wait(), within_s)
        except TimeoutError:
            left = self.inside
            await self._send_out()
            return left
        return 0

    async def _send_out(self) -> None:
        late = {task for task in self._visitors if task not in (None, asyncio.current_task())}
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=LEAVING_S)
