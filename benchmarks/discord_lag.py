"""The loop's lag of two whole bots on a stand-in Discord: Confab, and the tutorials' way."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from benchmarks.loop_lag import Lag, LoopLag
from benchmarks.tutorial_bot import TutorialBot
from bot.bootstrap import open_companion
from bot.client import ConfabClient
from config.settings import load_settings
from tests.wire.processes import StandInProcess
from tests.wire.redirect import redirect
from tests.wire.standin import TOKEN
from tests.wire.town import Town

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.wire.driver import Discord
    from tests.wire.world import Channel, Person

QUESTIONS: Final = (
    "Hello! How was your day?",
    "My name is Jackson, and I'm studying Computer Science.",
    "What do you like to cook?",
)
PATIENCE_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Row:
    """One bot's figures.

    Attributes:
        way: Which bot.
        lag: Its loop's lateness while it answered.
        replies: How many replies there were.
        reply_s: The median seconds from a question to its reply.
    """

    way: str
    lag: Lag
    replies: int
    reply_s: float


async def measure(checkpoint: Path, folder: Path) -> list[Row]:
    """Measure both bots with the same questions, one after the other.

    Args:
        checkpoint: A BlenderBot's folder.
        folder: Where Confab keeps its database and its converted model.
    """
    stand_in = StandInProcess(folder)
    await stand_in.start()
    try:
        redirect(stand_in.address)
        discord = stand_in.driver()
        async with _confab(checkpoint, folder, discord):
            rows = [await _question("Confab", discord)]
        async with _tutorial(checkpoint, discord):
            rows.append(await _question("the tutorials (inline)", discord))
    finally:
        await stand_in.kill()
    return rows


@asynccontextmanager
async def _confab(checkpoint: Path, folder: Path, discord: Discord) -> AsyncIterator[None]:
    settings = load_settings(Path("none"), model=str(checkpoint), data_dir=folder / "data")
    stop = asyncio.Event()
    async with open_companion(settings) as companion:
        client = ConfabClient(services=companion.services, tree_hashes=companion.store.tree_hashes)
        serving = asyncio.create_task(client.serve(TOKEN, stop=stop))
        await discord.ready()
        yield
        stop.set()
        await serving


@asynccontextmanager
async def _tutorial(checkpoint: Path, discord: Discord) -> AsyncIterator[None]:
    await discord.forget_sessions()
    bot = await asyncio.to_thread(TutorialBot, checkpoint)
    async with bot:
        serving = asyncio.create_task(bot.start(TOKEN))
        await discord.ready()
        yield
        await bot.close()
        await serving


async def _question(way: str, discord: Discord) -> Row:
    """Let four conversations run at once, after one turn that warms everything up."""
    town = Town()
    places = [
        (town.general, town.ann),
        (town.side, town.bob),
        (town.ann_dm, town.ann),
        (town.bob_dm, town.bob),
    ]
    await _ask(discord, *places[0], QUESTIONS[0])
    async with LoopLag() as ticks:
        waits = await asyncio.gather(*(_converse(discord, *place) for place in places))
    waits_s = [wait_s for conversation in waits for wait_s in conversation]
    return Row(way, ticks.lag, len(waits_s), median(waits_s))


async def _converse(discord: Discord, place: Channel, person: Person) -> list[float]:
    return [await _ask(discord, place, person, question) for question in QUESTIONS]


async def _ask(discord: Discord, place: Channel, person: Person, text: str) -> float:
    asked_s = time.monotonic()
    if place.recipient is None:
        await discord.mention(place, person, text)
    else:
        await discord.dm(person, text)
    reply = await discord.reply_within(place, PATIENCE_S)
    return reply.at_s - asked_s  # both clocks are the system's monotonic one


def table(rows: list[Row]) -> Table:
    """Return the figures side by side."""
    result = Table(title="Event-loop lag while four people talk (5 ms ticks)")
    result.add_column("bot")
    for heading in ("p50 ms", "p99 ms", "max ms", "replies", "median reply s"):
        result.add_column(heading, justify="right")
    for row in rows:
        lag = (row.lag.p50_ms, row.lag.p99_ms, row.lag.max_ms)
        figures = [f"{figure:.2f}" for figure in lag]
        result.add_row(row.way, *figures, str(row.replies), f"{row.reply_s:.2f}")
    return result


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        found = asyncio.run(measure(Path(sys.argv[1]), Path(temporary)))
    Console().print(table(found))
