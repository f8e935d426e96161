"""kill -9 in the middle of fifty conversations: what Discord received is in the history, once."""

from __future__ import annotations

import asyncio
import itertools
import random
import signal
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.wire.ledger import PostgresLedger, SqliteLedger
from tests.wire.town import Town

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.cluster import Cluster
    from tests.wire.conftest import StartBot
    from tests.wire.driver import Discord
    from tests.wire.ledger import Ledger
    from tests.wire.standin import StandIn
    from tests.wire.world import Channel, Person

CONVERSATIONS = 50
THINKING_S = 0.1
PATIENCE_S = 60.0


@pytest.fixture
def town() -> Town:
    return Town(streets=CONVERSATIONS)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    if request.param == "sqlite":
        return SqliteLedger(tmp_path)
    cluster: Cluster = request.getfixturevalue("cluster")
    return PostgresLedger(cluster.create_database("killed"))


async def converse(discord: Discord, place: Channel, person: Person, subject: str) -> None:
    """Say the next thing as soon as the last one was answered, for ever."""
    for n in itertools.count():
        await discord.mention(place, person, f"{subject} {n}")
        await discord.reply_within(place, PATIENCE_S)


@asynccontextmanager
async def conversations(discord: Discord, town: Town, subject: str) -> AsyncIterator[None]:
    talking = [
        asyncio.create_task(converse(discord, place, person, f"{subject} {place.name}"))
        for place, person in town.streets
    ]
    yield
    for task in talking:
        task.cancel()
    await asyncio.wait(talking)


@pytest.mark.timeout(1200)
async def test_what_discord_received_is_kept_through_kill_9(  # its fixtures
    discord: Discord,
    town: Town,
    stand_in: StandIn,
    start_bot: StartBot,
    ledger: Ledger,
    pytestconfig: pytest.Config,
) -> None:
    chance = random.Random(6)
    for number in range(pytestconfig.getoption("--kill-rounds")):
        bot = await start_bot(delay_s=THINKING_S, settings=ledger.settings)
        await discord.ready()
        async with conversations(discord, town, f"round {number}"):
            enough = len(town.world.received) + chance.randint(25, 120)
            async with asyncio.timeout(PATIENCE_S):
                await stand_in.inbox.has_received(enough)
            await bot.kill()
        await discord.forget_sessions()
    bot = await start_bot(settings=ledger.settings)
    await discord.ready()
    kept = Counter(await ledger.replies())
    said = Counter(reply.content for reply in await discord.received())
    assert set(said.values()) == {1}
    assert {reply: kept[reply] for reply in said} == said
    assert set(kept.values()) == {1}
    assert await ledger.damage() == []
    await discord.mention(town.general, town.ann, "still there?")
    assert (await discord.reply_within(town.general)).content == "You said: still there?"
    bot.send(signal.SIGTERM)
    assert await bot.ended() == 0
