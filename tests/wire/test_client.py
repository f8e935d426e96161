"""The real client and cogs over real gateway and HTTP code, their model held at the gate."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.conversation.prompt import Prompt
from bot.errors import IntentNotGranted, TokenRefused
from tests.fakes.engine import echo
from tests.fakes.services import Parts
from tests.wire.standin import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.wire.driver import Discord
    from tests.wire.standin import StandIn
    from tests.wire.town import Town

pytestmark = pytest.mark.usefixtures("redirected")


@pytest.fixture
async def parts(redirected: None, discord: Discord) -> AsyncIterator[Parts]:
    """Confab on Discord, until the test is over."""
    del redirected
    parts, stop = Parts(), asyncio.Event()
    serving = asyncio.create_task(parts.client().serve(TOKEN, stop=stop))
    await discord.ready()
    yield parts
    parts.engine.gate.set()
    stop.set()
    await serving


async def until_asked(parts: Parts, count: int = 1) -> None:
    """Return when ``count`` requests have reached the engine."""
    async with asyncio.timeout(5):
        while len(parts.engine.requests) < count:
            await asyncio.sleep(0.005)


async def test_a_mention_a_reply_a_thread_and_a_direct_message_are_answered(
    discord: Discord, town: Town, parts: Parts
) -> None:
    asked = await discord.mention(town.general, town.ann, "one")
    first = await discord.reply_within(town.general)
    assert (first.content, first.reply_to) == ("You said: one", asked)
    assert first.pings == (town.ann.id,)
    await discord.reply_to(first.message_id, town.general, town.bob, "two")
    assert (await discord.reply_within(town.general)).content == "You said: two"
    await discord.mention(town.thread, town.bob, "three")
    assert (await discord.reply_within(town.thread)).content == "You said: three"
    await discord.dm(town.bob, "four")
    assert (await discord.reply_within(town.bob_dm)).content == "You said: four"
    assert [len(prompt.messages) for prompt in parts.engine.prompts] == [1, 3, 1, 1]
    assert (await discord.counts())["typing"] == 4


@pytest.mark.usefixtures("parts")
async def test_chat_is_answered_in_a_guild_and_directly(discord: Discord, town: Town) -> None:
    for place in (town.general, town.ann_dm):
        await discord.slash("chat", place=place, person=town.ann, text="hello")
        reply = await discord.reply_within(place)
        assert (reply.content, reply.is_interaction) == ("You said: hello", True)


async def test_a_reply_to_the_bot_without_ping_and_words_for_others_are_left_alone(
    discord: Discord, town: Town, parts: Parts
) -> None:
    await discord.mention(town.general, town.ann, "one")
    first = await discord.reply_within(town.general)
    await discord.reply_to(first.message_id, town.general, town.bob, "psst", pings=False)
    await discord.say(town.general, town.bob, "hello all")
    await discord.mention(town.general, town.ann, "two")
    assert (await discord.reply_within(town.general)).content == "You said: two"
    assert "psst" not in parts.engine.seen


async def test_a_cut_in_mid_generation_loses_no_reply(
    discord: Discord, town: Town, parts: Parts
) -> None:
    parts.engine.gate.clear()
    await discord.mention(town.general, town.ann, "before")
    await until_asked(parts)
    await discord.cut()
    await discord.mention(town.side, town.bob, "during")
    parts.engine.gate.set()
    assert (await discord.reply_within(town.general)).content == "You said: before"
    assert (await discord.reply_within(town.side)).content == "You said: during"
    assert (await discord.counts())["resumes"] == 1
    assert len(await discord.received()) == 2


@pytest.mark.parametrize("way", ["op 7", "op 9", "close 1001", "close 4000"])
async def test_a_session_that_ends_in_mid_generation_loses_no_reply(
    discord: Discord, town: Town, parts: Parts, stand_in: StandIn, way: str
) -> None:
    parts.engine.gate.clear()
    await discord.mention(town.general, town.ann, "before")
    await until_asked(parts)
    match way:
        case "op 7":
            await discord.ask_to_reconnect()
        case "op 9":
            await discord.invalidate()
        case _:
            await stand_in.close(int(way.split()[1]))
    await discord.ready()
    parts.engine.gate.set()
    assert (await discord.reply_within(town.general)).content == "You said: before"
    await discord.mention(town.general, town.ann, "after")
    assert (await discord.reply_within(town.general)).content == "You said: after"
    counts = await discord.counts()
    assert (counts["identifies"], counts["resumes"]) == ((2, 0) if way == "op 9" else (1, 1))
    assert len(await discord.received()) == 2


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429},
        {"status": 429, "has_via": False},
        {"status": 500},
        {"status": 502, "when": "after"},
        {"status": 503, "when": "after"},
    ],
    ids=["429", "429 without Via", "500", "502 after it was sent", "503 after it was sent"],
)
async def test_a_send_that_fails_is_repeated_and_said_once(
    discord: Discord, town: Town, fault: dict[str, object]
) -> None:
    await discord.fail(**fault)
    await discord.mention(town.general, town.ann, "one")
    assert (await discord.reply_within(town.general)).content == "You said: one"
    await discord.mention(town.general, town.ann, "two")
    assert (await discord.reply_within(town.general)).content == "You said: two"
    assert len(await discord.received()) == 2


@pytest.mark.usefixtures("parts")
async def test_typing_that_fails_does_not_cost_the_reply(discord: Discord, town: Town) -> None:
    await discord.fail(429, path="/typing", has_via=False, times=3)
    await discord.mention(town.general, town.ann, "one")
    assert (await discord.reply_within(town.general)).content == "You said: one"


@pytest.mark.usefixtures("parts")
async def test_replies_keep_their_order_under_discords_limits(discord: Discord, town: Town) -> None:
    await discord.limit_sends(3, 0.6)
    for n in range(8):
        await discord.mention(town.general, (town.ann, town.bob)[n % 2], str(n))
    replies = [await discord.reply_within(town.general) for _ in range(8)]
    assert [reply.content for reply in replies] == [f"You said: {n}" for n in range(8)]
    assert replies[-1].at_s - replies[0].at_s > 1.0


async def test_a_deleted_question_is_not_answered(
    discord: Discord, town: Town, parts: Parts
) -> None:
    parts.engine.gate.clear()
    asked = await discord.mention(town.general, town.ann, "secret")
    await until_asked(parts)
    await discord.delete(asked)
    await discord.mention(town.general, town.ann, "other")
    await until_asked(parts, 2)
    parts.engine.gate.set()
    assert (await discord.reply_within(town.general)).content == "You said: other"
    assert len(await discord.received()) == 1
    assert parts.engine.prompts[1] == Prompt(messages=("other",))


async def test_an_edited_question_is_answered_as_it_is_now(
    discord: Discord, town: Town, parts: Parts
) -> None:
    parts.engine.gate.clear()
    asked = await discord.mention(town.general, town.ann, "old")
    await until_asked(parts)
    await discord.edit(asked, f"<@{town.world.bot.id}> new")
    await until_asked(parts, 2)
    parts.engine.gate.set()
    assert (await discord.reply_within(town.general)).content == "You said: new"
    assert len(await discord.received()) == 1


async def test_a_long_reply_comes_in_parts_in_order(
    discord: Discord, town: Town, parts: Parts
) -> None:
    parts.engine.script = lambda prompt: " ".join(f"{echo(prompt)} {n}." for n in range(300))
    await discord.fail(500)
    await discord.mention(town.general, town.ann, "much")
    parts_heard = [await discord.reply_within(town.general) for _ in range(3)]
    whole = " ".join(part.content for part in parts_heard)
    assert whole == parts.engine.script(parts.engine.prompts[0])
    assert [part.pings for part in parts_heard] == [(town.ann.id,), (), ()]


async def test_a_refused_token_and_a_refused_intent_say_so(stand_in: StandIn) -> None:
    with pytest.raises(TokenRefused):
        await Parts().client().serve("wrong", stop=asyncio.Event())
    stand_in.gateway.grants_message_content = False
    with pytest.raises(IntentNotGranted):
        await Parts(reads_content=True).client().serve(TOKEN, stop=asyncio.Event())


async def test_a_gateway_that_refuses_at_first_is_tried_again(
    discord: Discord, town: Town, stand_in: StandIn
) -> None:
    stand_in.faults.refusals = 1
    stop = asyncio.Event()
    serving = asyncio.create_task(Parts().client().serve(TOKEN, stop=stop))
    await discord.ready()
    await discord.mention(town.general, town.ann, "at last")
    assert (await discord.reply_within(town.general)).content == "You said: at last"
    stop.set()
    await serving
