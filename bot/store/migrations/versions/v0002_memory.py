"""Facts with their full-text index, and who has switched memory off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The index takes its words from the table itself and follows it by triggers.
SQLITE_INDEX = (
    """
    CREATE VIRTUAL TABLE facts_words USING fts5(
        owner, text, content='facts', content_rowid='id', tokenize='porter unicode61'
    )
    """,
    """
    CREATE TRIGGER facts_kept AFTER INSERT ON facts BEGIN
        INSERT INTO facts_words(rowid, owner, text) VALUES (new.id, new.owner, new.text);
    END
    """,
    """
    CREATE TRIGGER facts_gone AFTER DELETE ON facts BEGIN
        INSERT INTO facts_words(facts_words, rowid, owner, text)
        VALUES ('delete', old.id, old.owner, old.text);
    END
    """,
)


def upgrade() -> None:
    """Create the tables of long-term memory."""
    op.create_table(
        "facts",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("home_id", sa.BigInteger, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("parent_id", sa.BigInteger),
        sa.Column("told_at", sa.BigInteger, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False, server_default="0"),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_index("ix_facts_owner", "facts", ["author_id", "home_id", "told_at"])
    op.create_index("ix_facts_message", "facts", ["message_id"])
    op.create_index("ix_facts_channel", "facts", ["channel_id"])
    op.create_index("ix_facts_parent", "facts", ["parent_id"])
    op.create_index("ix_facts_home", "facts", ["home_id"])
    op.create_table(
        "memory_off",
        sa.Column("author_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("home_id", sa.BigInteger, primary_key=True, autoincrement=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_INDEX:
            op.execute(statement)
