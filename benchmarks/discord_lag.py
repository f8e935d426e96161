"""The loop's lag of two whole bots on a stand-in Discord: Confab, and the tutorials' way."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks.loop_lag import LoopLag
from benchmarks.results import PartResult
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

    from benchmarks.context import BenchContext
    from tests.wire.driver import Discord
    from tests.wire.world import Channel, Person

QUESTIONS: Final = (
    "Hello! How was your day?",
    "My name is Jackson, and I'm studying Computer Science.",
    "What do you like to cook?",
)
PATIENCE_S: Final = 600.0
IDLE_S: Final = 3.0


def run(context: BenchContext) -> tuple[PartResult, ...]:
    """Measure both bots with the same questions, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(context.int8, context.checkpoint, Path(folder)))
    columns = ("bot", "p50_ms", "p99_ms", "max_ms", "replies", "reply_s")
    return (PartResult("Lateness of a whole bot's loop, 4 people", columns, tuple(rows)),)


async def measure(converted: Path, checkpoint: Path, folder: Path) -> list[dict[str, object]]:
    """Return a row for Confab on ``converted``, idle and busy, and one for the tutorials' way.

    Args:
        converted: A converted BlenderBot's folder.
        checkpoint: The same with its weights.
        folder: Where Confab keeps its database.
    """
    stand_in = StandInProcess(folder)
    await stand_in.start()
    try:
        redirect(stand_in.address)
        discord = stand_in.driver()
        await discord.counts()  # answers once it is up
        async with _confab(converted, folder, discord):
            idle = await _idle()
            ours = await _question(discord)
        async with _tutorial(checkpoint, discord):
            theirs = await _question(discord)
    finally:
        await stand_in.kill()
    return [
        {"bot": "nobody talks", **idle},
        {"bot": "Confab", **ours},
        {"bot": "the tutorials, inline", **theirs},
    ]


@asynccontextmanager
async def _confab(converted: Path, folder: Path, discord: Discord) -> AsyncIterator[None]:
    settings = load_settings(Path("none"), model=str(converted), data_dir=folder / "data")
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


async def _question(discord: Discord) -> dict[str, float]:
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
    return {**_late(ticks), "replies": len(waits_s), "reply_s": round(median(waits_s), 2)}


async def _idle() -> dict[str, float]:
    """Return what this machine does to a loop that has nothing to do."""
    async with LoopLag() as ticks:
        await asyncio.sleep(IDLE_S)
    return _late(ticks)


def _late(ticks: LoopLag) -> dict[str, float]:
    return {name: round(figure, 2) for name, figure in asdict(ticks.lag).items()}


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
