"""In a whole, simulated Discord, bad words reach neither the model nor anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.safety.guild_lists import InMemoryGuildLists
from bot.safety.open import Safety, open_safety
from bot.safety.topics import load_phrases
from tests.fakes.engine import ScriptedEngine
from tests.fakes.services import Parts
from tests.fakes.world import World, open_world

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BAD = "k1ll y\u200bours\u0435lf"
PHRASES = load_phrases()


@pytest.fixture
async def safety() -> AsyncIterator[Safety]:
    async with open_safety(guild_lists=InMemoryGuildLists()) as opened:
        yield opened


@pytest.fixture
def parts(safety: Safety) -> Parts:
    return Parts(judge=safety.check, tact=safety.topics, safety_desk=safety.desk)


def kept(world: World) -> str:
    turns = world.parts.histories.channels.get(world.channel.id, ())
    return "\n".join(f"{turn.utterance.text}\n{turn.reply}" for turn in turns)


def assert_unseen(world: World) -> None:
    for words in (world.parts.engine.seen, kept(world), repr(world.parts.memory.__dict__)):
        assert "rself" not in words
        assert "ours" not in words


async def test_a_plain_message_is_refused_kindly(parts: Parts) -> None:
    async with open_world(parts) as world:
        await world.alice.send(world.channel, f"{world.me} {BAD}")
        (said,) = world.said()
        assert said.content in PHRASES.refusals
        assert parts.engine.requests == []
        assert_unseen(world)


async def test_an_edit_is_checked_again(parts: Parts) -> None:
    async with open_world(parts) as world:
        question = await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.edit(question, f"{world.me} {BAD}")
        await world.bob.send(world.channel, f"{world.me} hi")
        assert_unseen(world)


async def test_a_slash_command_is_checked(parts: Parts) -> None:
    async with open_world(parts) as world:
        answer = await world.alice.slash(world.channel, "chat", text=BAD)
        assert answer.response is not None
        assert answer.response.content in PHRASES.refusals
        assert_unseen(world)


async def test_the_context_menu_is_checked(parts: Parts) -> None:
    async with open_world(parts) as world:
        target = await world.bob.send(world.channel, BAD)
        await world.alice.context_menu(world.channel, "Reply to this", target)
        assert parts.engine.requests == []
        assert_unseen(world)


async def test_a_nickname_is_checked(parts: Parts) -> None:
    async with open_world(parts) as world:
        user = world.env.create_user("carol", global_name=BAD)
        carol = world.guild.add_member(user, nick=BAD)
        await world.alice.send(world.channel, f"{world.me} do you like {carol.mention}?")
        assert "someone" in parts.engine.seen
        assert_unseen(world)


async def test_a_word_in_two_messages_is_noticed(parts: Parts) -> None:
    async with open_world(parts) as world:
        await world.alice.send(world.channel, f"{world.me} you wetb")
        await world.alice.send(world.channel, f"{world.me} ack")
        assert world.said()[-1].content in PHRASES.refusals
        assert len(parts.engine.requests) == 1


async def test_a_bad_reply_is_never_sent_not_even_for_a_moment(safety: Safety) -> None:
    engine = ScriptedEngine(lambda _: "you should go k.i.l.l yourself")
    parts = Parts(engine=engine, judge=safety.check, tact=safety.topics)
    async with open_world(parts) as world:
        await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.slash(world.channel, "chat", text="hello")
        requests = world.env.http_requests
        sent = [str(one.json) for one in requests if not one.path.endswith("/commands")]
        assert not any("k.i.l.l" in one or "yourself" in one for one in sent)
        (said, *_) = world.said()
        assert any(topic in said.content for topic in PHRASES.topics)
        assert kept(world) == ""


async def test_somebody_who_suffers_is_pointed_to_people(parts: Parts) -> None:
    async with open_world(parts) as world:
        await world.alice.send(world.channel, f"{world.me} i want to d1e")
        (said,) = world.said()
        assert said.content in PHRASES.support
        assert parts.engine.requests == []


async def test_personal_data_in_a_reply_is_masked(safety: Safety) -> None:
    engine = ScriptedEngine(lambda _: "Write to jane.doe@example.org or call +1 555 010 9999.")
    parts = Parts(engine=engine, judge=safety.check, tact=safety.topics)
    async with open_world(parts) as world:
        await world.alice.send(world.channel, f"{world.me} hello")
        (said,) = world.said()
        assert said.content == "Write to [email address] or call [phone number]."
        assert "jane" not in kept(world)
