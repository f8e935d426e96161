"""What Confab says about itself, and a fresh start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import pytest

from bot.generation.engine import EngineHealth, EngineState
from cogs.help import INTRODUCTION
from cogs.status import NO_MODEL, duration
from tests.fakes.engine import CARD
from tests.fakes.services import Parts
from tests.fakes.world import World, open_world

if TYPE_CHECKING:
    import simcord


def admin(world: World) -> simcord.MemberActor:
    role = world.guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
    return world.guild.add_member(world.env.create_user("ann"), roles=[role])


async def run(world: World, name: str) -> str:
    answer = await admin(world).slash(world.channel, name)
    assert answer.response is not None
    assert answer.response.ephemeral
    return answer.response.content


async def test_status_tells_model_line_and_running_time() -> None:
    parts = Parts()
    parts.engine.waiting, parts.engine.typical_s = 2, 1.5
    async with open_world(parts) as world:
        text = await run(world, "status")
        assert "**Model** scripted (scripted, float32, cpu)" in text
        assert "**Engine** ready, 0 replies" in text
        assert "**Line** 2 waiting, 0 being answered, about 1.5 s a reply" in text
        assert "in 1 server" in text
        assert "**Running for** 1 hour 2 minutes" in text
        assert "**Memory** " in text


async def test_status_without_a_model_and_memory() -> None:
    parts = Parts(resident_bytes=lambda: None)
    parts.engine.card = None
    parts.engine.health = lambda: EngineHealth(EngineState.RESTARTING, 0, 0, 0.0, 1, 1)  # type: ignore[method-assign]  # a dead engine's pulse
    async with open_world(parts) as world:
        text = await run(world, "status")
        assert "**Model** none" in text
        assert "**Engine** restarting, 1 reply, 1 restart" in text
        assert "**Memory** unknown" in text
        assert await run(world, "model show") == NO_MODEL


async def test_the_model_is_shown() -> None:
    parts = Parts()
    parts.engine.card = replace(CARD, parameters=2_696_268_800)
    async with open_world(parts) as world:
        text = await run(world, "model show")
        assert "2,696,268,800 weights" in text
        assert "128 tokens" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 seconds"),
        (60, "1 minute"),
        (3600 * 5 + 61, "5 hours 1 minute"),
        (86400 * 2 + 3600, "2 days 1 hour"),
    ],
)
def test_a_span_of_time_has_two_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


async def test_reset_forgets_this_channel_only() -> None:
    async with open_world(Parts()) as world:
        other = world.guild.create_text_channel("other")
        await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.send(other, f"{world.me} hello")
        assert (await run(world, "reset")).startswith("Forgotten: 1 turn.")
        assert (await run(world, "reset")).startswith("Forgotten: 0 turns.")
        assert len(world.parts.histories.channels[other.id]) == 1


async def test_a_person_resets_their_own_direct_messages() -> None:
    async with open_world(Parts()) as world:
        carol = world.env.create_user("carol")
        await carol.send_dm("hello")
        answer = await carol.slash("reset")
        assert answer.response.content.startswith("Forgotten: 1 turn.")


async def test_help_lists_what_the_caller_may_use() -> None:
    async with open_world(Parts()) as world:
        answer = await world.alice.slash(world.channel, "help")
        assert answer.response is not None
        assert answer.response.content.startswith(INTRODUCTION)
        assert "`/chat`" in answer.response.content
        assert "`/status`" not in answer.response.content
        answer = await admin(world).slash(world.channel, "help")
        assert answer.response is not None
        told = [answer.response.content, *(one.content for one in answer.followups)]
        assert "`/settings set channel`" in "\n".join(told)
