"""/memory: what Confab knows about the caller here, and their say over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.memory.fact import KeptFact, Owner, to_you
from bot.memory.long_term import LongTermMemory
from bot.outcome import APOLOGIES, OutcomeKind
from bot.privacy import Privacy
from bot.safety.verdict import Passage, SafetyCheck, Side
from cogs._delivery import Courier
from cogs._inbound import place_of_interaction
from cogs._private import privately

if TYPE_CHECKING:
    from bot.client import ConfabClient

Choice = app_commands.Choice[int]
MOST_CHOICES = 25  # Discord's limit
NOTHING = "I know nothing about you here yet."
LATER = "My memory is out of reach right now. I use none of it until I have forgotten that."
EVERYTHING = 0


@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class MemoryCog(
    commands.GroupCog, group_name="memory", group_description="What I know about you here."
):
    """Shows, adds and forgets facts about the caller; never about anybody else."""

    def __init__(
        self, *, memory: LongTermMemory, privacy: Privacy, safety: SafetyCheck, courier: Courier
    ) -> None:
        self._memory = memory
        self._privacy = privacy
        self._safety = safety
        self._courier = courier

    @app_commands.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show what I know about you in this server or conversation."""
        async with privately(interaction, courier=self._courier) as caller:
            known = await self._memory.show(_owner(interaction))
            lines = [f"- {to_you(kept.fact.text)} ({_origin(kept)})" for kept in known.facts]
            if known.is_off:
                lines.append("Memory is off: I learn nothing new. `/memory on` switches it on.")
            await caller.say("\n".join(lines) or NOTHING)

    @app_commands.command()
    @app_commands.describe(fact='About you, such as "I live in Warsaw."')
    async def add(
        self, interaction: discord.Interaction, fact: app_commands.Range[str, 1, 110]
    ) -> None:
        """Tell me something to remember about you."""
        async with privately(interaction, courier=self._courier) as caller:
            if await self._privacy.is_opted_out(interaction.user.id):
                await caller.say(APOLOGIES[OutcomeKind.OPTED_OUT])
                return
            verdict = await self._safety.check(_passage(interaction, fact))
            if not verdict.passes:
                await caller.say("I would rather not remember that.")
                return
            place = place_of_interaction(interaction)
            try:
                kept = await self._memory.add(
                    _owner(interaction), verdict.text, channel_id=place.channel_id
                )
            except ValueError as error:
                await caller.say(str(error))
                return
            said = " and ".join(to_you(one.text) for one in kept)
            await caller.say(f"I will remember: {said}.")

    @app_commands.command()
    @app_commands.describe(fact="Which one; choose from the list.")
    async def forget(self, interaction: discord.Interaction, fact: int) -> None:
        """Let me forget one thing or everything about you here."""
        async with privately(interaction, courier=self._courier) as caller:
            count = await self._memory.forget(_owner(interaction), fact or None)
            if count is None:
                await caller.say(LATER)
                return
            things = "1 fact" if count == 1 else f"{count} facts"
            await caller.say(f"Forgotten: {things}." if count else "I did not know that anyway.")

    @forget.autocomplete("fact")
    async def suggest(self, interaction: discord.Interaction, typed: str) -> list[Choice]:
        """Offer the caller's own facts that hold what was typed."""
        known = await self._memory.show(_owner(interaction))
        wanted = typed.strip().lower()
        choices = [
            Choice(name=to_you(kept.fact.text)[:100], value=kept.fact_id)
            for kept in known.facts
            if wanted in kept.fact.text.lower()
        ]
        return [*choices[: MOST_CHOICES - 1], Choice(name="everything", value=EVERYTHING)]

    @app_commands.command()
    async def off(self, interaction: discord.Interaction) -> None:
        """Learn and recall nothing about you here; what I know stays until you forget it."""
        async with privately(interaction, courier=self._courier) as caller:
            await self._memory.switch(_owner(interaction), off=True)
            await caller.say("Memory is off for you here.")

    @app_commands.command()
    async def on(self, interaction: discord.Interaction) -> None:
        """Learn and recall what you tell me about yourself here."""
        async with privately(interaction, courier=self._courier) as caller:
            await self._memory.switch(_owner(interaction), off=False)
            await caller.say("Memory is on for you here.")


def _owner(interaction: discord.Interaction) -> Owner:
    return Owner.of(interaction.user.id, place_of_interaction(interaction))


def _origin(kept: KeptFact) -> str:
    how = "you told me" if kept.source.message_id else "you added it"
    return f"{how} {discord.utils.format_dt(kept.source.told_at, 'R')}"


def _passage(interaction: discord.Interaction, text: str) -> Passage:
    place = place_of_interaction(interaction)
    return Passage(
        text=text,
        side=Side.UTTERANCE,
        guild_id=place.guild_id,
        channel_id=place.channel_id,
        author_id=interaction.user.id,
    )


async def setup(bot: ConfabClient) -> None:
    """Add the cog to ``bot``."""
    services = bot.services
    await bot.add_cog(
        MemoryCog(
            memory=services.memory,
            privacy=services.privacy,
            safety=services.safety,
            courier=Courier(),
        )
    )
