"""/persona: who Confab is in a channel or in a whole guild."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.conversation.persona import (
    MAX_LINE_CHARACTERS,
    MAX_LINES,
    Persona,
    persona_line,
)
from bot.dialogue import Dialogue
from bot.errors import EngineDead, RequestFailed
from bot.outcome import APOLOGIES, OutcomeKind
from bot.ports import Personas
from cogs._admin import administers, for_admins
from cogs._delivery import Courier
from cogs._inbound import Inbound, place_of_interaction
from cogs._private import privately

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.client import ConfabClient

MOST_CHOICES = 25  # Discord's limit
LONGEST_TRIAL = 300
LONGEST_LINES = MAX_LINES * (MAX_LINE_CHARACTERS + 3)
LONGEST_SUMMARY = 80
ONLY_ON_SERVERS = "Personas are written for a server, not for direct messages."
UNKNOWN = "I know nobody of that name. I could be:"
FIRST_WORDS = "Hello! Who are you?"
NO_LINES = "A persona needs at least one sentence, such as: I love tea."
UNSUITABLE = "This server's safety lists do not let that persona speak here."
Choice = app_commands.Choice[str]


@for_admins()
class PersonaCog(
    commands.GroupCog, group_name="persona", group_description="Who I am in a conversation."
):
    """Shows, sets and clears personas."""

    def __init__(
        self, *, personas: Personas, dialogue: Dialogue, inbound: Inbound, courier: Courier
    ) -> None:
        self._personas = personas
        self._dialogue = dialogue
        self._inbound = inbound
        self._courier = courier

    @override
    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        return await administers(interaction)

    @app_commands.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show who I am in this channel, and who else I could be."""
        async with privately(interaction, courier=self._courier) as caller:
            persona = await self._personas.persona_for(place_of_interaction(interaction))
            names = await self._names(interaction)
            await caller.say(f"Here I am {described(persona)}\n\nI could be: {names}")

    @app_commands.command()
    @app_commands.describe(name="Who I would be.", text="What you would say to me.")
    async def preview(
        self,
        interaction: discord.Interaction,
        name: str,
        text: app_commands.Range[str, 1, LONGEST_TRIAL] = FIRST_WORDS,
    ) -> None:
        """Show what a persona would reply, before you choose it."""
        async with privately(interaction, courier=self._courier) as caller:
            persona = await self._named(interaction, name)
            if persona is None:
                await caller.say(f"{UNKNOWN} {await self._names(interaction)}")
                return
            spoken = self._inbound.spoken(interaction, text)
            try:
                reply = await self._dialogue.preview(spoken, persona)
            except (RequestFailed, EngineDead):
                reply = APOLOGIES[OutcomeKind.FAILED]
            await caller.say(UNSUITABLE if reply is None else f"> {spoken.text}\n{reply}")

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

    @app_commands.command()
    @app_commands.describe(
        name="What the persona is called: a-z, 0-9, - and _.",
        lines="Sentences about me in the first person, with | between: I love tea. | I am shy.",
        summary="One sentence for people who choose.",
    )
    async def write(
        self,
        interaction: discord.Interaction,
        name: str,
        lines: app_commands.Range[str, 1, LONGEST_LINES],
        summary: app_commands.Range[str, 0, LONGEST_SUMMARY] = "",
    ) -> None:
        """Write a persona of your server's own, or write it anew."""
        async with privately(interaction, courier=self._courier) as caller:
            if interaction.guild_id is None:
                await caller.say(ONLY_ON_SERVERS)
                return
            try:
                persona = written(name, lines, summary)
                if not await self._dialogue.suits(self._inbound.spoken(interaction, ""), persona):
                    await caller.say(UNSUITABLE)
                    return
                await self._personas.write(interaction.guild_id, persona)
            except ValueError as problem:
                await caller.say(str(problem))
                return
            await caller.say(f"Written: {described(persona)}\n\n`/persona set` lets it speak.")

    @app_commands.command()
    @app_commands.describe(name="A persona that was written here.")
    async def erase(self, interaction: discord.Interaction, name: str) -> None:
        """Erase a persona that was written here."""
        wanted = name.strip().lower()
        async with privately(interaction, courier=self._courier) as caller:
            if interaction.guild_id is None:
                await caller.say(ONLY_ON_SERVERS)
                return
            try:
                await self._personas.erase(interaction.guild_id, wanted)
            except KeyError:
                await caller.say(f"No persona called `{wanted}` was written here.")
                return
            await caller.say(f"Erased: **{wanted}**.")

    @preview.autocomplete("name")
    @choose.autocomplete("name")
    async def suggest(self, interaction: discord.Interaction, typed: str) -> list[Choice]:
        """Offer the personas whose name or summary holds what was typed."""
        return _choices(await self._personas.available(interaction.guild_id), typed)

    @erase.autocomplete("name")
    async def suggest_own(self, interaction: discord.Interaction, typed: str) -> list[Choice]:
        """Offer those that were written here, which alone can be erased."""
        everybodys = set(await self._personas.available(None))
        available = await self._personas.available(interaction.guild_id)
        return _choices((one for one in available if one not in everybodys), typed)

    async def _choose(
        self, interaction: discord.Interaction, name: str | None, *, everywhere: bool
    ) -> None:
        place = place_of_interaction(interaction)
        async with privately(interaction, courier=self._courier) as caller:
            try:
                await self._personas.choose(place, name, everywhere=everywhere)
            except KeyError:
                await caller.say(f"{UNKNOWN} {await self._names(interaction)}")
                return
            persona = await self._personas.persona_for(place)
            await caller.say(f"Here I am now {described(persona)}")

    async def _named(self, interaction: discord.Interaction, name: str) -> Persona | None:
        wanted = name.strip().lower()
        available = await self._personas.available(interaction.guild_id)
        return next((persona for persona in available if persona.name == wanted), None)

    async def _names(self, interaction: discord.Interaction) -> str:
        available = await self._personas.available(interaction.guild_id)
        return ", ".join(f"`{persona.name}`" for persona in available)


def written(name: str, lines: str, summary: str) -> Persona:
    """Return the persona that somebody wrote in a command.

    Raises:
        ValueError: It breaks a bound; the text says which and how to mend it.
    """
    sentences = tuple(filter(None, map(persona_line, lines.split("|"))))
    if not sentences:
        raise ValueError(NO_LINES)
    return Persona(name.strip().lower(), sentences, summary.strip())


def described(persona: Persona) -> str:
    """Return a persona as people read it."""
    summary = f": {persona.summary}" if persona.summary else "."
    lines = "\n".join(f"> {line}" for line in persona.lines)
    return f"**{persona.name}**{summary}" + (f"\n{lines}" if lines else "")


def _choices(personas: Iterable[Persona], typed: str) -> list[Choice]:
    wanted = typed.strip().lower()
    fitting = (one for one in personas if wanted in one.name or wanted in one.summary.lower())
    return [_choice(persona) for persona in islice(fitting, MOST_CHOICES)]


def _choice(persona: Persona) -> Choice:
    label = f"{persona.name}: {persona.summary}" if persona.summary else persona.name
    return Choice(name=label[:100], value=persona.name)


async def setup(bot: ConfabClient) -> None:
    """Add the cog to ``bot``."""
    services = bot.services
    inbound = Inbound(
        options=services.options,
        safety=services.safety,
        reads_content=services.reads_content,
        answers_bots=services.answers_bots,
    )
    cog = PersonaCog(
        personas=services.personas,
        dialogue=services.dialogue,
        inbound=inbound,
        courier=Courier(),
    )
    await bot.add_cog(cog)
