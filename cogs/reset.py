"""/reset: a fresh start for one conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.dialogue import Dialogue
from cogs._admin import administers, for_admins
from cogs._delivery import Courier
from cogs._inbound import place_of_interaction
from cogs._private import privately

if TYPE_CHECKING:
    from bot.client import ConfabClient


class ResetCog(commands.Cog):
    """Forgets a channel on request."""

    def __init__(self, *, dialogue: Dialogue, courier: Courier) -> None:
        self._dialogue = dialogue
        self._courier = courier

    @app_commands.command()
    @for_admins()
    @app_commands.check(administers)
    async def reset(self, interaction: discord.Interaction) -> None:
        """Let me forget what was said in this channel."""
        async with privately(interaction, courier=self._courier) as caller:
            place = place_of_interaction(interaction)
            count = await self._dialogue.reset(place.channel_id)
            turns = "1 turn" if count == 1 else f"{count} turns"
            await caller.say(f"Forgotten: {turns}. Hello, who are you?")


async def setup(bot: ConfabClient) -> None:
    """Add the cog to ``bot``."""
    await bot.add_cog(ResetCog(dialogue=bot.services.dialogue, courier=Courier()))
