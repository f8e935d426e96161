"""Who has opted out, known even while the database is away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from bot.errors import StoreUnavailable
from bot.store.tables import opted_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database


def now() -> datetime:
    """Return this moment, timezone-aware."""
    return datetime.now(UTC)


class SqlConsent:
    """Implements ``ports.Consent``; ids only, so that all of them fit in memory for an outage."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock
        self._known: set[int] = set()

    async def load(self) -> None:
        """Learn who has opted out so far."""

        async def query(connection: AsyncConnection) -> set[int]:
            return set((await connection.execute(select(opted_out.c.user_id))).scalars())

        self._known = await self._database.read(query)

    async def is_opted_out(self, user_id: int) -> bool:
        """Return whether this person has opted out."""

        async def query(connection: AsyncConnection) -> bool:
            found = select(opted_out.c.user_id).where(opted_out.c.user_id == user_id)
            return (await connection.execute(found)).first() is not None

        try:
            is_out = await self._database.read(query)
        except StoreUnavailable:
            return user_id in self._known
        (self._known.add if is_out else self._known.discard)(user_id)
        return is_out

    async def opt_out(self, user_id: int) -> None:
        """Note that this person's words are neither kept nor used from now on.

        Raises:
            StoreUnavailable: The database does not answer; nothing has changed.
        """

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(delete(opted_out).where(opted_out.c.user_id == user_id))
            await connection.execute(insert(opted_out).values(user_id=user_id, since=self._clock()))

        await self._database.write(change)
        self._known.add(user_id)

    async def opt_in(self, user_id: int) -> None:
        """Let this person's words be kept and used again.

        Raises:
            StoreUnavailable: The database does not answer; nothing has changed.
        """

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(delete(opted_out).where(opted_out.c.user_id == user_id))

        await self._database.write(change)
        self._known.discard(user_id)
