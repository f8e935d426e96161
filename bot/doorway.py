"""Who may still come in while Confab stops, and when the last one has left."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Doorway:
    """Counts the replies under way; once closed, nobody new is let in."""

    def __init__(self) -> None:
        self._inside = 0
        self._is_open = True
        self._emptied = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether new utterances are taken."""
        return self._is_open

    @property
    def inside(self) -> int:
        """How many are being answered."""
        return self._inside

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Count the caller as being answered."""
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._emptied.set()

    async def close(self, *, within_s: float) -> int:
        """Let nobody new in and wait for those inside; return how many are left after that."""
        self._is_open = False
        if self._inside:
            self._emptied.clear()
            try:
                await asyncio.wait_for(self._emptied.wait(), within_s)
            except TimeoutError:
                return self._inside
        return 0
