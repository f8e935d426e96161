"""Conversations, options, personas, opt-outs and command hashes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "turns",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("parent_id", sa.BigInteger),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("reply", sa.Text),
        sa.Column("reply_id", sa.BigInteger),
        sa.Column("more_reply_ids", sa.Text),
        sa.UniqueConstraint("channel_id", "message_id", name="uq_turns_message"),
    )
    op.create_index("ix_turns_channel", "turns", ["channel_id", "id"])
    op.create_index("ix_turns_reply", "turns", ["channel_id", "reply_id"])
    op.create_index("ix_turns_author", "turns", ["author_id"])
    op.create_index("ix_turns_guild", "turns", ["guild_id"])
    op.create_index("ix_turns_parent", "turns", ["parent_id"])
    op.create_index("ix_turns_said_at", "turns", ["said_at"])
    _create_choices()


def _create_choices() -> None:
    op.create_table(
        "guild_options",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("options", sa.Text, nullable=False),
    )
    op.create_table(
        "persona_choices",
        sa.Column("place_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "opted_out",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "tree_hashes",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("hash", sa.Text, nullable=False),
    )
