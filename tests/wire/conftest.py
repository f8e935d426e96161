"""The town that every wire test plays in, and a stand-in Discord round it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from tests.wire.driver import Discord, LocalControl
from tests.wire.processes import BotProcess
from tests.wire.redirect import redirect
from tests.wire.standin import StandIn
from tests.wire.town import Town

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from pathlib import Path


class StartBot(Protocol):
    """Starts a bot as ``BotProcess`` takes it, on the test's stand-in."""

    async def __call__(
        self, *, delay_s: float | None = 0.0, settings: Mapping[str, str] | None = None
    ) -> BotProcess: ...


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
async def stand_in(town: Town) -> AsyncIterator[StandIn]:
    stand_in = StandIn(world=town.world)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
def discord(stand_in: StandIn) -> Discord:
    return Discord(world=stand_in.world, control=LocalControl(stand_in))


@pytest.fixture
def redirected(stand_in: StandIn) -> Iterator[None]:
    """Send every client that the test makes to the stand-in."""
    with pytest.MonkeyPatch.context() as patch:
        redirect(stand_in.address, replace=patch.setattr)
        yield


@pytest.fixture
async def start_bot(stand_in: StandIn, tmp_path: Path) -> AsyncIterator[StartBot]:
    """Start real bots; those that still run are killed when the test is over."""
    bots: list[BotProcess] = []

    async def start(
        *, delay_s: float | None = 0.0, settings: Mapping[str, str] | None = None
    ) -> BotProcess:
        bot = BotProcess(stand_in.address, tmp_path, delay_s=delay_s, settings=settings or {})
        bots.append(bot)
        await bot.start()
        return bot

    yield start
    for bot in bots:
        await bot.kill()
