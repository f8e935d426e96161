"""The real client and cogs over real gateway and HTTP code, their model held at the gate."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from bot.conversation.prompt import Prompt
from tests.fakes.engine import ScriptedEngine, echo
from tests.fakes.services import Parts
from tests.wire.standin import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.generation.request import GenerationRequest, GenerationResult
    from tests.wire.driver import Discord
    from tests.wire.standin import StandIn
    from tests.wire.town import Town


class WatchedEngine(ScriptedEngine):
    """Lets a test wait until a request has arrived."""

    def __init__(self) -> None:
        super().__init__()
        self._arrivals = asyncio.Semaphore(0)

    @override
    async def generate(self, request: GenerationRequest) -> GenerationResult:
        self._arrivals.release()
        return await super().generate(request)

    async def next_request(self) -> None:
        """Return when one more request has arrived."""
        async with asyncio.timeout(5):
            await self._arrivals.acquire()


@pytest.fixture
def engine() -> WatchedEngine:
    return WatchedEngine()


@pytest.fixture(autouse=True)
async def parts(redirected: None, discord: Discord, engine: WatchedEngine) -> AsyncIterator[Parts]:
    """Confab on Discord, until the test is over."""
    del redirected
    parts, stop = Parts(engine=engine), asyncio.Event()
    serving = asyncio.create_task(parts.client().serve(TOKEN, stop=stop))
    await discord.ready()
    yield parts
    engine.gate.set()
    stop.set()
    await serving


async def test_a_mention_a_reply_a_thread_and_a_direct_message_are_answered(
    discord: Discord, town: Town, engine: WatchedEngine
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
    assert [len(prompt.messages) for prompt in engine.prompts] == [1, 3, 1, 1]
    assert (await discord.counts())["typing"] == 4


async def test_chat_is_answered_in_a_guild_and_directly(discord: Discord, town: Town) -> None:
    for place in (town.general, town.ann_dm):
        await discord.slash("chat", place=place, person=town.ann, text="hello")
        reply = await discord.reply_within(place)
        assert (reply.content, reply.is_interaction) == ("You said: hello", True)


async def test_a_command_is_acknowledged_before_the_model_thinks(
    discord: Discord, town: Town, engine: WatchedEngine, stand_in: StandIn
) -> None:
    engine.gate.clear()
    await discord.slash("chat", place=town.general, person=town.ann, text="hello")
    await engine.next_request()
    assert [use.is_answered for use in stand_in.interactions.by_token.values()] == [True]
    assert await discord.received() == []
    engine.gate.set()
    assert (await discord.reply_within(town.general)).content == "You said: hello"


async def test_a_reply_to_the_bot_without_ping_and_words_for_others_are_left_alone(
    discord: Discord, town: Town, engine: WatchedEngine
) -> None:
    await discord.mention(town.general, town.ann, "one")
    first = await discord.reply_within(town.general)
    await discord.reply_to(first.message_id, town.general, town.bob, "psst", pings=False)
    await discord.say(town.general, town.bob, "hello all")
    await discord.mention(town.general, town.ann, "two")
    assert (await discord.reply_within(town.general)).content == "You said: two"
    assert "psst" not in engine.seen


async def test_a_cut_in_mid_generation_loses_no_reply(
    discord: Discord, town: Town, engine: WatchedEngine
) -> None:
    engine.gate.clear()
    await discord.mention(town.general, town.ann, "before")
    await engine.next_request()
    await discord.cut()
    await discord.mention(town.side, town.bob, "during")
    engine.gate.set()
    assert (await discord.reply_within(town.general)).content == "You said: before"
    assert (await discord.reply_within(town.side)).content == "You said: during"
    assert (await discord.counts())["resumes"] == 1
    assert len(await discord.received()) == 2


@pytest.mark.parametrize("way", ["op 7", "op 9", "close 1001", "close 4000"])
async def test_a_session_that_ends_in_mid_generation_loses_no_reply(
    discord: Discord, town: Town, engine: WatchedEngine, stand_in: StandIn, way: str
) -> None:
    engine.gate.clear()
    await discord.mention(town.general, town.ann, "before")
    await engine.next_request()
    match way:
        case "op 7":
            await discord.ask_to_reconnect()
        case "op 9":
            await discord.invalidate()
        case _:
            await stand_in.close(int(way.split()[1]))
    await discord.ready()
    engine.gate.set()
    assert (await discord.reply_within(town.general)).content == "You said: before"
    await discord.mention(town.general, town.ann, "after")
    assert (await discord.reply_within(town.general)).content == "You said: after"
    counts = await discord.counts()
    assert (counts["identifies"], counts["resumes"]) == ((2, 0) if way == "op 9" else (1, 1))
    assert len(await discord.received()) == 2


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
    discord: Discord, town: Town, fault: dict[str, Any]
) -> None:
    await discord.fail(**fault)
    await discord.mention(town.general, town.ann, "one")
    assert (await discord.reply_within(town.general)).content == "You said: one"
    await discord.mention(town.general, town.ann, "two")
    assert (await discord.reply_within(town.general)).content == "You said: two"
    assert len(await discord.received()) == 2


async def test_typing_that_fails_does_not_cost_the_reply(discord: Discord, town: Town) -> None:
    await discord.fail(429, path="/typing", has_via=False, times=3)
    await discord.mention(town.general, town.ann, "one")
    assert (await discord.reply_within(town.general)).content == "You said: one"


async def test_replies_keep_their_order_under_discords_limits(discord: Discord, town: Town) -> None:
    await discord.limit_sends(3, 0.6)
    for n in range(8):
        await discord.mention(town.general, (town.ann, town.bob)[n % 2], str(n))
    replies = [await discord.reply_within(town.general) for _ in range(8)]
    assert [reply.content for reply in replies] == [f"You said: {n}" for n in range(8)]
    assert replies[-1].at_s - replies[0].at_s > 1.0


async def test_a_deleted_question_is_not_answered(
    discord: Discord, town: Town, engine: WatchedEngine
) -> None:
    engine.gate.clear()
    asked = await discord.mention(town.general, town.ann, "secret")
    await engine.next_request()
    await discord.delete(asked)
    await discord.mention(town.general, town.ann, "other")
    await engine.next_request()
    engine.gate.set()
    assert (await discord.reply_within(town.general)).content == "You said: other"
    assert len(await discord.received()) == 1
    assert engine.prompts[1] == Prompt(messages=("other",))


async def test_an_edited_question_is_answered_as_it_is_now(
    discord: Discord, town: Town, engine: WatchedEngine
) -> None:
    engine.gate.clear()
    asked = await discord.mention(town.general, town.ann, "old")
    await engine.next_request()
    await discord.edit(asked, f"<@{town.world.bot.id}> new")
    await engine.next_request()
    engine.gate.set()
    assert (await discord.reply_within(town.general)).content == "You said: new"
    assert len(await discord.received()) == 1


async def test_a_long_reply_comes_in_parts_in_order(
    discord: Discord, town: Town, engine: WatchedEngine
) -> None:
    engine.script = lambda prompt: " ".join(f"{echo(prompt)} {n}." for n in range(300))
    await discord.fail(500)
    await discord.mention(town.general, town.ann, "much")
    parts_heard = [await discord.reply_within(town.general) for _ in range(3)]
    whole = " ".join(part.content for part in parts_heard)
    assert whole == engine.script(engine.prompts[0])
    assert [part.pings for part in parts_heard] == [(town.ann.id,), (), ()]
