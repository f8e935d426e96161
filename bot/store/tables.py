"""The one description of what is kept, from which every query is built."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from typing_extensions import override

if TYPE_CHECKING:
    from sqlalchemy import Dialect

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """A moment as whole microseconds since 1970, equal in both databases to the last digit."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


# SQLite numbers only an INTEGER key by itself; BIGINT is for PostgreSQL.
Serial = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()

turns = Table(
    "turns",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("channel_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("parent_id", BigInteger),
    Column("said_at", Instant, nullable=False),
    Column("text", Text, nullable=False),
    Column("reply", Text),
    # A reply is one message, save one that is longer than Discord takes at once.
    Column("reply_id", BigInteger),
    Column("more_reply_ids", Text),
    UniqueConstraint("channel_id", "message_id", name="uq_turns_message"),
    Index("ix_turns_channel", "channel_id", "id"),
    Index("ix_turns_reply", "channel_id", "reply_id"),
    Index("ix_turns_author", "author_id"),
    Index("ix_turns_guild", "guild_id"),
    Index("ix_turns_parent", "parent_id"),
    Index("ix_turns_said_at", "said_at"),
)

guild_options = Table(
    "guild_options",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("options", Text, nullable=False),
)

persona_choices = Table(
    "persona_choices",
    metadata,
    Column("place_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger),
    Column("name", Text, nullable=False),
)

guild_personas = Table(
    "guild_personas",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("summary", Text, nullable=False),
    Column("lines", Text, nullable=False),  # a line a line
)

opted_out = Table(
    "opted_out",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("since", Instant, nullable=False),
)

tree_hashes = Table(
    "tree_hashes",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("hash", Text, nullable=False),
)

guild_rules = Table(
    "guild_rules",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("rules", Text, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("author_id", BigInteger, nullable=False),
    Column("home_id", BigInteger, nullable=False),
    Column("owner", Text, nullable=False),  # a word for the full-text index: both ids
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("parent_id", BigInteger),
    Column("told_at", Instant, nullable=False),
    Column("uses", Integer, nullable=False, server_default="0"),
    Column("used_at", Instant),
    Index("ix_facts_owner", "author_id", "home_id", "told_at"),
    Index("ix_facts_message", "message_id"),
    Index("ix_facts_channel", "channel_id"),
    Index("ix_facts_parent", "parent_id"),
    Index("ix_facts_home", "home_id"),
)

memory_off = Table(
    "memory_off",
    metadata,
    Column("author_id", BigInteger, primary_key=True, autoincrement=False),
    Column("home_id", BigInteger, primary_key=True, autoincrement=False),
)

audit_records = Table(
    "audit_records",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("change", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_audit_records_guild", "guild_id", "id"),
)
