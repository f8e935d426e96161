"""Messages keep their order, and what changes while one is looked at counts."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from bot.conversation.addressing import Addressing
from cogs._arrivals import MOST_ARRIVING, Arrivals
from cogs._inbound import Inbound, Received

if TYPE_CHECKING:
    import discord

ME = cast("discord.ClientUser", SimpleNamespace(id=1))


class SlowInbound:
    """Reads a message when the test says so."""

    def __init__(self) -> None:
        self.read: list[discord.Message] = []
        self.gates: dict[str, asyncio.Event] = {}

    async def receive(self, message: discord.Message, me: discord.ClientUser) -> Received:
        assert me is ME
        self.read.append(message)
        await self.gates.setdefault(message.content, asyncio.Event()).wait()
        return Received(Addressing(message.content))

    def open(self, content: str) -> None:
        self.gates.setdefault(content, asyncio.Event()).set()


def message(content: Addressing, *, id_: int = 10, channel_id: int = 5) -> discord.Message:
    channel = SimpleNamespace(id=channel_id)
    return cast("discord.Message", SimpleNamespace(id=id_, content=content, channel=channel))


def arrivals(inbound: SlowInbound) -> Arrivals:
    return Arrivals(inbound=cast("Inbound", inbound))


async def a_moment() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_later_message_does_not_overtake_an_earlier_one() -> None:
    inbound = SlowInbound()
    hall, order = arrivals(inbound), list[int]()

    async def arrive(content: Addressing, id_: int) -> None:
        await hall.receive(message(content, id_=id_), ME)
        order.append(id_)

    inbound.open(Addressing.REPLY)
    async with asyncio.TaskGroup() as group:
        group.create_task(arrive(Addressing.MENTION, 1))
        group.create_task(arrive(Addressing.REPLY, 2))
        await a_moment()
        inbound.open(Addressing.MENTION)
    assert order == [1, 2]


async def test_two_channels_do_not_wait_for_each_other() -> None:
    inbound = SlowInbound()
    hall = arrivals(inbound)
    slow = asyncio.create_task(hall.receive(message(Addressing.MENTION, channel_id=5), ME))
    inbound.open(Addressing.REPLY)
    received = await hall.receive(message(Addressing.REPLY, id_=11, channel_id=6), ME)
    assert received.addressing is Addressing.REPLY
    inbound.open(Addressing.MENTION)
    await slow


async def test_an_edit_on_arrival_is_read_again() -> None:
    inbound = SlowInbound()
    hall = arrivals(inbound)
    arriving = asyncio.create_task(hall.receive(message(Addressing.MENTION), ME))
    await a_moment()
    assert hall.replace(message(Addressing.REPLY))
    inbound.open(Addressing.MENTION)
    inbound.open(Addressing.REPLY)
    assert (await arriving).addressing is Addressing.REPLY
    assert not hall.replace(message(Addressing.REPLY))


async def test_a_deletion_on_arrival_leaves_nothing_to_answer() -> None:
    inbound = SlowInbound()
    hall = arrivals(inbound)
    arriving = asyncio.create_task(hall.receive(message(Addressing.MENTION), ME))
    await a_moment()
    hall.drop({10, 99})
    inbound.open(Addressing.MENTION)
    assert (await arriving).utterance is None


async def test_a_flood_in_one_channel_is_cut_off() -> None:
    inbound = SlowInbound()
    hall = arrivals(inbound)
    async with asyncio.TaskGroup() as group:
        for number in range(MOST_ARRIVING + 1):
            group.create_task(hall.receive(message(Addressing.MENTION, id_=number), ME))
        await a_moment()
        flooded = await hall.receive(message(Addressing.MENTION, id_=9999), ME)
        inbound.open(Addressing.MENTION)
    assert flooded.addressing is Addressing.NOT_ADDRESSED
