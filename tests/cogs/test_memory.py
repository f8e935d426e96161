"""People see, add and forget what is known about them, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import AsyncMock

from bot.memory.fact import Owner
from cogs.memory import LATER, NOTHING
from tests.fakes.safety import WordSafety
from tests.fakes.services import Parts
from tests.fakes.world import World, open_world

if TYPE_CHECKING:
    import pytest


async def run(world: World, name: str, /, **options: object) -> str:
    answer = await world.alice.slash(world.channel, name, **options)
    assert answer.response is not None
    assert answer.response.ephemeral
    return answer.response.content


async def test_what_was_added_is_shown_to_its_owner_alone() -> None:
    async with open_world(Parts()) as world:
        assert await run(world, "memory show") == NOTHING
        added = await run(world, "memory add", fact="My name is Jackson and I like tea")
        assert added == "I will remember: your name is Jackson and you like tea."
        shown = await run(world, "memory show")
        assert "- your name is Jackson (you added it <t:" in shown
        others = await world.bob.slash(world.channel, "memory show")
        assert others.response is not None
        assert others.response.content == NOTHING


async def test_what_was_said_is_shown_as_told() -> None:
    async with open_world(Parts(has_memory=True)) as world:
        await world.alice.send(world.channel, f"{world.me} I live in Warsaw.")
        assert "- you live in Warsaw (you told me" in await run(world, "memory show")
        await world.alice.send(world.channel, f"{world.me} where do I live?")
        assert "Warsaw" in world.said()[-1].content


async def test_one_fact_or_everything_is_forgotten() -> None:
    async with open_world(Parts()) as world:
        await run(world, "memory add", fact="I like tea")
        await run(world, "memory add", fact="I like jazz")
        choices = await world.alice.autocomplete(world.channel, "memory forget", "fact", "JAZZ")
        assert [choice["name"] for choice in choices] == ["you like jazz", "everything"]
        jazz = choices[0]["value"]
        assert await run(world, "memory forget", fact=jazz) == "Forgotten: 1 fact."
        assert await run(world, "memory forget", fact=jazz) == "I did not know that anyway."
        await run(world, "memory add", fact="I like jazz")
        assert await run(world, "memory forget", fact=0) == "Forgotten: 2 facts."


async def test_what_is_forgotten_later_is_not_called_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_world(Parts()) as world:
        monkeypatch.setattr(world.parts.facts, "forget", AsyncMock(return_value=None))
        assert await run(world, "memory forget", fact=0) == LATER


async def test_nothing_bad_is_remembered() -> None:
    async with open_world(Parts(safety=WordSafety("darn"))) as world:
        assert "rather not" in await run(world, "memory add", fact="I like darn tea")
        assert await run(world, "memory add", fact=" . ") == "A fact has 1 to 119 characters."
        assert await run(world, "memory show") == NOTHING


async def test_nothing_of_somebody_who_opted_out_is_remembered() -> None:
    async with open_world(Parts()) as world:
        await run(world, "privacy optout")
        assert "You have opted out" in await run(world, "memory add", fact="I like tea")
        assert await run(world, "memory show") == NOTHING


async def test_memory_is_switched_off_and_on() -> None:
    async with open_world(Parts()) as world:
        owner = Owner(world.alice.id, world.guild.id)
        await run(world, "memory off")
        assert world.parts.facts.off == {owner}
        assert "Memory is off" in await run(world, "memory show")
        await run(world, "memory on")
        assert not world.parts.facts.off
