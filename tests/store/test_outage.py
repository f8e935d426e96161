"""The conversation goes on when the database does not, and writing resumes in the old order."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import exc

from bot.conversation.persona import Persona
from bot.conversation.utterance import Place
from bot.errors import StoreUnavailable
from bot.memory.answers import forgotten
from bot.memory.fact import Fact, FactKind, Owner, Source
from bot.memory.lexicon import load_lexicon
from bot.memory.long_term import LongTermMemory
from bot.memory.questions import load_questions
from bot.safety.guild_lists import GuildRules
from bot.store.engines import store_url
from bot.store.history_changes import Append, ForgetAuthor
from bot.store.journal import Journal
from bot.store.open import open_store
from bot.store.persona_files import NOBODY
from config.guild_options import GuildOptions
from tests.fakes.pipeline import Pipeline
from tests.fakes.turns import ALICE, BOB, NOON, said, turn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.open import Store

PIRATE = Persona(name="pirate")


class Weather:
    """Takes the database away and brings it back."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_down = False
        self.is_disk_full = False
        self.now = 0.0
        database = store.database
        database._clock = lambda: self.now
        ask = database._ask

        async def asked(
            engine: object, question: Callable[[AsyncConnection], Awaitable[object]]
        ) -> object:
            async def fails(_: AsyncConnection) -> object:
                raise exc.OperationalError("", None, sqlite3.OperationalError("disk I/O error"))

            is_away = self.is_down or (self.is_disk_full and engine is database._writer)
            return await ask(engine, fails if is_away else question)  # type: ignore[arg-type]  # either engine

        monkeypatch.setattr(database, "_ask", asked)

    def storm(self) -> None:
        self.is_down = True

    def clears(self) -> None:
        self.is_down = self.is_disk_full = False
        self.now += 10


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(
        store_url(None, tmp_path), history_turns=5, cached_channels=3, personas=(NOBODY, PIRATE)
    ) as opened:
        yield opened


@pytest.fixture
def weather(store: Store, monkeypatch: pytest.MonkeyPatch) -> Weather:
    return Weather(store, monkeypatch)


async def test_a_conversation_goes_on_from_memory(store: Store, weather: Weather) -> None:
    await store.histories.append(turn(said(1)))
    await store.histories.read(1)
    weather.storm()
    await store.histories.append(turn(said(2)))
    await store.histories.sent(1, 2, (12,))
    assert await store.histories.read(1) == (turn(said(1)), turn(said(2), "i see.", 12))


async def test_writing_resumes_and_nothing_that_was_said_meanwhile_is_missing(
    store: Store, weather: Weather
) -> None:
    await store.histories.append(turn(said(1)))
    weather.storm()
    await store.histories.append(turn(said(2)))
    await store.histories.forget_messages(1, {1})
    weather.clears()
    await store.histories.append(turn(said(3)))
    assert store.journal.waiting == ()
    store.histories._recent.drop(1)
    assert await store.histories.read(1) == (turn(said(2)), turn(said(3)))


async def test_reading_alone_brings_the_database_up_to_date(store: Store, weather: Weather) -> None:
    weather.storm()
    await store.histories.append(turn(said(1)))
    weather.clears()
    assert await store.histories.read(1) == (turn(said(1)),)
    assert store.journal.waiting == ()


async def test_what_must_go_is_not_shown_even_before_the_database_knows(
    store: Store, weather: Weather
) -> None:
    for number in range(1, 7):
        author = ALICE if number % 2 else BOB
        await store.histories.append(turn(said(number, author_id=author, channel_id=number)))
    await store.histories.read(6)
    weather.storm()
    assert await store.histories.forget_author(BOB) == 1
    await store.histories.forget_channel(5)
    await store.histories.forget_guild(99)
    await store.histories.edit(3, 3, "changed")
    weather.is_down = False  # the journal still waits: the clock stands
    weather.now += 0.5
    assert [len(await store.histories.read(number)) for number in (2, 4, 5)] == [0, 0, 0]
    weather.clears()
    await store.histories.append(turn(said(9, channel_id=9)))
    assert await store.histories.read(3) == (turn(said(3, "changed", channel_id=3), None),)
    assert await store.histories.read(4) == ()


