"""/persona: who Confab is in a channel or in a whole guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.conversation.persona import Persona
from bot.ports import Personas
from cogs._admin import administers, for_admins
from cogs._delivery import Courier
from cogs._inbound import place_of_interaction
from cogs._private import privately

if TYPE_CHECKING:
    from bot.client import ConfabClient

MOST_CHOICES = 25  # Discord's limit
Choice = app_commands.Choice[str]


@for_admins()
class PersonaCog(
    commands.GroupCog, group_name="persona", group_description="Who I am in a conversation."
):
    """Shows, sets and clears personas."""

    def __init__(self, *, personas: Personas, courier: Courier) -> None:
        self._personas = personas
        self._courier = courier

    @override
    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        return await administers(interaction)

    @app_commands.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show who I am in this channel, and who else I could be."""
        async with privately(interaction, courier=self._courier) as caller:
            persona = await self._personas.persona_for(place_of_interaction(interaction))
            names = ", ".join(f"`{other.name}`" for other in self._personas.available())
            await caller.say(f"Here I am {described(persona)}\n\nI could be: {names}")

    @app_commands.command(name="set")
    @app_commands.describe(
        name="Who I should be.", everywhere="In the whole server instead of this channel."
    )
    async def choose(
        self, interaction: discord.Interaction, name: str, *, everywhere: bool = False
    ) -> None:
        """Choose who I am in this channel or in the whole server."""
        await self._choose(interaction, name.strip().lower(), everywhere=everywhere)

    @app_commands.command()
    @app_commands.describe(everywhere="In the whole server instead of this channel.")
    async def clear(self, interaction: discord.Interaction, *, everywhere: bool = False) -> None:
        """Let me be who I usually am."""
        await self._choose(interaction, None, everywhere=everywhere)

    @choose.autocomplete("name")
    async def suggest(self, interaction: discord.Interaction, typed: str) -> list[Choice]:  # noqa: ARG002  # discord.py's signature
        """Offer the personas whose name or summary holds what was typed."""
        wanted = typed.strip().lower()
        fitting = [
            persona
            for persona in self._personas.available()
            if wanted in persona.name or wanted in persona.summary.lower()
        ]
        return [_choice(persona) for persona in fitting[:MOST_CHOICES]]

    async def _choose(
        self, interaction: discord.Interaction, name: str | None, *, everywhere: bool
    ) -> None:
        place = place_of_interaction(interaction)
        async with privately(interaction, courier=self._courier) as caller:
            try:
                await self._personas.choose(place, name, everywhere=everywhere)
            except KeyError:
                names = ", ".join(f"`{other.name}`" for other in self._personas.available())
                await caller.say(f"I know nobody of that name. I could be: {names}")
                return
            persona = await self._personas.persona_for(place)
            await caller.say(f"Here I am now {described(persona)}")


def described(persona: Persona) -> str:
    """Return a persona as people read it."""
    summary = f": {persona.summary}" if persona.summary else "."
    lines = "\n".join(f"> {line}" for line in persona.lines)
    return f"**{persona.name}**{summary}" + (f"\n{lines}" if lines else "")


def _choice(persona: Persona) -> Choice:
    label = f"{persona.name}: {persona.summary}" if persona.summary else persona.name
    return Choice(name=label[:100], value=persona.name)


async def setup(bot: ConfabClient) -> None:
    """Add the cog to ``bot``."""
    await bot.add_cog(PersonaCog(personas=bot.services.personas, courier=Courier()))
