"""The schema brought up to date at every start, or left alone when it is newer than us."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot.errors import StoreUnusable

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 7209_2020  # any number; all Confab processes must use the same


def migrate(connection: Connection, *, to: str = "head") -> None:
    """Bring the schema up to revision ``to`` within the caller's transaction.

    Several processes may start at once on PostgreSQL: the first one migrates, the others wait.

    Raises:
        StoreUnusable: A newer Confab has written this database.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    else:
        connection.execute(text("BEGIN IMMEDIATE"))  # sqlite3 itself begins none before DDL
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in revisions():
        raise StoreUnusable(
            f"The database has schema {current}, which a newer Confab wrote.",
            cure="Install that version again, or point DATABASE_URL or DATA_DIR elsewhere.",
        )
    command.upgrade(config, to)


def revisions() -> tuple[str, ...]:
    """Return every schema revision this program knows, oldest first."""
    scripts = ScriptDirectory(str(_SCRIPTS))
    return tuple(script.revision for script in reversed(list(scripts.walk_revisions())))
