"""A stop lets those inside finish, within bounds."""

from __future__ import annotations

import asyncio

from bot.doorway import Doorway


async def test_an_empty_house_closes_at_once() -> None:
    doorway = Doorway()
    assert doorway.is_open
    assert await doorway.close(within_s=0) == 0
    assert not doorway.is_open


async def test_those_inside_may_finish() -> None:
    doorway = Doorway()
    finished = asyncio.Event()

    async def stay() -> None:
        with doorway.passage():
            await finished.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(stay())
        group.create_task(stay())
        await asyncio.sleep(0)
        closing = group.create_task(doorway.close(within_s=5))
        await asyncio.sleep(0)
        assert doorway.inside == 2
        finished.set()
    assert closing.result() == 0


async def test_those_who_stay_too_long_are_counted() -> None:
    doorway = Doorway()
    with doorway.passage():
        assert await doorway.close(within_s=0) == 1


async def test_one_who_left_before_does_not_make_the_house_empty() -> None:
    doorway = Doorway()
    with doorway.passage():
        with doorway.passage():
            pass
        assert await doorway.close(within_s=0) == 1


async def test_who_takes_too_long_is_sent_out() -> None:
    doorway, is_in = Doorway(), asyncio.Event()

    async def stay() -> None:
        with doorway.passage():
            is_in.set()
            await asyncio.Event().wait()

    visitor = asyncio.create_task(stay())
    await is_in.wait()
    assert await doorway.close(within_s=0) == 1
    assert visitor.cancelled()
    assert doorway.inside == 0
