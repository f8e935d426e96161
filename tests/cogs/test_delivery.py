"""A promised reply survives Discord's bad moments, and a closed channel is logged once."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING
from unittest.mock import Mock

import aiohttp
import discord
import pytest
from typing_extensions import override

from bot.errors import DeliveryFailed
from bot.generation.engine import Outlook
from cogs import _delivery
from cogs._delivery import Courier, Sent
from cogs._outbound import MessageAudience
from tests.fakes.services import Parts
from tests.fakes.world import open_world

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def failure(status: int, *, code: int = 0) -> discord.HTTPException:
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    return kind(Mock(status=status, reason="because"), {"code": code, "message": "no"})


def failing_with(*errors: Exception) -> Callable[[], Awaitable[str]]:
    left = list(errors)

    async def send() -> str:
        if left:
            raise left.pop(0)
        return "sent"

    return send


class Patience:
    def __init__(self) -> None:
        self.waited: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.mark.parametrize(
    "error", [failure(500), failure(502), failure(429), aiohttp.ClientError(), OSError()]
)
async def test_what_passes_is_waited_for(error: Exception) -> None:
    patience = Patience()
    courier = Courier(delays_s=(1, 2, 3), sleep=patience)
    assert await courier.deliver(5, failing_with(error, error)) == "sent"
    assert patience.waited == [1, 2]


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_what_does_not_pass_is_given_up_at_once(status: int) -> None:
    patience = Patience()
    with pytest.raises(DeliveryFailed):
        await Courier(sleep=patience).deliver(5, failing_with(failure(status)))
    assert patience.waited == []


async def test_patience_is_bounded() -> None:
    patience = Patience()
    with pytest.raises(DeliveryFailed):
        await Courier(delays_s=(1, 2), sleep=patience).deliver(5, failing_with(*[OSError()] * 9))
    assert patience.waited == [1, 2]


async def test_a_channel_closed_to_us_is_logged_once_until_it_opens(
    caplog: pytest.LogCaptureFixture,
) -> None:
    courier = Courier()

    async def knock(*errors: Exception) -> None:
        with suppress(DeliveryFailed):
            await courier.deliver(5, failing_with(*errors))

    caplog.set_level(logging.WARNING)
    await knock(failure(403))
    await knock(failure(403))
    assert caplog.text.count("may not speak channel=5") == 1
    await knock()
    await knock(failure(403))
    assert caplog.text.count("may not speak channel=5") == 2


def test_the_memory_of_closed_channels_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_delivery, "REMEMBERED_CHANNELS", 3)
    courier = Courier()
    for channel_id in range(10):
        courier.note_closed(channel_id)
    assert list(courier._closed_to_us) == [7, 8, 9]


@pytest.mark.parametrize("status", [500, 429])
async def test_a_reply_is_not_lost_to_a_stumbling_discord(status: int) -> None:
    async with open_world(Parts()) as world:
        world.env.inject_error("POST", "/channels/*/messages", status=status)
        await world.alice.send(world.channel, f"{world.me} hello")
        assert [reply.content for reply in world.said()] == ["You said: hello"]
        first, second = world.requests("POST", "/messages")
        assert isinstance(first.json, dict)
        assert isinstance(second.json, dict)
        assert first.json["nonce"] == second.json["nonce"]
        assert second.json["enforce_nonce"] is True


async def test_a_typing_mark_that_fails_does_not_lose_the_reply() -> None:
    async with open_world(Parts()) as world:
        world.env.inject_error("POST", "/channels/*/typing", status=429, times=None)
        await world.alice.send(world.channel, f"{world.me} hello")
        assert [reply.content for reply in world.said()] == ["You said: hello"]


async def test_the_typing_mark_is_kept_up_while_the_model_thinks() -> None:
    async with open_world(Parts()) as world:
        gate = world.hold()
        await world.alice.send(world.channel, f"{world.me} hello")
        await world.env.advance_time(25)
        assert len(world.requests("POST", "/typing")) == 4
        gate.set()
        await world.env.settle()
        assert [reply.content for reply in world.said()] == ["You said: hello"]
        await world.env.advance_time(25)
        assert len(world.requests("POST", "/typing")) == 4


async def test_where_we_may_not_speak_nothing_is_tried_and_one_line_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_world(Parts()) as world:
        assert world.client.user is not None
        mute = discord.PermissionOverwrite(send_messages=False, send_messages_in_threads=False)
        channel = world.guild.create_text_channel("quiet", overwrites={world.client.user: mute})
        thread = await world.thread(channel)
        for place in (channel, channel, thread):
            await world.alice.send(place, f"{world.me} hello")
        assert world.requests("POST", "/messages") == []
        assert world.parts.engine.requests == []
        assert caplog.text.count(f"may not speak channel={channel.id}") == 1
        assert caplog.text.count(f"may not speak channel={thread.id}") == 1


async def test_a_reply_that_cannot_be_delivered_counts_as_never_said() -> None:
    async with open_world(Parts()) as world:
        world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
        await world.alice.send(world.channel, f"{world.me} hello")
        (turn,) = world.parts.histories.channels[world.channel.id]
        assert turn.reply is None


class HalfDeaf(Courier):
    """Delivers one message and fails the next."""

    @override
    async def deliver(self, channel_id: int, send: Callable[[], Awaitable[Sent]]) -> Sent:
        if self._closed_to_us:
            self._closed_to_us.clear()
            raise DeliveryFailed
        self.note_closed(channel_id)
        return await send()


async def test_a_part_that_fails_takes_the_parts_before_it_back() -> None:
    async with open_world(Parts()) as world:
        question = await world.alice.send(world.channel, "a question")
        with pytest.raises(DeliveryFailed):
            await MessageAudience(question, courier=HalfDeaf()).say("A sentence. " * 200)
        await world.env.settle()
        assert world.said() == []
        assert len(world.requests("POST", "/messages")) == 1


async def test_a_note_that_is_half_sent_is_taken_back_all_the_same() -> None:
    class Slow(Courier):
        @override
        async def deliver(self, channel_id: int, send: Callable[[], Awaitable[Sent]]) -> Sent:
            await halfway.wait()
            return await super().deliver(channel_id, send)

    halfway = asyncio.Event()
    async with open_world(Parts()) as world:
        question = await world.alice.send(world.channel, "a question")
        audience = MessageAudience(question, courier=Slow())
        telling = asyncio.create_task(audience.told_to_wait(Outlook(ahead=3, wait_s=21.0)))
        await asyncio.sleep(0)
        telling.cancel()
        await asyncio.wait({telling})
        halfway.set()
        await audience.tidy()
        assert world.said() == []
        assert len(world.requests("POST", "/messages")) == 1


async def test_without_the_right_to_read_history_the_answer_is_no_native_reply() -> None:
    async with open_world(Parts()) as world:
        world.env.inject_error("POST", "/channels/*/messages", status=400, code=160002)
        await world.alice.send(world.channel, f"{world.me} hello")
        (reply,) = world.said()
        assert reply.reference is None


async def test_a_question_that_vanished_from_discord_alone_is_still_answered() -> None:
    async with open_world(Parts()) as world:
        gate = world.hold()
        question = await world.alice.send(world.channel, f"{world.me} hello")
        del world.env.backend.messages[world.channel.id][question.id]
        gate.set()
        await world.env.settle()
        (reply,) = world.said()
        assert reply.content == "You said: hello"


async def test_a_command_whose_answer_cannot_be_delivered_breaks_nothing() -> None:
    async with open_world(Parts()) as world:
        world.env.inject_error("PATCH", "/webhooks/*", status=404, code=10015)
        await world.alice.slash(world.channel, "chat", text="hello")
        (turn,) = world.parts.histories.channels[world.channel.id]
        assert turn.reply is None
