"""A store opens at any earlier schema, and refuses what it could only harm."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from bot.errors import PackageMissing, StoreUnusable
from bot.store.engines import open_engines, store_url
from bot.store.migration import migrate, revisions
from bot.store.open import find_damage, open_store
from bot.store.tables import metadata
from tests.fakes.turns import said, turn

if TYPE_CHECKING:
    from sqlalchemy import Connection


def columns(connection: Connection) -> dict[str, set[tuple[str, bool]]]:
    """Return the columns of every table, with whether they may be empty."""
    inspector = inspect(connection)
    return {
        name: {(column["name"], column["nullable"]) for column in inspector.get_columns(name)}
        for name in inspector.get_table_names()
        if name in metadata.tables
    }


def others_may(folder: Path) -> set[int]:
    """Return what anybody but the owner may do with the files of a folder."""
    return {file.stat().st_mode & 0o077 for file in folder.iterdir()}


async def test_the_migrations_make_what_the_tables_describe(tmp_path: Path) -> None:
    async with open_store(store_url(None, tmp_path)) as store:
        migrated = await store.database.read(lambda c: c.run_sync(columns))
    assert migrated == {
        name: {(column.name, bool(column.nullable)) for column in table.columns}
        for name, table in metadata.tables.items()
    }


async def test_the_migrations_make_the_indices(tmp_path: Path) -> None:
    async with open_store(store_url(None, tmp_path)) as store:
        made = await store.database.read(
            lambda c: c.run_sync(
                lambda sync: {
                    i["name"] for t in metadata.tables for i in inspect(sync).get_indexes(t)
                }
            )
        )
    assert {index.name for table in metadata.tables.values() for index in table.indexes} <= made


@pytest.mark.parametrize("revision", revisions())
async def test_every_earlier_schema_comes_up(tmp_path: Path, revision: str) -> None:
    url = store_url(None, tmp_path)
    writer, _ = open_engines(url)
    async with writer.begin() as connection:
        await connection.run_sync(lambda sync: migrate(sync, to=revision))
        await connection.exec_driver_sql(
            "INSERT INTO turns (channel_id, message_id, author_id, said_at, text)"
            " VALUES (1, 1, 100, 0, 'kept')"
        )
    await writer.dispose()
    async with open_store(url) as store:
        assert [one.utterance.text for one in await store.histories.read(1)] == ["kept"]


async def test_a_newer_schema_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    url = store_url(None, tmp_path)
    async with open_store(url):
        pass
    with sqlite3.connect(str(url.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreUnusable, match="newer Confab"):
        async with open_store(url):
            pass


async def test_turns_survive_a_restart(tmp_path: Path) -> None:
    url = store_url(None, tmp_path / "new" / "folder")
    async with open_store(url) as store:
        await store.histories.append(turn(said(1)))
    async with open_store(url) as store:
        assert await store.histories.read(1) == (turn(said(1)),)
        assert await find_damage(store) is None


async def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    async with open_store(store_url(None, tmp_path)):
        assert others_may(tmp_path) == {0}


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    url = store_url(None, tmp_path)
    (tmp_path / "confab.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreUnusable, match="not a database"):
        async with open_store(url):
            pass


async def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnusable, match="cannot be opened"):
        async with open_store(store_url(None, tmp_path / "file")):
            pass


async def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    url = store_url("postgresql://me:hunter2@127.0.0.1:1/confab", Path())
    with pytest.raises(StoreUnusable) as refusal:
        async with open_store(url):
            pass
    assert "127.0.0.1:1/confab" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_a_database_url_is_sqlite_or_postgresql(tmp_path: Path) -> None:
    assert store_url("postgres://h/d", tmp_path).drivername == "postgresql+asyncpg"
    assert store_url("sqlite:///x.db", tmp_path).drivername == "sqlite+aiosqlite"
    assert store_url("", tmp_path).database == str(tmp_path / "confab.sqlite3")


@pytest.mark.parametrize("url", ["mysql://h/d", "not an address"])
def test_any_other_database_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreUnusable, match="DATABASE_URL"):
        store_url(url, tmp_path)


def test_without_asyncpg_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(PackageMissing, match="pip install"):
        open_engines(make_url("postgresql+asyncpg://h/d"))
