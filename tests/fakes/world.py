"""A simulated Discord with a guild, a channel and two people, and the real client in it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import simcord
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import discord

    from bot.client import ConfabClient
    from tests.fakes.services import Parts


class HeldGate(asyncio.Event):
    """Waits as SimCord allows it: as for something from outside."""

    def __init__(self, env: simcord.Env) -> None:
        super().__init__()
        self._env = env

    @override
    async def wait(self) -> Literal[True]:
        await self._env.external_wait(super().wait(), reason="the model thinks")
        return True


@dataclass
class World:
    parts: Parts
    env: simcord.Env
    client: ConfabClient
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    alice: simcord.MemberActor
    bob: simcord.MemberActor

    @property
    def me(self) -> str:
        """The mention of Confab."""
        assert self.env.bot.user is not None
        return f"<@{self.env.bot.user.id}>"

    def hold(self) -> HeldGate:
        """Let the model think until the gate is opened."""
        gate = HeldGate(self.env)
        self.parts.engine.gate = gate
        return gate

    async def thread(self, parent: simcord.ChannelHandle | None = None) -> simcord.ChannelHandle:
        """Let alice open a thread."""
        parent = parent or self.channel
        self.env.backend.create_thread(parent.id, "talk", self.alice.id)
        await self.env.settle()
        return parent.threads[-1]

    def said(self, channel: simcord.ChannelHandle | None = None) -> list[discord.Message]:
        """Return what Confab said in a channel, oldest first."""
        assert self.env.bot.user is not None
        me = self.env.bot.user.id
        return [m for m in (channel or self.channel).history() if m.author.id == me]

    def requests(self, method: str, ending: str) -> list[simcord.HttpLogEntry]:
        return [
            entry
            for entry in self.env.http_requests
            if entry.method == method and entry.path.endswith(ending)
        ]

    def edits(self) -> list[str]:
        """Return what a command's first answer was changed to, one after the other."""
        bodies = [entry.json for entry in self.requests("PATCH", "/@original")]
        return [body["content"] for body in bodies if isinstance(body, dict)]

    def pings(self) -> list[object]:
        """Return the allowed_mentions of everything that was sent, edited or answered."""
        return [
            entry.json.get("allowed_mentions")
            for entry in self.env.http_requests
            if isinstance(entry.json, dict) and entry.json.get("content")
        ]


@asynccontextmanager
async def open_world(
    parts: Parts,
    *,
    check_errors: bool = True,
) -> AsyncIterator[World]:
    """Connect a client made of ``parts`` to a fresh Discord."""
    client = parts.client()
    async with simcord.run(client, check_errors=check_errors) as env:
        guild = env.create_guild()
        yield World(
            parts=parts,
            env=env,
            client=client,
            guild=guild,
            channel=guild.create_text_channel("general"),
            alice=guild.add_member(env.create_user("alice")),
            bob=guild.add_member(env.create_user("bob")),
        )
