"""/settings: what a guild's admins decide about Confab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands
from pydantic import ValidationError
from typing_extensions import override

from bot.ports import OptionsRepository
from cogs._admin import administers, for_admins
from cogs._delivery import Courier
from cogs._private import privately
from cogs._rules import Rule, Subject, changed, described, ruled
from config.guild_options import GuildOptions, Length

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.client import ConfabClient

# No category: what holds in a place is looked up by the channel and, for a thread, its parent.
AnyChannel = (
    discord.TextChannel
    | discord.VoiceChannel
    | discord.StageChannel
    | discord.ForumChannel
    | discord.Thread
)
PersonRule = app_commands.Choice[str]
PERSON_RULES = [PersonRule(name=rule, value=rule) for rule in Rule if rule is not Rule.ALWAYS_ON]
CHANNEL_RULES = [PersonRule(name=rule, value=rule) for rule in Rule]
NEEDS_CONTENT = (
    "\n\nI only see messages that mention me until my owner sets `MESSAGE_CONTENT=true`, "
    "so always-on channels do nothing yet."
)
LIST_FULL = "That list is full: it holds 200 at most. Take some out with the rule `none` first."


@for_admins(in_direct_messages=False)
class SettingsCog(
    commands.GroupCog, group_name="settings", group_description="What I may do in this server."
):
    """Shows, changes and resets a guild's options."""

    set_group = app_commands.Group(name="set", description="Change one setting of this server.")

    def __init__(
        self, *, options: OptionsRepository, courier: Courier, reads_content: bool
    ) -> None:
        self._options = options
        self._courier = courier
        self._reads_content = reads_content

    @override
    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        return await administers(interaction)

    @app_commands.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show this server's settings."""
        async with privately(interaction, courier=self._courier) as caller:
            await caller.say(self._describe(await self._options.read(interaction.guild_id)))

    @app_commands.command()
    async def reset(self, interaction: discord.Interaction) -> None:
        """Put every setting of this server back to how it was at first."""
        await self._change(interaction, lambda _: GuildOptions())

    @set_group.command()
    @app_commands.describe(
        channel="Which channel; its threads follow it.", rule="What holds there."
    )
    @app_commands.choices(rule=CHANNEL_RULES)
    async def channel(
        self, interaction: discord.Interaction, channel: AnyChannel, rule: PersonRule
    ) -> None:
        """Choose where I may talk, and where I answer everything."""
        await self._rule(interaction, Subject.CHANNEL, channel.id, rule)

    @set_group.command()
    @app_commands.describe(role="Which role.", rule="What holds for its members.")
    @app_commands.choices(rule=PERSON_RULES)
    async def role(
        self, interaction: discord.Interaction, role: discord.Role, rule: PersonRule
    ) -> None:
        """Choose whom I talk with, by role."""
        await self._rule(interaction, Subject.ROLE, role.id, rule)

    @set_group.command()
    @app_commands.describe(user="Who.", rule="What holds for them.")
    @app_commands.choices(rule=PERSON_RULES)
    async def user(
        self, interaction: discord.Interaction, user: discord.User, rule: PersonRule
    ) -> None:
        """Choose whom I talk with, person by person."""
        await self._rule(interaction, Subject.USER, user.id, rule)

    @set_group.command()
    @app_commands.describe(length="How long my replies are.")
    async def length(self, interaction: discord.Interaction, length: Length) -> None:
        """Choose how long my replies are."""
        await self._change(interaction, lambda options: changed(options, length=length))

    @set_group.command()
    @app_commands.describe(days="After how many days what was said here is forgotten.")
    async def retention(
        self, interaction: discord.Interaction, days: app_commands.Range[int, 1, 365]
    ) -> None:
        """Choose how long I remember what was said in this server."""
        await self._change(interaction, lambda options: changed(options, retention_days=days))

    async def _rule(
        self,
        interaction: discord.Interaction,
        subject: Subject,
        snowflake: int,
        rule: PersonRule,
    ) -> None:
        await self._change(
            interaction, lambda options: ruled(options, subject, snowflake, Rule(rule.value))
        )

    async def _change(
        self, interaction: discord.Interaction, change: Callable[[GuildOptions], GuildOptions]
    ) -> None:
        if interaction.guild_id is None:
            raise app_commands.NoPrivateMessage
        async with privately(interaction, courier=self._courier) as caller:
            try:
                options = change(await self._options.read(interaction.guild_id))
            except ValidationError:
                await caller.say(LIST_FULL)
                return
            await self._options.write(interaction.guild_id, options)
            await caller.say(f"Done.\n\n{self._describe(options)}")

    def _describe(self, options: GuildOptions) -> str:
        is_in_vain = options.always_on_channels and not self._reads_content
        return described(options) + (NEEDS_CONTENT if is_in_vain else "")


async def setup(bot: ConfabClient) -> None:
    """Add the cog to ``bot``."""
    services = bot.services
    await bot.add_cog(
        SettingsCog(
            options=services.options, courier=Courier(), reads_content=services.reads_content
        )
    )
