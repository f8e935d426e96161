"""The line is bounded, fair between askers, and keeps each channel's order."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bot.conversation.prompt import Prompt
from bot.errors import QueueFull
from bot.generation.request import GenerationRequest
from bot.generation.scheduler import Scheduler


def request(channel_id: int, asker_id: int) -> GenerationRequest:
    return GenerationRequest(prompt=Prompt(("hi",)), channel_id=channel_id, asker_id=asker_id)


def test_a_full_line_refuses_at_once() -> None:
    scheduler = Scheduler(limit=1, parallel=1)
    scheduler.admit(request(1, 1), 0)

    with pytest.raises(QueueFull) as refused:
        scheduler.admit(request(2, 2), 0)

    assert refused.value.waiting == 1


def test_askers_take_turns() -> None:
    scheduler = Scheduler(limit=9, parallel=1)
    for channel_id, asker_id in [(1, 1), (2, 1), (3, 1), (4, 2)]:
        scheduler.admit(request(channel_id, asker_id), 0)

    order = []
    while scheduler.waiting:
        (ticket,) = scheduler.next_batch(1, 0)
        scheduler.finish(ticket.key, 0)
        order.append(ticket.request.asker_id)

    assert order == [1, 2, 1, 1]


def test_a_channel_has_one_request_under_way() -> None:
    scheduler = Scheduler(limit=9, parallel=4)
    first = scheduler.admit(request(1, 1), 0)
    scheduler.admit(request(1, 2), 0)
    other = scheduler.admit(request(2, 3), 0)

    assert scheduler.next_batch(4, 0) == [first, other]
    assert scheduler.next_batch(4, 0) == []


def test_the_estimate_grows_with_the_line() -> None:
    scheduler = Scheduler(limit=9, parallel=2)
    ticket = scheduler.admit(request(1, 1), 0)
    scheduler.next_batch(1, 0)
    scheduler.finish(ticket.key, 3)
    for channel_id in range(3):
        scheduler.admit(request(channel_id, channel_id), 3)

    outlook = scheduler.outlook()

    assert (outlook.ahead, outlook.wait_s) == (3, 6)
    assert scheduler.typical_s == 3


def test_the_mean_follows_slowly() -> None:
    scheduler = Scheduler(limit=9, parallel=1)
    for took_s in (1, 6):
        ticket = scheduler.admit(request(1, 1), 0)
        scheduler.next_batch(1, 0)
        scheduler.finish(ticket.key, took_s)

    assert scheduler.typical_s == pytest.approx(2)


def test_dropping_says_whether_it_was_under_way() -> None:
    scheduler = Scheduler(limit=9, parallel=1)
    running = scheduler.admit(request(1, 1), 0)
    scheduler.next_batch(1, 0)
    waiting = scheduler.admit(request(2, 2), 0)

    assert scheduler.drop(running.key)
    assert not scheduler.drop(waiting.key)
    assert not scheduler.drop(99)
    assert (scheduler.waiting, scheduler.running) == (0, 0)


def test_clearing_returns_everything() -> None:
    scheduler = Scheduler(limit=9, parallel=1)
    running = scheduler.admit(request(1, 1), 0)
    scheduler.next_batch(1, 0)
    waiting = scheduler.admit(request(2, 2), 0)

    assert scheduler.clear() == [running, waiting]
    assert scheduler.next_batch(9, 0) == []
    scheduler.finish(running.key, 1)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 4)), max_size=30), st.integers(1, 4))
def test_every_request_runs_once_and_channels_keep_their_order(
    asked: list[tuple[int, int]], room: int
) -> None:
    scheduler = Scheduler(limit=30, parallel=room)
    admitted = [scheduler.admit(request(*ids), 0) for ids in asked]

    ran = []
    while batch := scheduler.next_batch(room, 0):
        channels = [ticket.request.channel_id for ticket in batch]
        assert len(set(channels)) == len(channels) <= room
        for ticket in batch:
            scheduler.finish(ticket.key, 0)
        ran += batch

    assert sorted(t.key for t in ran) == [t.key for t in admitted]
    for channel_id in {ids[0] for ids in asked}:
        keys = [t.key for t in ran if t.request.channel_id == channel_id]
        assert keys == sorted(keys)