async def test_an_outage_is_told_once_and_its_end_once(
    store: Store, weather: Weather, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot.store")
    weather.storm()
    for number in range(5):
        weather.now += 5
        await store.histories.append(turn(said(number)))
        await store.histories.read(1)
    weather.clears()
    await store.histories.append(turn(said(7)))
    await store.histories.read(1)
    told = [record.message.split(",")[0] for record in caplog.records]
    assert told == ["store away", "store caught up changes=5", "store back"]


async def test_a_database_that_just_failed_is_not_asked_again_at_once(
    store: Store, weather: Weather
) -> None:
    weather.storm()
    await store.histories.read(1)
    weather.is_down = False
    with pytest.raises(StoreUnavailable):
        await store.database.read(_nothing)
    weather.clears()
    await store.database.read(_nothing)
    assert not store.database.is_away


async def test_choices_are_remembered_through_an_outage(store: Store, weather: Weather) -> None:
    place, thread = Place(1, guild_id=5), Place(7, guild_id=5, parent_id=1)
    await store.options.write(5, GuildOptions(length="short"))
    await store.personas.choose(place, "pirate", everywhere=False)
    await store.consent.opt_out(ALICE)
    await store.guild_lists.save(5, GuildRules(added=frozenset({"foo"})))
    weather.storm()
    assert (await store.options.read(5)).length == "short"
    assert (await store.options.read(6)).length == "usual"
    assert await store.personas.persona_for(thread) == PIRATE
    assert await store.consent.is_opted_out(ALICE)
    assert not await store.consent.is_opted_out(BOB)
    assert (await store.guild_lists.load(5)).added == {"foo"}
    assert await store.tree_hashes.read(1) is None
    with pytest.raises(StoreUnavailable):
        await store.guild_lists.load(6)
    with pytest.raises(StoreUnavailable):
        await store.options.write(5, GuildOptions())


async def test_a_guilds_own_persona_is_not_called_unknown_in_an_outage(
    store: Store, weather: Weather
) -> None:
    await store.personas.write(5, Persona(name="sailor", lines=("i sail.",)))
    weather.storm()
    assert PIRATE in await store.personas.available(None)
    with pytest.raises(StoreUnavailable):
        await store.personas.choose(Place(1, guild_id=5), "sailor", everywhere=False)


async def test_facts_are_not_recalled_while_some_wait_to_be_forgotten(
    store: Store, weather: Weather
) -> None:
    owner = Owner(ALICE, 5)
    fact = Fact(FactKind.NAME, "", "Jackson", "my name is Jackson.")
    await store.facts.keep(owner, [fact], Source(1, 1, None, NOON))
    weather.storm()
    await store.facts.unlearn({1})
    with pytest.raises(StoreUnavailable):
        await store.facts.of(owner)
    weather.clears()
    assert (await store.facts.of(owner)).facts == ()


async def test_a_wish_to_forget_is_kept_on_a_disk_that_cannot_be_written(
    store: Store, weather: Weather
) -> None:
    memory = LongTermMemory(facts=store.facts, words=load_lexicon(), questions=load_questions())
    pipeline = Pipeline(histories=store.histories, memory=memory)  # type: ignore[arg-type]  # a pipeline on a real store
    await memory.learn(said(1, "My name is Jackson.", guild_id=5))
    weather.is_disk_full = True
    wish = said(2, "Forget my name.", guild_id=5)
    outcome = await pipeline.dialogue.converse(wish, pipeline.audience)
    assert outcome.text == forgotten(anything=True, variant=2)
    with pytest.raises(StoreUnavailable):
        await memory.show(Owner(ALICE, 5))
    assert await memory.forget(Owner(ALICE, 5)) is None
    weather.clears()
    assert (await memory.show(Owner(ALICE, 5))).facts == ()
    assert [one.utterance for one in await store.histories.read(1)] == [wish]


async def test_erasing_is_refused_rather_than_promised(store: Store, weather: Weather) -> None:
    await store.histories.append(turn(said(1)))
    weather.storm()
    await store.histories.append(turn(said(2)))
    with pytest.raises(StoreUnavailable):
        await store.records.erase(ALICE)


async def test_opted_out_people_and_options_are_known_after_a_restart(tmp_path: Path) -> None:
    url = store_url(None, tmp_path)
    async with open_store(url) as store:
        await store.consent.opt_out(ALICE)
        await store.options.write(5, GuildOptions(length="long"))
    async with open_store(url) as store:
        store.database._away_until[store.database._reader] = float("inf")
        assert await store.consent.is_opted_out(ALICE)
        assert (await store.options.read(5)).length == "long"


async def test_a_full_journal_loses_the_oldest_words_but_never_a_deletion(
    store: Store, weather: Weather
) -> None:
    journal = Journal(database=store.database, limit=3)
    weather.storm()
    await journal.write(ForgetAuthor(BOB))
    for number in range(1, 5):
        await journal.write(Append(turn(said(number))))
    kept = [c.turn.utterance.message_id for c in journal.waiting if isinstance(c, Append)]
    assert kept == [3, 4]
    assert journal.waiting[0] == ForgetAuthor(BOB)
    weather.clears()
    assert await journal.drain()


async def test_only_so_many_channels_are_kept_in_mind(store: Store) -> None:
    for channel in range(20):
        await store.histories.append(turn(said(1, channel_id=channel)))
        await store.histories.read(channel)
    assert store.histories.cached == 3


async def test_a_locked_file_counts_as_away_and_comes_back(tmp_path: Path) -> None:
    async with open_store(store_url(None, tmp_path)) as store:
        with closing(sqlite3.connect(tmp_path / "confab.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await store.histories.append(turn(said(1)))
            assert store.database.is_away
            other.execute("ROLLBACK")
        store.database._away_until.clear()
        await store.histories.append(turn(said(2)))
        assert len(await store.histories.read(1)) == 2


async def test_a_full_disk_counts_as_away_and_reading_goes_on(store: Store) -> None:
    await store.histories.append(turn(said(1)))
    async with store.database._writer.begin() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count=1")
    for number in range(2, 80):
        await store.histories.append(turn(said(number, "word " * 500)))
    assert store.database.is_away
    assert len(await store.histories.read(1)) == 5


async def test_a_cancelled_asker_leaves_the_connection_whole(store: Store) -> None:
    for number in range(1, 30):
        asking = asyncio.ensure_future(store.histories.append(turn(said(number))))
        for _ in range(number % 7):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait({asking})
    reading = asyncio.ensure_future(store.histories.read(1))
    await asyncio.sleep(0)
    reading.cancel()
    await store.histories.append(turn(said(99)))
    assert (await store.histories.read(1))[-1] == turn(said(99))


async def test_our_own_mistakes_are_not_taken_for_an_outage(store: Store) -> None:
    async def mistaken(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("INSERT INTO opted_out VALUES (1, 1)")
        await connection.exec_driver_sql("INSERT INTO opted_out VALUES (1, 1)")

    with pytest.raises(exc.IntegrityError):
        await store.database.write(mistaken)
    assert not store.database.is_away


async def test_a_lost_server_is_asked_anew_once(store: Store) -> None:
    asked = []

    async def lost_once(connection: AsyncConnection) -> str:
        asked.append(connection)
        if len(asked) == 1:
            raise exc.OperationalError(
                "", None, sqlite3.OperationalError("gone"), connection_invalidated=True
            )
        return "answer"

    assert await store.database.read(lost_once) == "answer"


async def _nothing(_: AsyncConnection) -> None:
    return None
