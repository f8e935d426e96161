"""Changes that wait for a database that is away, so that writing resumes in the old order."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, Protocol

from bot.errors import StoreUnavailable

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

log = logging.getLogger(__name__)

LIMIT: Final = 10_000


class Change(Protocol):
    """Something to write; making it twice comes to the same."""

    @property
    def must_happen(self) -> bool:
        """Whether it takes words away, which may be late but is never given up."""
        ...

    async def execute(self, connection: AsyncConnection) -> int:
        """Make the change within a transaction; return how many rows it touched."""
        ...


class Journal:
    """Writes changes in order, and keeps them while the database is away.

    Args:
        database: Where they go.
        limit: How many may wait; beyond it the oldest one that only adds words is lost.
    """

    def __init__(self, *, database: Database, limit: int = LIMIT) -> None:
        self._database = database
        self._limit = limit
        self._waiting: list[Change] = []
        self._order = asyncio.Lock()

    @property
    def waiting(self) -> tuple[Change, ...]:
        """The changes that the database has not seen, oldest first."""
        return tuple(self._waiting)

    async def write(self, change: Change) -> int | None:
        """Make ``change`` durable and return what it touched, or None when it has to wait."""
        async with self._order:
            if await self._is_drained():
                try:
                    return await self._database.write(change.execute)
                except StoreUnavailable:
                    pass
            self._keep(change)
            return None

    async def drain(self) -> bool:
        """Write what waits, all or nothing; return whether nothing waits any more."""
        if not self._waiting:
            return True
        async with self._order:
            return await self._is_drained()

    async def _is_drained(self) -> bool:
        changes = self.waiting
        if not changes:
            return True

        async def make_all(connection: AsyncConnection) -> None:
            for change in changes:
                await change.execute(connection)

        try:
            await self._database.write(make_all)
        except StoreUnavailable:
            return False
        self._waiting.clear()
        log.info("store caught up changes=%d", len(changes))
        return True

    def _keep(self, change: Change) -> None:
        self._waiting.append(change)
        if len(self._waiting) <= self._limit:
            return
        lost = next((i for i, c in enumerate(self._waiting) if not c.must_happen), None)
        if lost is not None:
            del self._waiting[lost]
