"""Admins choose who Confab is."""

from __future__ import annotations

import discord
import pytest

from bot.conversation.persona import Persona
from bot.errors import EngineDead
from cogs.persona import NO_LINES, ONLY_ON_SERVERS, UNSUITABLE
from tests.fakes.keeping import MemoryPersonas
from tests.fakes.safety import REFUSAL, TOPIC
from tests.fakes.services import Parts
from tests.fakes.world import World, open_world

COOK = Persona(name="cook", lines=("i cook.",), summary="Talks about food.")


def parts() -> Parts:
    return Parts(personas=MemoryPersonas(COOK, Persona(name="poet")))


async def run(world: World, name: str, /, **options: object) -> str:
    admins = discord.Permissions(manage_guild=True)
    role = world.guild.create_role("admins", permissions=admins)
    ann = world.guild.add_member(world.env.create_user("ann"), roles=[role])
    answer = await ann.slash(world.channel, name, **options)
    assert answer.response is not None
    assert answer.response.ephemeral
    return answer.response.content


async def test_a_channel_gets_a_persona_and_loses_it_again() -> None:
    async with open_world(parts()) as world:
        assert await run(world, "persona set", name=" Cook ") == (
            "Here I am now **cook**: Talks about food.\n> i cook."
        )
        assert world.parts.personas.chosen == {world.channel.id: COOK}
        assert "`poet`" in await run(world, "persona show")
        assert await run(world, "persona clear") == "Here I am now **none**."


async def test_a_whole_guild_gets_a_persona() -> None:
    async with open_world(parts()) as world:
        await run(world, "persona set", name="cook", everywhere=True)
        assert world.parts.personas.chosen == {world.guild.id: COOK}


async def test_an_unknown_persona_is_answered_with_the_known_ones() -> None:
    async with open_world(parts()) as world:
        assert "`cook`" in await run(world, "persona set", name="pirate")


@pytest.mark.parametrize(
    ("typed", "names"), [("", ["none", "cook", "poet"]), ("FOOD", ["cook"]), ("poe", ["poet"])]
)
async def test_personas_are_offered_while_typing(typed: str, names: list[str]) -> None:
    async with open_world(parts()) as world:
        role = world.guild.create_role("a", permissions=discord.Permissions(manage_guild=True))
        ann = world.guild.add_member(world.env.create_user("ann"), roles=[role])
        choices = await ann.autocomplete(world.channel, "persona set", "name", typed)
        assert [choice["value"] for choice in choices] == names


async def test_only_a_guilds_own_personas_are_offered_to_be_erased() -> None:
    async with open_world(parts()) as world:
        role = world.guild.create_role("a", permissions=discord.Permissions(manage_guild=True))
        ann = world.guild.add_member(world.env.create_user("ann"), roles=[role])
        for name in ("sailor", "baker"):
            await world.parts.personas.write(world.guild.id, Persona(name, (f"i am a {name}.",)))
        for typed, names in (("", ["sailor", "baker"]), ("SAI", ["sailor"])):
            choices = await ann.autocomplete(world.channel, "persona erase", "name", typed)
            assert [choice["value"] for choice in choices] == names


async def test_a_direct_message_has_a_persona_of_its_own() -> None:
    async with open_world(parts()) as world:
        carol = world.env.create_user("carol")
        answer = await carol.slash("persona set", name="cook", everywhere=True)
        assert answer.response.content.startswith("Here I am now **cook**")
        assert world.parts.personas.chosen == {carol.dm_channel.id: COOK}


async def test_a_persona_can_be_tried_before_it_is_chosen() -> None:
    async with open_world(parts()) as world:
        answer = await run(world, "persona preview", name="cook", text="what's for dinner?")

        assert answer == "> what's for dinner?\nYou said: what's for dinner?"
        assert world.parts.engine.prompts[0].persona == ("i cook.",)
        assert world.parts.personas.chosen == {}
        assert world.parts.histories.channels == {}


async def test_trying_an_unknown_persona_names_the_known_ones() -> None:
    async with open_world(parts()) as world:
        assert "`cook`" in await run(world, "persona preview", name="pirate")


async def test_a_persona_with_bad_lines_does_not_speak() -> None:
    bad = parts()
    bad.safety.words.add("i cook")
    async with open_world(bad) as world:
        assert await run(world, "persona preview", name="cook") == UNSUITABLE
        assert world.parts.engine.requests == []


async def test_a_trial_says_and_hears_nothing_bad() -> None:
    bad = parts()
    bad.safety.words |= {"grok", "you said: hi"}
    async with open_world(bad) as world:
        assert REFUSAL in await run(world, "persona preview", name="cook", text="grok")
        assert TOPIC in await run(world, "persona preview", name="cook", text="hi")


async def test_a_trial_that_fails_says_so() -> None:
    failing = parts()
    failing.engine.error = EngineDead()
    async with open_world(failing) as world:
        assert "went wrong" in await run(world, "persona preview", name="cook")


async def test_a_guild_writes_a_persona_of_its_own_and_erases_it() -> None:
    async with open_world(parts()) as world:
        answer = await run(
            world, "persona write", name=" Sailor", lines="I sail. | I LIKE RUM!", summary="At sea."
        )
        sailor = Persona(name="sailor", lines=("i sail.", "i like rum."), summary="At sea.")
        assert answer.startswith("Written: **sailor**: At sea.\n> i sail.\n> i like rum.")
        assert world.parts.personas.own == {world.guild.id: {"sailor": sailor}}
        await run(world, "persona set", name="sailor")
        assert world.parts.personas.chosen == {world.channel.id: sailor}
        assert await run(world, "persona erase", name="SAILOR") == "Erased: **sailor**."
        assert world.parts.personas.chosen == {}
        assert await run(world, "persona erase", name="sailor") == (
            "No persona called `sailor` was written here."
        )


@pytest.mark.parametrize(
    ("name", "lines", "problem"),
    [
        ("two words", "i sail.", "is not a persona name"),
        ("sailor", "a | b | c | d | e | f", "at most 5 fit"),
        ("cook", "i sail.", "cook"),
        ("sailor", "i sail. | oh bother", UNSUITABLE),
        ("sailor", "|", NO_LINES),
        ("sailor", " ... | !", NO_LINES),
    ],
)
async def test_a_persona_that_cannot_be_is_refused_with_the_reason(
    name: str, lines: str, problem: str
) -> None:
    strict = parts()
    strict.safety.words.add("oh bother")
    async with open_world(strict) as world:
        assert problem in await run(world, "persona write", name=name, lines=lines)
        assert world.parts.personas.own == {}


@pytest.mark.parametrize(("command", "given"), [("write", {"lines": "i sail."}), ("erase", {})])
async def test_personas_are_not_written_in_direct_messages(
    command: str, given: dict[str, str]
) -> None:
    async with open_world(parts()) as world:
        carol = world.env.create_user("carol")
        answer = await carol.slash(f"persona {command}", name="sailor", **given)
        assert answer.response.content == ONLY_ON_SERVERS
