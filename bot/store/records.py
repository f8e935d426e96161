"""Everything that is kept of one person, found and erased across all tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.errors import StoreUnavailable
from bot.privacy import Kept
from bot.store.audit_trail import audit_record_of
from bot.store.histories import turn_of
from bot.store.tables import audit_records as a, memory_off, turns

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.consent import SqlConsent
    from bot.store.database import Database
    from bot.store.facts import SqlFacts
    from bot.store.histories import SqlHistories
    from bot.store.journal import Journal
    from bot.store.scrubbing import Scrubber


class SqlRecords:
    """Implements ``privacy.Records``."""

    def __init__(  # one parameter for each place where something is kept
        self,
        *,
        database: Database,
        journal: Journal,
        histories: SqlHistories,
        facts: SqlFacts,
        consent: SqlConsent,
        scrubber: Scrubber,
    ) -> None:
        self._database = database
        self._journal = journal
        self._histories = histories
        self._facts = facts
        self._consent = consent
        self._scrubber = scrubber

    async def of(self, user_id: int) -> Kept:
        """Return everything that is kept of a person."""
        await self._catch_up()

        facts = await self._facts.of_author(user_id)
        is_opted_out = await self._consent.is_opted_out(user_id)

        async def query(connection: AsyncConnection) -> Kept:
            said = select(turns).where(turns.c.author_id == user_id).order_by(turns.c.id)
            off = select(memory_off.c.home_id).where(memory_off.c.author_id == user_id)
            changed = select(a).where(a.c.user_id == user_id).order_by(a.c.id)
            return Kept(
                turns=tuple(map(turn_of, await connection.execute(said))),
                facts=facts,
                is_opted_out=is_opted_out,
                off_in=tuple(await connection.scalars(off.order_by(memory_off.c.home_id))),
                changes=tuple(map(audit_record_of, await connection.execute(changed))),
            )

        return await self._database.read(query)

    async def erase(self, user_id: int) -> tuple[int, int]:
        """Delete it; return how many turns and facts went."""
        await self._catch_up()
        turn_count = await self._histories.forget_author(user_id)
        fact_count = await self._facts.forget_author(user_id)

        async def forget_traces(connection: AsyncConnection) -> None:
            await connection.execute(delete(memory_off).where(memory_off.c.author_id == user_id))
            await connection.execute(delete(a).where(a.c.user_id == user_id))

        await self._database.write(forget_traces)
        await self._catch_up()
        return turn_count, fact_count

    async def scrub(self) -> None:
        """Let nothing that was deleted be left in the files."""
        await self._scrubber.scrub()

    async def _catch_up(self) -> None:
        """Let no change wait, or refuse: what is only promised is not done."""
        if not await self._journal.drain():
            raise StoreUnavailable
