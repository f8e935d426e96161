"""Who changed what a guild's safety does, kept through restarts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select

from bot.safety.audit import AuditRecord, Change
from bot.store.tables import audit_records as a

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

MOST: Final = 100  # of one guild


class SqlAuditTrail:
    """Implements ``safety.AuditTrail``."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def record(self, record: AuditRecord) -> None:
        """Keep ``record``; the oldest of the guild's may go for it.

        Raises:
            StoreUnavailable: It cannot be kept now.
        """

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(
                insert(a).values(
                    guild_id=record.guild_id,
                    user_id=record.user_id,
                    change=record.change.value,
                    subject=record.subject,
                    at=record.at,
                )
            )
            here = a.c.guild_id == record.guild_id
            newest = select(a.c.id).where(here).order_by(a.c.id.desc()).limit(MOST)
            await connection.execute(delete(a).where(here, a.c.id.not_in(newest)))

        await self._database.write(change)

    async def recent(self, guild_id: int, most: int) -> list[AuditRecord]:
        """Return the guild's last records, newest first.

        Raises:
            StoreUnavailable: They cannot be read now.
        """

        async def query(connection: AsyncConnection) -> list[AuditRecord]:
            found = select(a).where(a.c.guild_id == guild_id).order_by(a.c.id.desc()).limit(most)
            return list(map(audit_record_of, await connection.execute(found)))

        return await self._database.read(query)


def audit_record_of(row: Row[Any]) -> AuditRecord:
    """Return the record that a row of ``audit_records`` holds."""
    return AuditRecord(row.guild_id, row.user_id, Change(row.change), row.subject, row.at)
