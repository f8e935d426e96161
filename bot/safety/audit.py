"""Who changed what a guild's safety does, kept so that another admin can see it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Change(StrEnum):
    """What was done to a guild's rules."""

    ADDED = "added"
    REMOVED = "removed"
    EXCUSED = "excused"
    IMPORTED = "imported"
    WEIGHED = "weighed"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One change of a guild's rules.

    Attributes:
        guild_id: Whose rules.
        user_id: Who changed them.
        change: What was done.
        subject: The entry, the category, or how many entries.
        at: When, in seconds since 1970.
    """

    guild_id: int
    user_id: int
    change: Change
    subject: str
    at: float


class AuditTrail(Protocol):
    """Keeps what was changed; tests/contracts/test_audit_trails.py says how."""

    async def record(self, record: AuditRecord) -> None:
        """Keep ``record``; the oldest of the guild's may go for it.

        Raises:
            StoreUnavailable: It cannot be kept now.
        """
        ...

    async def recent(self, guild_id: int, most: int) -> list[AuditRecord]:
        """Return the guild's last records, newest first."""
        ...


class InMemoryAuditTrail:
    """An audit trail that lasts as long as the program.

    Args:
        most: How many records of all guilds are kept.
    """

    def __init__(self, *, most: int = 2_000) -> None:
        self._records: deque[AuditRecord] = deque(maxlen=most)

    async def record(self, record: AuditRecord) -> None:
        """Keep ``record``."""
        self._records.append(record)

    async def recent(self, guild_id: int, most: int) -> list[AuditRecord]:
        """Return the guild's last records, newest first."""
        return [one for one in reversed(self._records) if one.guild_id == guild_id][:most]
