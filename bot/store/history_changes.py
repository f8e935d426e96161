"""Each change of a history twice: as SQL, and on turns in memory while the database is away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Protocol

from sqlalchemy import and_, case, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.conversation.history import edited, with_turn, without, without_author
from bot.store.tables import turns as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.utterance import Turn

    Turns = tuple[Turn, ...]


class HistoryChange(Protocol):
    """A change that can also be made on the turns of one channel."""

    must_happen: ClassVar[bool]

    async def execute(self, connection: AsyncConnection) -> int:
        """Make the change within a transaction; return how many turns it touched."""
        ...

    def apply(self, channel_id: int, turns: Turns) -> Turns:
        """Return what becomes of a channel's ``turns``."""
        ...


@dataclass(frozen=True, slots=True)
class Append:
    """Keep a turn as its channel's newest, or in the place of one of the same message."""

    must_happen: ClassVar[bool] = False
    turn: Turn

    async def execute(self, connection: AsyncConnection) -> int:
        """Insert the turn, or write over the one of the same message, in one statement."""
        said = self.turn.utterance
        row = {
            "channel_id": said.place.channel_id,
            "message_id": said.message_id,
            "author_id": said.author_id,
            "guild_id": said.place.guild_id,
            "parent_id": said.place.parent_id,
            "said_at": said.said_at,
            "text": said.text,
            "reply": self.turn.reply,
            **_reply_columns(self.turn.reply_ids),
        }
        insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
        await connection.execute(
            insert(t)
            .values(row)
            .on_conflict_do_update(index_elements=["channel_id", "message_id"], set_=row)
        )
        return 1

    def apply(self, channel_id: int, turns: Turns) -> Turns:
        """Put the turn last, or in its earlier place."""
        if channel_id != self.turn.utterance.place.channel_id:
            return turns
        return with_turn(turns, self.turn)


@dataclass(frozen=True, slots=True)
class Sent:
    """Note which messages carry a reply."""

    must_happen: ClassVar[bool] = False
    channel_id: int
    message_id: int
    reply_ids: tuple[int, ...]

    async def execute(self, connection: AsyncConnection) -> int:
        """Replace the ids of the reply."""
        noted = await connection.execute(
            update(t)
            .where(t.c.channel_id == self.channel_id, t.c.message_id == self.message_id)
            .values(_reply_columns(self.reply_ids))
        )
        return noted.rowcount

    def apply(self, channel_id: int, turns: Turns) -> Turns:
        """Note the ids on the turn."""
        if channel_id != self.channel_id:
            return turns
        return tuple(
            replace(turn, reply_ids=self.reply_ids)
            if turn.utterance.message_id == self.message_id
            else turn
            for turn in turns
        )


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace an utterance's words; the reply to the old ones goes."""

    must_happen: ClassVar[bool] = True
    channel_id: int
    message_id: int
    text: str

    async def execute(self, connection: AsyncConnection) -> int:
        """Write the new words, or with none of them forget the turn."""
        here = (t.c.channel_id == self.channel_id, t.c.message_id == self.message_id)
        if not self.text:
            return await _delete(connection, and_(*here))
        is_new = t.c.text != self.text
        found = await connection.execute(
            update(t)
            .where(*here)
            .values(
                text=self.text,
                reply=case((is_new, None), else_=t.c.reply),
                reply_id=case((is_new, None), else_=t.c.reply_id),
                more_reply_ids=case((is_new, None), else_=t.c.more_reply_ids),
            )
        )
        return found.rowcount

    def apply(self, channel_id: int, turns: Turns) -> Turns:
        """Replace the words in the turns."""
        if channel_id != self.channel_id:
            return turns
        return edited(turns, self.message_id, self.text)


@dataclass(frozen=True, slots=True)
class ForgetMessages:
    """Forget utterances with their replies, and replies by themselves."""

    must_happen: ClassVar[bool] = True
    channel_id: int
    message_ids: frozenset[int]

    async def execute(self, connection: AsyncConnection) -> int:
        """Delete the utterances, then blank the replies."""
        here = t.c.channel_id == self.channel_id
        gone = await _delete(connection, and_(here, t.c.message_id.in_(self.message_ids)))
        long_replies = await connection.execute(
            select(t.c.id, t.c.more_reply_ids).where(here, t.c.more_reply_ids.is_not(None))
        )
        turn_ids = [
            row.id
            for row in long_replies
            if not self.message_ids.isdisjoint(map(int, row.more_reply_ids.split()))
        ]
        blanked = await connection.execute(
            update(t)
            .where(here, or_(t.c.reply_id.in_(self.message_ids), t.c.id.in_(turn_ids)))
            .values(reply=None, **_reply_columns(()))
        )
        return gone + blanked.rowcount

    def apply(self, channel_id: int, turns: Turns) -> Turns:
        """Take the messages out of the turns."""
        return without(turns, self.message_ids) if channel_id == self.channel_id else turns


@dataclass(frozen=True, slots=True)
class ForgetChannel:
    """Forget a channel and the threads that hang in it."""

    must_happen: ClassVar[bool] = True
    channel_id: int

    async def execute(self, connection: AsyncConnection) -> int:
        """Delete its turns."""
        here = or_(t.c.channel_id == self.channel_id, t.c.parent_id == self.channel_id)
        return await _delete(connection, here)

    def apply(self, channel_id: int, turns: Turns) -> Turns:
        """Drop all turns of the channel or of its thread."""
        if channel_id == self.channel_id:
            return ()
        return tuple(u for u in turns if u.utterance.place.parent_id != self.channel_id)


@dataclass(frozen=True, slots=True)
class ForgetGuild:
    """Forget every conversation of a guild."""

    must_happen: ClassVar[bool] = True
    guild_id: int

    async def execute(self, connection: AsyncConnection) -> int:
        """Delete its turns."""
        return await _delete(connection, t.c.guild_id == self.guild_id)

    def apply(self, channel_id: int, turns: Turns) -> Turns:  # noqa: ARG002  # the protocol's
        """Drop the guild's turns."""
        return tuple(u for u in turns if u.utterance.place.guild_id != self.guild_id)


@dataclass(frozen=True, slots=True)
class ForgetAuthor:
    """Forget what one person said everywhere, and the replies to it."""

    must_happen: ClassVar[bool] = True
    author_id: int

    async def execute(self, connection: AsyncConnection) -> int:
        """Delete the person's turns."""
        return await _delete(connection, t.c.author_id == self.author_id)

    def apply(self, channel_id: int, turns: Turns) -> Turns:  # noqa: ARG002  # the protocol's
        """Drop the person's turns."""
        return without_author(turns, self.author_id)


async def _delete(connection: AsyncConnection, condition: ColumnElement[bool]) -> int:
    return (await connection.execute(delete(t).where(condition))).rowcount


def _reply_columns(reply_ids: tuple[int, ...]) -> dict[str, object]:
    return {
        "reply_id": reply_ids[0] if reply_ids else None,
        "more_reply_ids": " ".join(map(str, reply_ids[1:])) or None,
    }
