"""The town that every wire test plays in, and a stand-in Discord round it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.wire.driver import Discord, LocalControl
from tests.wire.redirect import redirect
from tests.wire.standin import StandIn
from tests.wire.town import Town

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


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
        redirect(stand_in.address, patch)
        yield
