"""What exists on the stand-in Discord: guilds, channels, people and every message, in memory."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

Json = dict[str, Any]

DISCORD_EPOCH_MS = 1_420_070_400_000
FIRST_ID = 1_400_000_000_000_000_000
# React, view, send, embed, attach, read history, use commands, send in threads: Discord's bits.
EVERYONE_MAY = sum(1 << bit for bit in (6, 10, 11, 14, 15, 16, 31, 38))


class ChannelKind(IntEnum):
    TEXT = 0
    DM = 1
    THREAD = 11
    FORUM = 15


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    id: int
    name: str
    kind: ChannelKind = ChannelKind.TEXT
    guild_id: int | None = None
    parent_id: int | None = None
    recipient: Person | None = None


@dataclass(frozen=True, slots=True)
class Guild:
    id: int
    name: str


@dataclass(slots=True)
class Post:
    """A message as Discord keeps it; ``edited`` and ``is_deleted`` change."""

    id: int
    channel: Channel
    author: Person
    content: str
    mentions: tuple[Person, ...] = ()
    reply_to: Post | None = None
    flags: int = 0
    nonce: str | None = None
    extra: Json = field(default_factory=dict)
    is_edited: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """Something the bot said, as it reached the stand-in."""

    message_id: int
    channel_id: int
    content: str
    reply_to: int | None
    pings: tuple[int | str, ...]
    at_s: float
    is_ephemeral: bool = False
    is_interaction: bool = False
    is_edit: bool = False


class World:
    """One application with its bot, and everything round it; ids are Discord's snowflakes.

    Guilds, channels and people are numbered from a fixed start, so that a stand-in that was killed
    comes back with the same ones; what happens later has the time in its id.
    """

    def __init__(self) -> None:
        self._ids = itertools.count(FIRST_ID)
        self._newest_id = 0
        self.bot = Person(next(self._ids), "Confab", is_bot=True)
        self.owner = Person(next(self._ids), "Olga")
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.people: dict[int, Person] = {p.id: p for p in (self.bot, self.owner)}
        self.posts: dict[int, Post] = {}
        self.received: list[Received] = []
        self.typing: list[tuple[int, float]] = []
        self.commands: dict[int | None, list[Json]] = {}

    def next_id(self) -> int:
        """Return a snowflake of this moment, greater than every earlier one."""
        now = (int(time.time() * 1000) - DISCORD_EPOCH_MS) << 22
        self._newest_id = max(now, self._newest_id + 1)
        return self._newest_id

    def add_guild(self, name: str) -> Guild:
        guild = Guild(next(self._ids), name)
        self.guilds[guild.id] = guild
        return guild

    def add_channel(self, guild: Guild, name: str, kind: ChannelKind = ChannelKind.TEXT) -> Channel:
        return self._keep(Channel(next(self._ids), name, kind, guild_id=guild.id))

    def add_thread(self, parent: Channel, name: str) -> Channel:
        return self._keep(
            Channel(
                next(self._ids),
                name,
                ChannelKind.THREAD,
                guild_id=parent.guild_id,
                parent_id=parent.id,
            )
        )

    def add_person(self, name: str, *, is_bot: bool = False) -> Person:
        person = Person(next(self._ids), name, is_bot)
        self.people[person.id] = person
        return person

    def dm_with(self, person: Person) -> Channel:
        """Return the direct channel between the bot and ``person``, opened on first use."""
        for channel in self.channels.values():
            if channel.recipient == person:
                return channel
        return self._keep(Channel(next(self._ids), "", ChannelKind.DM, recipient=person))

    def post(  # the parts of a message
        self,
        channel: Channel,
        author: Person,
        content: str,
        mentions: tuple[Person, ...] = (),
        reply_to: Post | None = None,
        flags: int = 0,
    ) -> Post:
        post = Post(self.next_id(), channel, author, content, mentions, reply_to, flags)
        self.posts[post.id] = post
        return post

    def said_by_nonce(self, channel_id: int, nonce: str | None) -> Post | None:
        """Return what the bot said under ``nonce`` before, as enforce_nonce asks."""
        recent = reversed(list(self.posts.values())[-100:])
        return next(
            (p for p in recent if nonce and p.nonce == nonce and p.channel.id == channel_id), None
        )

    def _keep(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel
