"""What a database holds after a bot has died, read beside the bot's own code."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

import asyncpg

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL

REPLIES = "SELECT reply FROM turns WHERE reply IS NOT NULL"
TORN = "SELECT count(*) FROM turns WHERE reply IS NOT NULL AND reply <> 'You said: ' || text"


class Ledger(Protocol):
    """One bot's database."""

    @property
    def settings(self) -> dict[str, str]:
        """Return the settings that make the bot use it."""
        ...

    async def replies(self) -> list[str]:
        """Return every reply in the history."""
        ...

    async def damage(self) -> list[str]:
        """Return what is wrong with the database and with turns that were written by half."""
        ...


class SqliteLedger:
    def __init__(self, folder: Path) -> None:
        self.settings: dict[str, str] = {}
        self._path = folder / "data" / "confab.sqlite3"

    async def replies(self) -> list[str]:
        return [str(row[0]) for row in self._rows(REPLIES)]

    async def damage(self) -> list[str]:
        found = [str(row[0]) for row in self._rows("PRAGMA integrity_check")]
        torn = int(str(self._rows(TORN)[0][0]))
        return [line for line in found if line != "ok"] + ["torn"] * torn

    def _rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self._path, timeout=10)) as connection:
            return list(connection.execute(query))


class PostgresLedger:
    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.settings = {"DATABASE_URL": self._url}

    async def replies(self) -> list[str]:
        return [str(row[0]) for row in await self._rows(REPLIES)]

    async def damage(self) -> list[str]:
        return ["torn"] * int(str((await self._rows(TORN))[0][0]))

    async def _rows(self, query: str) -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(self._url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()
