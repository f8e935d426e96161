"""Carries edits, deletions and removals to everything that is kept, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

if TYPE_CHECKING:
    from bot.dialogue import Dialogue
    from cogs._arrivals import Arrivals
    from cogs._inbound import Inbound


class ChangesCog(commands.Cog):
    """Listens to what people change and take back.

    Raw events only: they come for every message, cached or not.
    """

    def __init__(
        self, *, client: discord.Client, dialogue: Dialogue, inbound: Inbound, arrivals: Arrivals
    ) -> None:
        self._client = client
        self._dialogue = dialogue
        self._inbound = inbound
        self._arrivals = arrivals

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Take over the new words."""
        message, me = payload.message, self._client.user
        if me is None or not self._inbound.may_be_known(message, me):
            return
        if not self._arrivals.replace(message):
            await self._dialogue.amend(await self._inbound.utterance(message, me))

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Forget a message, a person's or our own."""
        await self._retract(payload.channel_id, {payload.message_id})

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Forget many messages."""
        await self._retract(payload.channel_id, payload.message_ids)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Forget a channel and its threads."""
        await self._dialogue.leave_channel(channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Forget a thread."""
        await self._dialogue.leave_channel(payload.thread_id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a guild that we were removed from."""
        await self._dialogue.leave_guild(guild.id)

    async def _retract(self, channel_id: int, message_ids: set[int]) -> None:
        self._arrivals.drop(message_ids)
        await self._dialogue.retract(channel_id, message_ids)
