"""What keeping costs: turns appended and read, facts recalled, memory with many channels."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert

from benchmarks.results import PartResult
from bot.conversation.utterance import Place, Turn, Utterance
from bot.footprint import resident_bytes
from bot.memory.fact import Owner
from bot.store.engines import store_url
from bot.store.facts import owner_term
from bot.store.open import open_store
from bot.store.tables import facts, turns
from tests.fakes.cluster import find_binaries, running_cluster

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from sqlalchemy import URL
    from sqlalchemy.ext.asyncio import AsyncConnection

    from benchmarks.context import BenchContext
    from bot.store.open import Store

SIZES: Final = (1_000, 1_000_000)
CHANNELS: Final = 100_000
ROUNDS: Final = 300
SEEDED_AT_ONCE: Final = 20_000
NOW: Final = datetime.now(UTC)
WORDS: Final = ("tea", "jazz", "chess", "rain", "trains", "soup", "books", "dogs")


def turn_rows(count: int) -> Iterator[dict[str, Any]]:
    """Return ``count`` turns over at most 100,000 channels and 50,000 people."""
    for number in range(count):
        yield {
            "channel_id": number % CHANNELS,
            "message_id": number,
            "author_id": number % (CHANNELS // 2),
            "guild_id": number % 1000,
            "parent_id": None,
            "said_at": NOW - timedelta(seconds=count - number),
            "text": f"I had {WORDS[number % 8]} with a friend and we talked for a while",
            "reply": "That sounds lovely! Do you do that often with your friends?",
            "reply_id": number + 10**9,
            "more_reply_ids": None,
        }


def fact_rows(count: int) -> Iterator[dict[str, Any]]:
    """Return ``count`` facts, five of each owner."""
    for number in range(count):
        owner = Owner(number // 5, number // 5 % 1000)
        yield {
            "author_id": owner.author_id,
            "home_id": owner.home_id,
            "owner": owner_term(owner),
            "kind": "taste",
            "key": f"{WORDS[number % 8]}{number % 5}",
            "value": WORDS[number % 8],
            "text": f"i like {WORDS[number % 8]}.",
            "confidence": 0.9,
            "message_id": number,
            "channel_id": number % CHANNELS,
            "parent_id": None,
            "told_at": NOW,
        }


async def fill(store: Store, count: int) -> None:
    """Write ``count`` turns and a fifth as many facts, many at once."""
    for table, rows in ((turns, turn_rows(count)), (facts, fact_rows(count // 5))):
        batch: list[dict[str, Any]] = []
        for row in rows:
            batch.append(row)
            if len(batch) == SEEDED_AT_ONCE:
                await store.database.write(_inserting(table, batch))
                batch = []
        if batch:
            await store.database.write(_inserting(table, batch))


async def settle(store: Store) -> None:
    """Do at once what PostgreSQL puts off after a million insertions and would do meanwhile."""
    if store.database.dialect == "postgresql":
        await store.database.outside_transaction("VACUUM ANALYZE", "CHECKPOINT")


def _inserting(
    table: Any, rows: list[dict[str, Any]]
) -> Callable[[AsyncConnection], Awaitable[None]]:
    async def change(connection: AsyncConnection) -> None:
        await connection.execute(insert(table), rows)

    return change


async def timed_ms(work: Callable[[int], Awaitable[object]]) -> str:
    """Return the median and the 95th percentile of ``work``, in milliseconds."""
    took = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        await work(number * 7919)
        took.append(1000 * (time.perf_counter() - begun))
    return f"{median(took):.2f} ({quantiles(took, n=20)[18]:.2f})"


async def measure(url: URL, count: int) -> tuple[str, str, str]:
    """Return what appending, reading and recalling take with ``count`` turns."""
    async with open_store(url) as store:
        await fill(store, count)
        await settle(store)

        async def append(number: int) -> None:
            place = Place(number % CHANNELS, guild_id=5)
            said = Utterance(10**10 + number, 7, place, "I had tea with a friend", NOW)
            await store.histories.append(Turn(said, "That sounds lovely!"))

        async def recall(number: int) -> None:
            author = number % max(1, count // 25)
            await store.facts.of(Owner(author, author % 1000), ("tea", "friend", "jazz"))

        async def read(number: int) -> None:
            await store.histories.read(number % CHANNELS)

        return await timed_ms(append), await timed_ms(read), await timed_ms(recall)


async def memory_mb(url: URL, channels: int) -> float:
    """Return by how much the process grows when ``channels`` conversations are read."""
    async with open_store(url, cached_channels=1000) as store:
        for channel in range(2000):
            await store.histories.read(channel)
        before = resident_bytes() or 0
        for channel in range(channels):
            await store.histories.read(channel)
        return ((resident_bytes() or 0) - before) / 1e6


def run(context: BenchContext) -> tuple[PartResult, ...]:
    """Measure SQLite, and PostgreSQL where it is installed, at both sizes."""
    del context  # no model is asked
    rows = []
    with TemporaryDirectory() as folder:
        for size in SIZES:
            url = store_url(None, Path(folder) / str(size))
            rows.append(_row("SQLite", size, asyncio.run(measure(url, size))))
        largest = store_url(None, Path(folder) / str(SIZES[-1]))
        grown = asyncio.run(memory_mb(largest, CHANNELS))
    notes = [f"{CHANNELS:,} channels read, 1,000 kept in mind: {grown:+.1f} MB"]
    if binaries := find_binaries():
        with (
            TemporaryDirectory(prefix="confab-postgresql-") as folder,
            running_cluster(binaries, Path(folder)) as cluster,
        ):
            for size in SIZES:
                url = cluster.create_database(f"bench{size}")
                rows.append(_row("PostgreSQL", size, asyncio.run(measure(url, size))))
    else:
        notes.append("PostgreSQL is not installed")
    title = "Store: median (95th percentile) in ms"
    return (PartResult(title, tuple(rows[0]), tuple(rows), notes=tuple(notes)),)


def _row(database: str, size: int, took_ms: tuple[str, str, str]) -> dict[str, str]:
    appended, read, recalled = took_ms
    return {
        "database": database,
        "turns": f"{size:,}",
        "turn appended": appended,
        "conversation read": read,
        "facts recalled": recalled,
    }
