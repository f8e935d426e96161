"""Deleted words made unreadable in the files too, not only unreachable by queries."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.store.database import Database

# A deletion leaves words behind in the full-text index until its segments are merged, in pages
# that were rearranged, and in the log of writes. VACUUM writes all pages anew.
_SQLITE: Final = (
    "INSERT INTO facts_words(facts_words) VALUES ('optimize')",
    "COMMIT",
    "VACUUM",
    "PRAGMA wal_checkpoint(TRUNCATE)",
)
_POSTGRESQL: Final = ("VACUUM turns", "VACUUM facts")


class Scrubber:
    """Scrubs the database; who asks while it is at it shares the next time.

    Writes wait meanwhile: about a second for each 100 MB.
    """

    def __init__(self, *, database: Database) -> None:
        self._database = database
        self._at_it = asyncio.Lock()
        self._asked = 0
        self._done = 0

    async def scrub(self) -> None:
        """Return when nothing that was deleted before this call can be found in the files.

        On PostgreSQL the space is only freed for use again; its files belong to its owner.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        self._asked += 1
        mine = self._asked
        async with self._at_it:
            if self._done >= mine:
                return
            until = self._asked
            is_sqlite = self._database.dialect == "sqlite"
            await self._database.outside_transaction(*(_SQLITE if is_sqlite else _POSTGRESQL))
            self._done = until
