"""Connections set up so that what is written stays and what is deleted is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import PackageMissing, StoreUnusable

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL
    from sqlalchemy.ext.asyncio import AsyncEngine

SQLITE_FILE: Final = "confab.sqlite3"
LOCK_TIMEOUT_S: Final = 2.0
ANSWER_TIMEOUT_S: Final = 10.0
READERS: Final = 4

# FULL waits for the disk at every commit: a reply that was sent survives a power cut too, for
# about a millisecond a turn. secure_delete overwrites what is deleted with zeros.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-4000",
    "PRAGMA journal_size_limit=4194304",
)


def store_url(database_url: str | None, data_dir: Path) -> URL:
    """Return where the store is: ``database_url``, else a SQLite file in ``data_dir``.

    Raises:
        StoreUnusable: It is neither SQLite nor PostgreSQL.
    """
    if not database_url:
        return make_url(f"sqlite+aiosqlite:///{data_dir / SQLITE_FILE}")
    cure = "DATABASE_URL looks like postgresql://user:password@host/name; empty means SQLite."
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise StoreUnusable("DATABASE_URL is not a database's address.", cure=cure) from None
    match url.get_backend_name():
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+asyncpg")
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case other:
            raise StoreUnusable(f"DATABASE_URL names {other}, which is not supported.", cure=cure)


def open_engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Return the engine for writes and the one for reads; nothing is connected yet.

    Raises:
        PackageMissing: PostgreSQL is asked for and asyncpg is not installed.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite_writer(url), _sqlite_reader(url)
    try:
        engine = create_async_engine(
            url,
            pool_size=READERS + 1,
            hide_parameters=True,
            connect_args={"timeout": ANSWER_TIMEOUT_S, "command_timeout": ANSWER_TIMEOUT_S},
        )
    except ModuleNotFoundError as error:
        raise PackageMissing(
            "DATABASE_URL names PostgreSQL, but asyncpg is not installed.",
            cure='Install it with: pip install "confab[postgres]"',
        ) from error
    return engine, engine


def _sqlite_writer(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_reset_on_return=None,  # every transaction ends by itself; a reset costs a thread hop
        hide_parameters=True,
        connect_args={"timeout": LOCK_TIMEOUT_S, "isolation_level": "IMMEDIATE"},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def _sqlite_reader(url: URL) -> AsyncEngine:
    """Return an engine whose reads cost no BEGIN and ROLLBACK, each a change of thread."""
    engine = create_async_engine(
        url,
        pool_size=READERS,
        max_overflow=0,
        pool_reset_on_return=None,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": LOCK_TIMEOUT_S},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
