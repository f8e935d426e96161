"""The store opened, brought up to date and closed again, with all its repositories."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import exc

from bot.errors import StoreUnavailable, StoreUnusable
from bot.store.audit_trail import SqlAuditTrail
from bot.store.consent import SqlConsent
from bot.store.database import Database
from bot.store.engines import open_engines
from bot.store.facts import SqlFacts
from bot.store.guild_lists import SqlGuildLists
from bot.store.histories import SqlHistories
from bot.store.journal import Journal
from bot.store.migration import migrate
from bot.store.options import SqlOptions
from bot.store.persona_files import NOBODY
from bot.store.personas import SqlPersonas
from bot.store.records import SqlRecords
from bot.store.retention import RetentionSweep
from bot.store.scrubbing import Scrubber
from bot.store.tree_hashes import SqlTreeHashes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from sqlalchemy import URL
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.persona import Persona


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is kept, one repository for each concern."""

    database: Database
    journal: Journal
    histories: SqlHistories
    options: SqlOptions
    personas: SqlPersonas
    consent: SqlConsent
    facts: SqlFacts
    guild_lists: SqlGuildLists
    audit: SqlAuditTrail
    records: SqlRecords
    retention: RetentionSweep
    tree_hashes: SqlTreeHashes


@asynccontextmanager
async def open_store(  # the owner's settings
    url: URL,
    *,
    history_turns: int = 20,
    cached_channels: int = 1000,
    personas: Iterable[Persona] = (NOBODY,),
    persona: str = NOBODY.name,
    retention_days: int = 30,
) -> AsyncIterator[Store]:
    """Open the database at ``url`` (see ``store_url``), migrate it, and close it at the end.

    Raises:
        StoreUnusable: It cannot be opened, is damaged, or a newer Confab wrote it.
        PackageMissing: PostgreSQL is asked for and asyncpg is not installed.
    """
    _make_private(url)
    writer, reader = open_engines(url)
    database = Database(writer=writer, reader=reader)
    try:
        async with writer.begin() as connection:
            await connection.run_sync(migrate)
        store = _composed(
            database,
            history_turns=history_turns,
            cached_channels=cached_channels,
            personas=SqlPersonas(database=database, personas=personas, default=persona),
            retention_days=retention_days,
        )
        await store.consent.load()
        await store.options.load()
    except (exc.DBAPIError, exc.TimeoutError, OSError, StoreUnavailable) as error:
        await database.close()
        raise _unusable(url, error) from error
    except BaseException:
        await database.close()
        raise
    try:
        yield store
    finally:
        await store.journal.drain()
        await database.close()


def _composed(
    database: Database,
    *,
    history_turns: int,
    cached_channels: int,
    personas: SqlPersonas,
    retention_days: int,
) -> Store:
    journal = Journal(database=database)
    options = SqlOptions(database=database)
    consent = SqlConsent(database=database)
    facts = SqlFacts(database=database, journal=journal)
    histories = SqlHistories(
        database=database, journal=journal, limit=history_turns, cached_channels=cached_channels
    )
    return Store(
        database=database,
        journal=journal,
        histories=histories,
        options=options,
        personas=personas,
        consent=consent,
        tree_hashes=SqlTreeHashes(database=database),
        facts=facts,
        guild_lists=SqlGuildLists(database=database),
        audit=SqlAuditTrail(database=database),
        records=SqlRecords(
            database=database,
            journal=journal,
            histories=histories,
            facts=facts,
            consent=consent,
            scrubber=Scrubber(database=database),
        ),
        retention=RetentionSweep(
            database=database, journal=journal, options=options, days=retention_days
        ),
    )


async def find_damage(store: Store) -> str | None:
    """Return what is wrong with the database file, or None; for the doctor and for tests."""
    if store.database.dialect != "sqlite":
        return None

    async def query(connection: AsyncConnection) -> str:
        found = await connection.exec_driver_sql("PRAGMA integrity_check(1)")
        return str(found.scalar())

    answer = await store.database.read(query)
    return None if answer == "ok" else answer


def _make_private(url: URL) -> None:
    """Make SQLite's file and folder, readable by nobody else."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise _unusable(url, error) from error


def _unusable(url: URL, error: Exception) -> StoreUnusable:
    reason = error.orig if isinstance(error, exc.DBAPIError) else error.__cause__ or error
    where = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        cure = "Check the disk and the file's owner, or move the file away to start afresh."
    else:
        cure = "Check DATABASE_URL and that the database server runs."
    return StoreUnusable(f"The database at {where} cannot be opened: {reason}.", cure=cure)
