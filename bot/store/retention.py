"""What is older than its guild wants it kept goes, without anybody asking."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, func, or_, select

from bot.errors import StoreUnavailable
from bot.store.tables import facts, turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database
    from bot.store.journal import Journal
    from bot.store.options import SqlOptions

log = logging.getLogger(__name__)

EVERY_S: Final = 3600.0
BATCH: Final = 2_000  # rows of one transaction, so that no turn waits long for its own


@dataclass(slots=True)
class Swept:
    """What sweeps have done since the start, for metrics.

    Attributes:
        turns: How many turns went.
        facts: How many facts went.
        sweeps: How many sweeps have ended.
        last_at: When the last one did.
    """

    turns: int = 0
    facts: int = 0
    sweeps: int = 0
    last_at: datetime | None = None


def _now() -> datetime:
    return datetime.now(UTC)


class RetentionSweep:
    """Deletes by age: turns since they were said, facts since they were told or used last.

    Args:
        database: Where.
        journal: Is given a chance to catch up as well, so that writing resumes in silence too.
        options: Which guilds have chosen a time of their own.
        days: The owner's choice, for all others.
        clock: This moment, timezone-aware.
        every_s: Seconds between sweeps.
    """

    def __init__(  # two of them are for tests
        self,
        *,
        database: Database,
        journal: Journal,
        options: SqlOptions,
        days: int,
        clock: Callable[[], datetime] = _now,
        every_s: float = EVERY_S,
    ) -> None:
        self._database = database
        self._journal = journal
        self._options = options
        self._days = days
        self._clock = clock
        self._every_s = every_s
        self.swept = Swept()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sweep now and every so often for as long as the ``async with`` lasts."""
        task = asyncio.create_task(self._sweep_for_ever(), name="retention sweep")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def sweep(self) -> None:
        """Delete what is too old.

        Raises:
            StoreUnavailable: The database does not answer; the next sweep will do it.
        """
        if not await self._journal.drain():
            raise StoreUnavailable
        own_days = await self._options.retention_days()
        last_touched = func.coalesce(facts.c.used_at, facts.c.told_at)
        self.swept.turns += await self._sweep(turns, turns.c.guild_id, turns.c.said_at, own_days)
        self.swept.facts += await self._sweep(facts, facts.c.home_id, last_touched, own_days)
        self.swept.sweeps += 1
        self.swept.last_at = self._clock()

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self.sweep()
            except StoreUnavailable:
                log.debug("sweep put off")
            except Exception:
                log.exception("sweep failed")
            await asyncio.sleep(self._every_s)

    async def _sweep(
        self, table: Table, home: ColumnElement[Any], at: ColumnElement[Any], own: Mapping[int, int]
    ) -> int:
        others = or_(home.is_(None), home.not_in(own))
        total = await self._delete_older(table, others, at, self._days)
        for guild_id, days in own.items():
            total += await self._delete_older(table, home == guild_id, at, days)
        return total

    async def _delete_older(
        self, table: Table, where: ColumnElement[bool], at: ColumnElement[Any], days: int
    ) -> int:
        cutoff = self._clock() - timedelta(days=days)
        old = select(table.c.id).where(and_(where, at < cutoff)).limit(BATCH)

        async def change(connection: AsyncConnection) -> int:
            return (await connection.execute(delete(table).where(table.c.id.in_(old)))).rowcount

        total = 0
        while gone := await self._database.write(change):
            total += gone
        return total
