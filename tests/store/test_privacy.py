"""Everything of one person can be seen, taken along and made to vanish."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreUnavailable
from bot.memory.fact import Owner
from bot.memory.lexicon import load_lexicon
from bot.memory.long_term import LongTermMemory
from bot.memory.questions import load_questions
from bot.privacy import Kept, Privacy
from bot.safety.audit import AuditRecord, Change
from bot.safety.chain import SafetyChain
from bot.safety.decisions import DecisionLog
from bot.safety.links import LinkCheck
from bot.safety.verdict import Passage, Side
from bot.store.engines import store_url
from bot.store.open import open_store
from config.guild_options import GuildOptions
from tests.fakes.pipeline import Pipeline
from tests.fakes.turns import ALICE, BOB, NOON, said, turn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from pathlib import Path

    from bot.store.open import Store

SECRETS = ("xylophonist", "Quetzaltenango", "zwieback", "marmoset")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(store_url(None, tmp_path)) as opened:
        yield opened


@pytest.fixture
def memory(store: Store) -> LongTermMemory:
    return LongTermMemory(facts=store.facts, words=load_lexicon(), questions=load_questions())


@pytest.fixture
def privacy(store: Store) -> Privacy:
    return Privacy(
        dialogue=Pipeline(histories=store.histories, consent=store.consent).dialogue,  # type: ignore[arg-type]  # a pipeline on a real store
        records=store.records,
        consent=store.consent,
        decisions=DecisionLog(),
        clock=lambda: NOON,
    )


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


async def tell(store: Store, memory: LongTermMemory) -> None:
    """Let alice and bob say many things in many places."""
    for number in range(1, 200):
        words = f"I like {SECRETS[number % 4]}{number}. My name is {SECRETS[number % 4]}"
        utterance = said(number, words, channel_id=number % 9, guild_id=number % 3 or None)
        await store.histories.append(turn(utterance, f"you like {SECRETS[number % 4]}?", 10_000))
        if number % 10 == 0:
            await memory.learn(utterance)
            await store.histories.edit(number % 9, number, f"now I like {SECRETS[0]}")
        if number % 5 == 0:
            other = said(1000 + number, "the pelican stays", author_id=BOB, channel_id=number % 9)
            await store.histories.append(turn(other, "yes, pelicans."))


async def test_not_a_byte_of_a_deleted_person_is_left_in_the_files(
    store: Store, memory: LongTermMemory, privacy: Privacy, tmp_path: Path
) -> None:
    await tell(store, memory)
    before = bytes_on_disk(tmp_path).lower()
    assert all(secret.lower().encode() in before for secret in SECRETS)

    receipt = await privacy.delete(ALICE)

    assert receipt.turns == 199
    assert receipt.facts > 10
    after = bytes_on_disk(tmp_path).lower()
    assert not [secret for secret in SECRETS if secret.lower()[:7].encode() in after]
    assert b"the pelican stays" in after
    assert await store.histories.read(5)


async def test_a_receipt_cannot_be_mistaken_for_another(privacy: Privacy) -> None:
    first, second = await privacy.delete(ALICE), await privacy.delete(ALICE)
    assert first.number != second.number
    assert (first.turns, first.facts, first.at) == (0, 0, NOON)


async def test_what_is_kept_is_shown_and_exported_whole(
    store: Store, memory: LongTermMemory, privacy: Privacy
) -> None:
    utterance = said(1, "My name is Jackson.", guild_id=5)
    await store.histories.append(turn(utterance, "hello Jackson.", 11))
    await memory.learn(utterance)
    await memory.add(Owner(ALICE, 1), "I like tea", channel_id=1)
    await store.histories.append(turn(said(2, author_id=BOB)))
    await memory.switch(Owner(ALICE, 5), off=True)
    for person in (ALICE, BOB):
        await store.audit.record(AuditRecord(5, person, Change.ADDED, "=foo", NOON.timestamp()))

    kept = await privacy.show(ALICE)
    exported = json.loads(json.dumps(await privacy.export(ALICE)))

    assert kept.turns == (turn(utterance, "hello Jackson.", 11),)
    assert [fact.fact.text for fact in kept.facts] == ["my name is Jackson.", "i like tea."]
    assert exported["user_id"] == str(ALICE)
    assert exported["said"] == [
        {
            "message_id": "1",
            "guild_id": "5",
            "channel_id": "1",
            "at": "2026-05-01T12:00:01+00:00",
            "text": "My name is Jackson.",
            "reply": "hello Jackson.",
        }
    ]
    assert [fact["text"] for fact in exported["facts"]] == ["my name is Jackson.", "i like tea."]
    assert exported["facts"][1]["message_id"] is None
    assert exported["memory_off_in"] == ["5"]
    assert exported["safety_changes"] == [
        {"guild_id": "5", "change": "added", "subject": "=foo", "at": NOON.isoformat()}
    ]
    await privacy.delete(ALICE)
    assert await privacy.show(ALICE) == Kept((), (), is_opted_out=False)


async def test_opting_out_deletes_and_opting_in_starts_afresh(
    store: Store, privacy: Privacy
) -> None:
    await store.histories.append(turn(said(1)))
    receipt = await privacy.opt_out(ALICE)
    assert receipt.turns == 1
    assert (await privacy.show(ALICE)).is_opted_out
    await privacy.opt_in(ALICE)
    assert not (await privacy.show(ALICE)).is_opted_out


async def test_scrubs_that_are_asked_for_at_once_share_their_work(
    store: Store, memory: LongTermMemory, privacy: Privacy, tmp_path: Path
) -> None:
    await tell(store, memory)
    await asyncio.gather(*(privacy.delete(person) for person in (ALICE, BOB, 3, 4, 5)))
    assert b"pelican" not in bytes_on_disk(tmp_path)


async def test_what_is_too_old_is_swept_away_as_each_guild_wants(
    store: Store, memory: LongTermMemory
) -> None:
    sweep = store.retention
    await store.options.write(5, GuildOptions(retention_days=2))
    await store.options.write(6, GuildOptions(retention_days=90))
    await store.options.write(7, GuildOptions())
    for number, guild_id in enumerate((5, 6, 7, None), start=1):
        utterance = said(number, "I like tea.", channel_id=number, guild_id=guild_id)
        await store.histories.append(turn(utterance))
        await memory.learn(utterance)

    async def left_after(days: int) -> tuple[list[int], int]:
        sweep._clock = lambda: NOON + timedelta(days=days, minutes=1)
        await sweep.sweep()
        turns = [len(await store.histories.read(number)) for number in (1, 2, 3, 4)]
        return turns, len(await store.facts.of_author(ALICE))

    assert await left_after(1) == ([1, 1, 1, 1], 4)
    assert await left_after(3) == ([0, 1, 1, 1], 3)
    assert await left_after(31) == ([0, 1, 0, 0], 1)
    assert await left_after(91) == ([0, 0, 0, 0], 0)
    assert (sweep.swept.turns, sweep.swept.facts, sweep.swept.sweeps) == (4, 4, 4)


async def test_a_fact_that_is_still_used_is_not_old(store: Store, memory: LongTermMemory) -> None:
    await memory.learn(said(1, "I like tea."))
    (fact,) = await store.facts.of_author(ALICE)
    await store.facts.note_use([fact.fact_id], NOON + timedelta(days=20))
    store.retention._clock = lambda: NOON + timedelta(days=40)
    await store.retention.sweep()
    assert len(await store.facts.of_author(ALICE)) == 1


async def test_sweeps_run_by_themselves_until_they_are_stopped(store: Store) -> None:
    await store.histories.append(turn(said(1)))
    swept = asyncio.Event()

    def later() -> datetime:
        if store.retention.swept.turns:
            swept.set()
        return NOON + timedelta(days=40)

    store.retention._clock = later
    async with store.retention.running():
        await asyncio.wait_for(swept.wait(), 5)
    assert store.retention.swept.turns == 1


async def test_a_scrub_that_fails_leaves_no_draft_and_no_decision(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(histories=store.histories)  # type: ignore[arg-type]  # a pipeline on a real store
    decisions = DecisionLog()
    chain = SafetyChain(checks=[LinkCheck()], decisions=decisions)
    await chain.check(Passage("discord.gg/abc", Side.UTTERANCE, 7, author_id=ALICE))
    await store.histories.append(turn(said(1, "a marmoset")))
    pipeline.engine.gate.clear()
    answering = asyncio.create_task(
        pipeline.dialogue.converse(said(2, author_id=BOB), pipeline.audience)
    )
    await pipeline.engine.asked.get()

    async def scrub() -> None:
        pipeline.engine.gate.set()  # what was drafted before is about to be told
        await answering
        raise StoreUnavailable

    monkeypatch.setattr(store.records, "scrub", scrub)
    privacy = Privacy(
        dialogue=pipeline.dialogue,
        records=store.records,
        consent=store.consent,
        decisions=decisions,
    )

    with pytest.raises(StoreUnavailable):
        await privacy.delete(ALICE)

    before, after = pipeline.engine.prompts
    assert "a marmoset" in before.messages
    assert "a marmoset" not in after.messages
    assert decisions.recent(7) == []


async def test_deleting_takes_what_safety_decided_about_a_person(store: Store) -> None:
    decisions = DecisionLog()
    chain = SafetyChain(checks=[LinkCheck()], decisions=decisions)
    privacy = Privacy(
        dialogue=Pipeline().dialogue,
        records=store.records,
        consent=store.consent,
        decisions=decisions,
    )
    for author_id in (1, 2):
        await chain.check(Passage("discord.gg/abc", Side.UTTERANCE, 7, author_id=author_id))

    await privacy.delete(1)

    assert [one.author_id for one in decisions.recent(7)] == [2]
