from __future__ import annotations

from datetime import UTC, datetime

from bot.demo.clock import WallClock


def test_the_clock_follows_real_time_and_cannot_be_pushed() -> None:
    instant = datetime(2030, 5, 1, tzinfo=UTC)
    clock = WallClock(monotonic=lambda: 12.5, now=lambda: instant)

    clock.advance(3600)

    assert clock.elapsed == 12.5
    assert clock.now() == instant


def test_the_clock_says_today() -> None:
    before = datetime.now(UTC)

    assert before <= WallClock().now() <= datetime.now(UTC)
