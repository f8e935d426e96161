"""Who may change how Confab behaves: hidden from others by Discord, checked again here."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import discord
from discord import app_commands

if TYPE_CHECKING:
    from collections.abc import Callable

Decorated = TypeVar("Decorated")


def for_admins(*, in_direct_messages: bool = True) -> Callable[[Decorated], Decorated]:
    """Mark a command or a group's cog as one for people who manage the guild.

    Args:
        in_direct_messages: Whether it also works in a direct message, which is its person's own.
    """

    def decorate(target: Decorated) -> Decorated:
        target = app_commands.default_permissions(manage_guild=True)(target)
        target = app_commands.allowed_installs(guilds=True, users=False)(target)
        return app_commands.allowed_contexts(guilds=True, dms=in_direct_messages)(target)

    return decorate


async def administers(interaction: discord.Interaction) -> bool:
    """Return True for somebody who may administer here.

    Raises:
        MissingPermissions: They may not; Discord's own hiding can be overridden in a guild.
    """
    if interaction.guild_id is not None and not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return True
