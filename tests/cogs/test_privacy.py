"""People see, take along, delete and refuse what is kept of them."""

from __future__ import annotations

import json

from bot.privacy import Kept
from bot.safety.audit import AuditRecord, Change
from cogs.privacy import LARGEST_FILE, NOTHING, summary
from tests.cogs.test_memory import run
from tests.fakes.services import Parts
from tests.fakes.turns import said, turn
from tests.fakes.world import World, open_world

SURE = "yes, delete everything"


async def talk(world: World) -> None:
    await world.alice.send(world.channel, f"{world.me} I like tea")
    await world.bob.send(world.channel, f"{world.me} I like jazz")


async def test_what_is_kept_is_shown_by_place() -> None:
    async with open_world(Parts()) as world:
        assert await run(world, "privacy show") == NOTHING
        await talk(world)
        await run(world, "memory add", fact="I like tea")
        shown = await run(world, "privacy show")
        assert f"- <#{world.channel.id}>: 1 of your messages" in shown
        assert "1 facts about you" in shown
        assert "after 30 days" in shown


async def test_everything_kept_comes_as_a_file_for_oneself() -> None:
    async with open_world(Parts()) as world:
        await talk(world)
        answer = await world.alice.slash(world.channel, "privacy export")
        assert answer.response is not None
        assert answer.response.ephemeral
        (file,) = answer.response.attachments
        assert file.filename == "confab-privacy.json"
        values = json.loads(await file.read())
        assert [one["text"] for one in values["said"]] == ["I like tea"]


async def test_more_than_a_message_can_carry_is_not_sent() -> None:
    async with open_world(Parts()) as world:
        long = said(1, "x" * (LARGEST_FILE + 1), author_id=world.alice.id)
        await world.parts.histories.append(turn(long))
        assert "ask my owner" in await run(world, "privacy export")


async def test_deleting_gives_a_receipt_and_leaves_others_alone() -> None:
    async with open_world(Parts()) as world:
        await talk(world)
        receipt = await run(world, "privacy delete", sure=SURE)
        assert receipt.startswith("Deleted: 1 of your messages with my replies, 0 facts.")
        (left,) = world.parts.histories.channels[world.channel.id]
        assert left.utterance.text == "I like jazz"


async def test_what_is_deleted_is_not_brought_back_by_a_reply_under_way() -> None:
    async with open_world(Parts()) as world:
        gate = world.hold()
        await world.alice.send(world.channel, f"{world.me} my secret")
        await run(world, "privacy delete", sure=SURE)
        gate.set()
        await world.env.settle()
        assert world.said() == []
        assert world.parts.histories.channels.get(world.channel.id, ()) == ()


async def test_who_opts_out_is_told_so_when_addressing_us_until_they_opt_in() -> None:
    async with open_world(Parts()) as world:
        await talk(world)
        assert "neither keep nor use" in await run(world, "privacy optout")
        assert "opted out" in await run(world, "privacy show")
        await world.alice.send(world.channel, f"{world.me} hello?")
        assert "opted out" in world.said()[-1].content
        assert "Welcome back" in await run(world, "privacy optin")
        await world.alice.send(world.channel, f"{world.me} hello again")
        assert world.said()[-1].content == "You said: hello again"


async def test_the_policy_says_how_long() -> None:
    async with open_world(Parts()) as world:
        assert "30 days" in await run(world, "privacy policy")


def test_changes_and_switches_are_summed_up() -> None:
    change = AuditRecord(5, 1, Change.ADDED, "=foo", 0.0)
    text = summary(Kept((), (), is_opted_out=False, off_in=(5, 6), changes=(change,)), days=30)
    assert text.splitlines() == [
        "- memory switched off in 2 servers or conversations",
        "- 1 changes you made to servers' word lists",
    ]


def test_many_places_are_summed_up() -> None:
    turns = tuple(turn(said(number, channel_id=number)) for number in range(1, 31))
    assert "in 10 more conversations" in summary(Kept(turns, (), is_opted_out=False), days=30)
