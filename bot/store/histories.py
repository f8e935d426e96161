"""Conversations on disk, and in memory for as long as the disk does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.conversation.utterance import Place, Turn, Utterance
from bot.errors import StoreUnavailable
from bot.store.history_changes import (
    Append,
    Edit,
    ForgetAuthor,
    ForgetChannel,
    ForgetGuild,
    ForgetMessages,
    Sent,
)
from bot.store.recent import Recent
from bot.store.tables import turns

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database
    from bot.store.history_changes import HistoryChange
    from bot.store.journal import Journal

_CHANGES = (Append, Sent, Edit, ForgetMessages, ForgetChannel, ForgetGuild, ForgetAuthor)


class SqlHistories:
    """Implements ``ports.Histories``; an outage of the database costs it nothing but its past.

    Args:
        database: Where turns are read.
        journal: Where they are written.
        limit: How many turns of a channel are read.
        cached_channels: How many channels are kept in mind for an outage.
    """

    def __init__(
        self, *, database: Database, journal: Journal, limit: int, cached_channels: int
    ) -> None:
        self._database = database
        self._journal = journal
        self._limit = limit
        self._recent: Recent[int, tuple[Turn, ...]] = Recent(cached_channels)

    @property
    def cached(self) -> int:
        """How many channels are kept in mind."""
        return len(self._recent)

    async def read(self, channel_id: int) -> tuple[Turn, ...]:
        """Return the newest turns of a channel, oldest first."""
        await self._journal.drain()
        waiting = [change for change in self._journal.waiting if isinstance(change, _CHANGES)]

        async def query(connection: AsyncConnection) -> tuple[Turn, ...]:
            return await read_turns(connection, channel_id, self._limit)

        try:
            found = await self._database.read(query)
            self._recent.put(channel_id, found)
        except StoreUnavailable:
            found = self._recent.get(channel_id, ())
        for change in waiting:
            found = change.apply(channel_id, found)
        return found[-self._limit :]

    async def append(self, turn: Turn) -> None:
        """Keep ``turn`` as its channel's newest."""
        await self._write(Append(turn), turn.utterance.place.channel_id)

    async def sent(self, channel_id: int, message_id: int, reply_ids: tuple[int, ...]) -> None:
        """Note which messages carry the reply."""
        await self._write(Sent(channel_id, message_id, reply_ids), channel_id)

    async def edit(self, channel_id: int, message_id: int, text: str) -> bool:
        """Replace an utterance's words."""
        return bool(await self._write(Edit(channel_id, message_id, text), channel_id))

    async def forget_messages(self, channel_id: int, message_ids: Collection[int]) -> None:
        """Forget utterances with their replies, and replies by themselves."""
        await self._write(ForgetMessages(channel_id, frozenset(message_ids)), channel_id)

    async def forget_channel(self, channel_id: int) -> int:
        """Forget a channel and the threads that hang in it."""
        return await self._write(ForgetChannel(channel_id))

    async def forget_guild(self, guild_id: int) -> None:
        """Forget every conversation of a guild."""
        await self._write(ForgetGuild(guild_id))

    async def forget_author(self, author_id: int) -> int:
        """Forget what one person said everywhere, and the replies to it."""
        return await self._write(ForgetAuthor(author_id))

    async def _write(self, change: HistoryChange, channel_id: int | None = None) -> int:
        """Make ``change``; while the database is away, count on what is kept in mind."""
        touched = 0
        known = self._recent.items()
        for channel, before in known:
            if channel_id in (None, channel):
                after = change.apply(channel, before)
                touched += _differences(before, after)
                self._recent.put(channel, after[-self._limit :])
        written = await self._journal.write(change)
        return touched if written is None else written


async def read_turns(connection: AsyncConnection, channel_id: int, limit: int) -> tuple[Turn, ...]:
    """Return the newest ``limit`` turns of a channel, oldest first, in one query."""
    newest = (
        select(turns)
        .where(turns.c.channel_id == channel_id)
        .order_by(turns.c.id.desc())
        .limit(limit)
    )
    rows = (await connection.execute(newest)).all()
    return tuple(turn_of(row) for row in reversed(rows))


def turn_of(row: Row[Any]) -> Turn:
    """Return the turn that a row of ``turns`` holds."""
    reply_ids = () if row.reply_id is None else (row.reply_id,)
    more = tuple(map(int, (row.more_reply_ids or "").split()))
    return Turn(
        utterance=Utterance(
            message_id=row.message_id,
            author_id=row.author_id,
            place=Place(row.channel_id, row.guild_id, row.parent_id),
            text=row.text,
            said_at=row.said_at,
        ),
        reply=row.reply,
        reply_ids=(*reply_ids, *more),
    )


def _differences(before: tuple[Turn, ...], after: tuple[Turn, ...]) -> int:
    return len(set(before) - set(after))
