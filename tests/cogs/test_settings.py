"""Admins decide what Confab may do in their guild."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import create_autospec

import discord
import pytest

from bot.errors import StoreUnavailable
from cogs._delivery import Courier
from cogs._errors import SENTENCES
from cogs._rules import Rule, Subject, ruled
from cogs.settings import LIST_FULL, NEEDS_CONTENT, SettingsCog
from config.guild_options import GuildOptions
from tests.fakes.keeping import MemoryOptions
from tests.fakes.services import Parts
from tests.fakes.world import World, open_world

if TYPE_CHECKING:
    import simcord


def admin(world: World) -> simcord.MemberActor:
    role = world.guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
    return world.guild.add_member(world.env.create_user("ann"), roles=[role])


async def run(world: World, name: str, **options: object) -> str:
    answer = await admin(world).slash(world.channel, name, **options)
    assert answer.response is not None
    assert answer.response.ephemeral
    return answer.response.content


async def test_settings_begin_open() -> None:
    async with open_world(Parts()) as world:
        text = await run(world, "settings show")
        assert text.startswith("I talk with everybody")
        assert "**Replies:** usual" in text


async def test_a_denied_channel_is_kept_and_shown() -> None:
    async with open_world(Parts()) as world:
        text = await run(world, "settings set channel", channel=world.channel, rule="deny")
        assert world.channel.mention in text
        options = await world.parts.options.read(world.guild.id)
        assert options.denied_channels == (world.channel.id,)


def test_a_category_where_no_rule_would_hold_is_not_offered() -> None:
    command = SettingsCog.set_group.get_command("channel")
    assert isinstance(command, discord.app_commands.Command)
    channel = command.get_parameter("channel")
    assert channel is not None
    assert discord.ChannelType.category not in channel.channel_types
    assert {discord.ChannelType.forum, discord.ChannelType.voice} < set(channel.channel_types)


async def test_a_role_and_a_person_can_be_allowed() -> None:
    async with open_world(Parts()) as world:
        role = world.guild.create_role("talkers")
        await run(world, "settings set role", role=role, rule="allow")
        text = await run(world, "settings set user", user=world.bob, rule="allow")
        options = await world.parts.options.read(world.guild.id)
        assert options.allowed_roles == (role.id,)
        assert options.allowed_users == (world.bob.id,)
        assert role.mention in text


async def test_length_and_retention_are_set() -> None:
    async with open_world(Parts()) as world:
        await run(world, "settings set length", length="short")
        text = await run(world, "settings set retention", days=7)
        options = await world.parts.options.read(world.guild.id)
        assert (options.length, options.retention_days) == ("short", 7)
        assert "7 days" in text


@pytest.mark.parametrize("reads_content", [True, False])
async def test_an_always_on_channel_says_when_it_does_nothing(*, reads_content: bool) -> None:
    async with open_world(Parts(reads_content=reads_content)) as world:
        text = await run(world, "settings set channel", channel=world.channel, rule="always-on")
        assert text.endswith(NEEDS_CONTENT) is not reads_content


async def test_reset_puts_everything_back() -> None:
    async with open_world(Parts()) as world:
        await world.parts.options.write(world.guild.id, GuildOptions(length="long"))
        await run(world, "settings reset")
        assert await world.parts.options.read(world.guild.id) == GuildOptions()


async def test_a_full_list_says_so() -> None:
    async with open_world(Parts()) as world:
        full = GuildOptions(denied_users=tuple(range(1, 201)))
        await world.parts.options.write(world.guild.id, full)
        text = await run(world, "settings set user", user=world.bob, rule="deny")
        assert text == LIST_FULL


async def test_others_do_not_see_the_commands() -> None:
    async with open_world(Parts()) as world:
        names = world.alice.available_commands(world.channel)
        assert {name.split()[0] for name in names} == {"chat", "help", "memory", "privacy"}
        assert "settings show" in admin(world).available_commands(world.channel)


async def test_discords_hiding_is_checked_again() -> None:
    async with open_world(Parts(), check_errors=False) as world:
        for command in await world.client.tree.fetch_commands():
            world.guild.set_command_permissions(command, {world.alice: True})
        for name in ("settings show", "persona show", "status", "model show", "reset"):
            answer = await world.alice.slash(world.channel, name)
            assert answer.response is not None
            assert answer.response.content == SENTENCES[discord.app_commands.MissingPermissions]
            assert answer.response.ephemeral


async def test_a_store_that_is_away_is_said_kindly() -> None:
    async with open_world(Parts(), check_errors=False) as world:
        world.parts.options.error = StoreUnavailable()
        answer = await admin(world).slash(world.channel, "settings show")
        assert answer.response is not None
        assert answer.response.content == SENTENCES[StoreUnavailable]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule.ALLOW, ((7,), (), ())),
        (Rule.DENY, ((), (7,), ())),
        (Rule.ALWAYS_ON, ((7,), (), (7,))),
        (Rule.NONE, ((), (), ())),
    ],
)
def test_a_subject_has_one_rule(rule: Rule, expected: tuple[tuple[int, ...], ...]) -> None:
    before = GuildOptions(allowed_channels=(7,), denied_channels=(7,), always_on_channels=(7,))
    after = ruled(before, Subject.CHANNEL, 7, rule)
    assert (after.allowed_channels, after.denied_channels, after.always_on_channels) == expected


async def test_without_a_guild_there_is_nothing_to_set() -> None:
    cog = SettingsCog(options=MemoryOptions(), courier=Courier(), reads_content=False)
    interaction = create_autospec(discord.Interaction, instance=True)
    interaction.guild_id = None
    with pytest.raises(discord.app_commands.NoPrivateMessage):
        await cog._change(interaction, lambda options: options)
