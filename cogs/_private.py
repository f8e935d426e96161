"""Answers commands so that only the caller sees it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from cogs._outbound import InteractionAudience

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import discord

    from cogs._delivery import Courier


@asynccontextmanager
async def privately(
    interaction: discord.Interaction, *, courier: Courier
) -> AsyncIterator[InteractionAudience]:
    """Defer first, since Discord gives three seconds, then let the caller be told."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    yield InteractionAudience(interaction, courier=courier, is_private=True)
