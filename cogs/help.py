"""/help: how to talk with Confab, and the commands that the caller may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from cogs._delivery import Courier
from cogs._private import privately

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.client import ConfabClient

INTRODUCTION = (
    "Hello! I am a computer program that likes to talk. Mention me, reply to me, write me a "
    "direct message, or use `/chat`. I remember what was said in a channel for a while; delete "
    "or edit your message and I forget or follow."
)


class HelpCog(commands.Cog):
    """Lists the commands as the tree has them, so that the list cannot go stale."""

    def __init__(self, *, tree: app_commands.CommandTree[discord.Client], courier: Courier) -> None:
        self._tree = tree
        self._courier = courier

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def help(self, interaction: discord.Interaction) -> None:
        """Show what I can do and how to talk with me."""
        async with privately(interaction, courier=self._courier) as caller:
            lines = [
                f"`/{command.qualified_name}` {command.description}"
                for command in self._commands()
                if _may_use(interaction, command)
            ]
            await caller.say("\n".join([INTRODUCTION, "", *sorted(lines)]))

    def _commands(self) -> Iterator[app_commands.Command[commands.Cog, ..., None]]:
        for command in self._tree.walk_commands():
            if isinstance(command, app_commands.Command):
                yield command


def _may_use(
    interaction: discord.Interaction, command: app_commands.Command[commands.Cog, ..., None]
) -> bool:
    root = command.root_parent or command
    needed = root.default_permissions
    return interaction.guild_id is None or needed is None or needed <= interaction.permissions


async def setup(bot: ConfabClient) -> None:
    """Add the cog to ``bot``."""
    await bot.add_cog(HelpCog(tree=bot.tree, courier=Courier()))
