"""/safety: what a guild's admins decide about words, and what was decided lately."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.errors import ListEntryInvalid
from bot.safety.desk import Admin, SafetyDesk
from bot.safety.entries import LEVELS, LONGEST_ENTRY, Category
from bot.safety.verdict import Action, Side
from cogs._admin import administers, for_admins
from cogs._delivery import Courier
from cogs._private import privately
from cogs._safety_text import (
    described_changes,
    described_decisions,
    described_import,
    described_rules,
    described_verdict,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.client import ConfabClient

LARGEST_FILE = 512 * 1024
CATEGORIES = [
    app_commands.Choice(name=one.value.replace("_", " "), value=one.value) for one in Category
]
DEFAULT = "default"
LEVEL_CHOICES = [
    app_commands.Choice(name=DEFAULT, value=DEFAULT),
    *(app_commands.Choice(name=one.value.replace("_", " "), value=one.value) for one in LEVELS),
]
EntryText = app_commands.Range[str, 1, LONGEST_ENTRY]
TOO_LARGE = "That file is too large; half a megabyte is the most."
NO_TEXT = "That file is no text in UTF-8."


@for_admins(in_direct_messages=False)
class SafetyCog(
    commands.GroupCog, group_name="safety", group_description="Which words I keep away from."
):
    """Changes a guild's word lists and shows what they do."""

    def __init__(self, *, desk: SafetyDesk, courier: Courier) -> None:
        self._desk = desk
        self._courier = courier

    @override
    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        return await administers(interaction)

    @app_commands.command()
    @app_commands.describe(entry="A word, =exact word, word*, *word* or a phrase.")
    async def add(self, interaction: discord.Interaction, entry: EntryText) -> None:
        """Add a word or phrase to this server's list."""

        async def change(admin: Admin) -> str:
            return f"{shown(await self._desk.add(admin, entry))} counts here now."

        await self._answer(interaction, change)

    @app_commands.command()
    @app_commands.describe(entry="An entry of this server or one that came with me.")
    async def remove(self, interaction: discord.Interaction, entry: EntryText) -> None:
        """Remove a word or phrase, also one that came with me."""

        async def change(admin: Admin) -> str:
            if await self._desk.remove(admin, entry):
                return f"{shown(entry)} does not count here any more."
            return f"{shown(entry)} is on no list here; try `/safety test` to see what matched."

        await self._answer(interaction, change)

    @app_commands.command(name="list")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show this server's own words, exceptions and levels."""

        async def read(admin: Admin) -> str:
            return described_rules(await self._desk.rules(admin.guild_id))

        await self._answer(interaction, read)

    @app_commands.command(name="import")
    @app_commands.describe(file="A text file, one entry a line; ! before an exception.")
    async def take_in(self, interaction: discord.Interaction, file: discord.Attachment) -> None:
        """Add a file of words to this server's list."""

        async def change(admin: Admin) -> str:
            if file.size > LARGEST_FILE:
                return TOO_LARGE
            try:
                lines = (await file.read()).decode("utf-8").splitlines()
            except UnicodeDecodeError:
                return NO_TEXT
            return described_import(await self._desk.take_in(admin, lines))

        await self._answer(interaction, change)

    @app_commands.command()
    async def export(self, interaction: discord.Interaction) -> None:
        """Get this server's words and exceptions as a file."""
        admin = _admin(interaction)
        async with privately(interaction, courier=self._courier) as caller:
            content = await self._desk.export(admin.guild_id)
            await caller.hand_over("words.txt", BytesIO(content.encode()))

    @app_commands.command(name="except")
    @app_commands.describe(
        entry="What is innocent although a word on the list is in it.",
        forget="Take the exception away again.",
    )
    async def excuse(
        self, interaction: discord.Interaction, entry: EntryText, *, forget: bool = False
    ) -> None:
        """Make an exception, such as a name that I take for something else."""

        async def change(admin: Admin) -> str:
            text = await self._desk.excuse(admin, entry, is_excused=not forget)
            return f"{shown(text)} is {'no longer ' if forget else ''}an exception here."

        await self._answer(interaction, change)

    @app_commands.command()
    @app_commands.describe(category="Which words.", level="What I do when somebody says them.")
    @app_commands.choices(category=CATEGORIES, level=LEVEL_CHOICES)
    async def level(
        self,
        interaction: discord.Interaction,
        category: app_commands.Choice[str],
        level: app_commands.Choice[str],
    ) -> None:
        """Choose what a category of words leads to in this server."""

        async def change(admin: Admin) -> str:
            action = None if level.value == DEFAULT else Action(level.value)
            await self._desk.weigh(admin, Category(category.value), action)
            return f"**{category.name}** now leads to: {level.name}."

        await self._answer(interaction, change)

    @app_commands.command()
    @app_commands.describe(text="A sentence to judge.", as_mine="Judge it as if I said it.")
    async def test(
        self,
        interaction: discord.Interaction,
        text: app_commands.Range[str, 1, 1000],
        *,
        as_mine: bool = False,
    ) -> None:
        """See what I would make of a sentence, and why."""

        async def read(admin: Admin) -> str:
            side = Side.REPLY if as_mine else Side.UTTERANCE
            return described_verdict(text, await self._desk.test(admin.guild_id, text, side))

        await self._answer(interaction, read)

    @app_commands.command()
    async def decisions(self, interaction: discord.Interaction) -> None:
        """Show what I did lately in this server, by ids and without any text."""

        async def read(admin: Admin) -> str:
            return described_decisions(self._desk.decisions(admin.guild_id))

        await self._answer(interaction, read)

    @app_commands.command()
    async def changes(self, interaction: discord.Interaction) -> None:
        """Show who changed this server's words lately."""

        async def read(admin: Admin) -> str:
            return described_changes(await self._desk.changes(admin.guild_id))

        await self._answer(interaction, read)

    async def _answer(
        self, interaction: discord.Interaction, act: Callable[[Admin], Awaitable[str]]
    ) -> None:
        admin = _admin(interaction)
        async with privately(interaction, courier=self._courier) as caller:
            try:
                text = await act(admin)
            except ListEntryInvalid as error:
                text = f"I can't use that: {error}."
            await caller.say(text)


def _admin(interaction: discord.Interaction) -> Admin:
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    return Admin(interaction.guild_id, interaction.user.id)


async def setup(bot: ConfabClient) -> None:
    """Add the cog to ``bot``."""
    await bot.add_cog(SafetyCog(desk=bot.services.safety_desk, courier=Courier()))
