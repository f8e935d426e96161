"""No model input ever holds words that do not belong in it, whatever happens in whatever order."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from typing_extensions import override

from bot.conversation.utterance import Place, Utterance
from bot.dialogue import Dialogue
from bot.memory.fact import Owner
from bot.memory.lexicon import load_lexicon
from bot.memory.long_term import LongTermMemory
from bot.memory.questions import load_questions
from bot.privacy import Privacy
from bot.safety.decisions import DecisionLog
from bot.store.engines import store_url
from bot.store.open import open_store
from tests.fakes.engine import ScriptedEngine
from tests.fakes.facts import MemoryFacts
from tests.fakes.keeping import MemoryConsent, MemoryHistories, MemoryOptions, MemoryPersonas
from tests.fakes.records import MemoryRecords
from tests.fakes.safety import FixedTact, WordSafety
from tests.fakes.turns import NOON

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.generation.request import GenerationRequest, GenerationResult

PEOPLE = (101, 102, 103)
PLACES = (
    Place(11, guild_id=1),
    Place(12, guild_id=1),
    Place(13, guild_id=1, parent_id=11),
    Place(21, guild_id=2),
    Place(22, guild_id=2, parent_id=21),
)
HOMES = {place.channel_id: place.guild_id for place in PLACES}
SENTENCES = (
    "I like {}.",
    "My name is {}.",
    "I live in {}.",
    "My favorite food is {}.",
    "have you seen the {}?",
    "{} and tea",
    "forget that {}",
)
QUESTIONS = (
    "what's my name?",
    "where do I live?",
    "what do I like?",
    "what do you know about me?",
    "forget that",
    "forget my name",
    "hello, how is the city?",
    "what a fun weekend, let us talk about food",
    "it is my birthday, my home is full",
)
UPHEAVALS = (
    "channel_goes",
    "guild_goes",
    "deletes_everything",
    "opts_out",
    "opts_in",
    "opts_in",
    "forgets_facts",
    "switches_memory_off",
    "switches_memory_on",
    "switches_memory_on",
    "restarts",
    "restarts",
)
TOKEN = re.compile(r"zq\d+z", re.IGNORECASE)


def home_of(place: Place) -> int:
    return place.channel_id if place.guild_id is None else place.guild_id


@dataclass
class Said:
    """One token that somebody has said in one message, and where it has been repeated."""

    author_id: int
    place: Place
    message_id: int
    is_dead: bool = False
    said_in: set[int] = field(default_factory=set)


class Watcher(ScriptedEngine):
    """An engine that looks at every input it is given."""

    def __init__(self, tokens: dict[str, Said], homes: dict[int, int]) -> None:
        super().__init__(lambda _prompt: "ok.")
        self.tokens = tokens
        self.homes = homes
        self.violations: list[str] = []
        self.inputs = 0

    @override
    async def generate(self, request: GenerationRequest) -> GenerationResult:
        self.inputs += 1
        shown = "\n".join((*request.prompt.persona, *request.prompt.messages))
        self.watch(shown, asker_id=request.asker_id, channel_id=request.channel_id)
        return await super().generate(request)

    def watch(self, text: str, *, asker_id: int, channel_id: int) -> None:
        for token in TOKEN.findall(text):
            said = self.tokens[token.lower()]
            is_here = channel_id in (said.place.channel_id, *said.said_in)
            is_own = said.author_id == asker_id and home_of(said.place) == self.homes[channel_id]
            if said.is_dead or not (is_here or is_own):
                self.violations.append(f"{token} of {said} for {asker_id} in {channel_id}")


@dataclass
class Ear:
    """An audience that checks what it hears and notes where a token has been repeated."""

    engine: Watcher
    asker_id: int
    channel_id: int
    first_id: int

    async def say(self, text: str) -> tuple[int, ...]:
        self.engine.watch(text, asker_id=self.asker_id, channel_id=self.channel_id)
        for token in TOKEN.findall(text):
            self.engine.tokens[token.lower()].said_in.add(self.channel_id)
        return (self.first_id,)

    async def told_to_wait(self, outlook: object) -> None:
        """Nobody waits for long here."""


class Interleavings(RuleBasedStateMachine):
    """People talk, take back, move and leave at once; the model's inputs are watched."""

    on_disk = False

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.tokens: dict[str, Said] = {}
        self.utterances: dict[int, Utterance] = {}
        self.opted_out: set[int] = set()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.next_id = 1000
        self.homes = {place.channel_id: home_of(place) for place in PLACES}
        self.homes |= {person + 1000: person + 1000 for person in PEOPLE}

    @initialize()
    def begin(self) -> None:
        self.engine = Watcher(self.tokens, self.homes)
        if self.on_disk:
            self.folder = Path(self.stack.enter_context(TemporaryDirectory()))
        self.histories = MemoryHistories()
        self.facts = MemoryFacts(self.histories)
        self.consent = MemoryConsent()
        self.run(self.compose())

    async def compose(self) -> None:
        """Start Confab on what is kept."""
        self.engine.gate = asyncio.Event()
        self.engine.gate.set()
        histories: Any = self.histories
        facts: Any = self.facts
        consent: Any = self.consent
        records: Any = MemoryRecords(self.histories, self.facts, self.consent)
        if self.on_disk:
            self.open = open_store(store_url(None, self.folder))
            store = await self.open.__aenter__()
            histories, facts, consent = store.histories, store.facts, store.consent
            records = store.records
        self.clock = NOON
        self.memory = LongTermMemory(
            facts=facts, words=LEXICON, questions=QUESTION_BOOK, clock=lambda: self.clock
        )
        self.dialogue = Dialogue(
            engine=self.engine,
            histories=histories,
            memory=self.memory,
            personas=MemoryPersonas(),
            options=MemoryOptions(),
            consent=consent,
            safety=WordSafety(),
            tact=FixedTact(),
        )
        self.privacy = Privacy(
            dialogue=self.dialogue, records=records, consent=consent, decisions=DecisionLog()
        )

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        async def settled() -> None:
            await work
            for _ in range(30):
                await asyncio.sleep(0.0005 if self.on_disk else 0)

        self.runner.run(settled())
        assert self.engine.violations == []

    def new_token(self, person: int, place: Place, message_id: int) -> str:
        token = f"zq{len(self.tokens)}z"
        is_out = person in self.opted_out
        self.tokens[token] = Said(person, place, message_id, is_dead=is_out)
        return token

    def kill(self, **wanted: Any) -> None:
        """Mark what may no longer be shown, after the call that takes it away has returned."""
        for said in self.tokens.values():
            if all(
                value in (getattr(said, name, None), getattr(said.place, name, None))
                for name, value in wanted.items()
            ):
                said.is_dead = True

    async def converse(self, utterance: Utterance) -> None:
        self.utterances[utterance.message_id] = utterance
        channel_id, reply_id = utterance.place.channel_id, utterance.message_id + 500_000
        ear = Ear(self.engine, utterance.author_id, channel_id, reply_id)
        task = asyncio.ensure_future(self.dialogue.converse(utterance, ear))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def utterance(self, person: int, where: int, sentence: str) -> Utterance:
        self.next_id += 1
        self.clock += timedelta(minutes=3)
        place = PLACES[where] if where < len(PLACES) else Place(person + 1000)
        token = self.new_token(person, place, self.next_id)
        text = sentence.format(token)
        return Utterance(self.next_id, person, place, text, self.clock)

    people = st.sampled_from(PEOPLE)
    places = st.integers(0, len(PLACES))  # the last one is the person's direct message

    @rule(person=people, where=places, sentence=st.sampled_from(SENTENCES))
    def say(self, person: int, where: int, sentence: str) -> None:
        self.run(self.converse(self.utterance(person, where, sentence)))

    @rule(person=people, where=places, question=st.sampled_from(QUESTIONS))
    def ask(self, person: int, where: int, question: str) -> None:
        self.run(self.converse(self.utterance(person, where, question)))

    @rule()
    def hold(self) -> None:
        self.engine.gate.clear()

    @rule()
    def let_go(self) -> None:
        async def finish() -> None:
            self.engine.gate.set()
            if self.tasks:
                await asyncio.wait(self.tasks, timeout=30)

        self.run(finish())

    @precondition(lambda self: self.utterances)
    @rule(which=st.data(), more=st.booleans())
    def delete(self, which: st.DataObject, *, more: bool) -> None:
        chosen = self.choose(which)
        ids = {chosen.message_id} | ({chosen.message_id - 1} if more else set())
        self.run(self.dialogue.retract(chosen.place.channel_id, ids))
        for said in self.tokens.values():
            if said.message_id in ids and said.place == chosen.place:
                said.is_dead = True

    @precondition(lambda self: self.utterances)
    @rule(which=st.data(), sentence=st.sampled_from((*SENTENCES, "")))
    def edit(self, which: st.DataObject, sentence: str) -> None:
        old = self.choose(which)
        dead = [said for said in self.tokens.values() if said.message_id == old.message_id]
        was_dead = all(said.is_dead for said in dead)
        token = self.new_token(old.author_id, old.place, old.message_id)
        self.tokens[token].is_dead |= was_dead
        text = sentence.format(token)
        new = Utterance(old.message_id, old.author_id, old.place, text, old.said_at)
        self.utterances[old.message_id] = new
        self.run(self.dialogue.amend(new))
        for said in dead:
            said.is_dead = True

    def choose(self, which: st.DataObject) -> Utterance:
        newest = list(self.utterances.values())[-12:]
        return which.draw(st.sampled_from(newest))

    @rule(upheaval=st.sampled_from(UPHEAVALS), person=people, where=places)
    def upheaval(self, upheaval: str, person: int, where: int) -> None:
        """Let something rarer happen; one rule for all, so that talk is most of what happens."""
        place = PLACES[where] if where < len(PLACES) else Place(person + 1000)
        getattr(self, upheaval)(person, place)

    def channel_goes(self, _person: int, place: Place) -> None:
        self.run(self.dialogue.leave_channel(place.channel_id))
        self.kill(channel_id=place.channel_id)
        self.kill(parent_id=place.channel_id)

    def guild_goes(self, _person: int, place: Place) -> None:
        if place.guild_id is not None:
            self.run(self.dialogue.leave_guild(place.guild_id))
            self.kill(guild_id=place.guild_id)

    def deletes_everything(self, person: int, _place: Place) -> None:
        self.run(self.privacy.delete(person))
        self.kill(author_id=person)

    def opts_out(self, person: int, _place: Place) -> None:
        self.run(self.privacy.opt_out(person))
        self.kill(author_id=person)
        self.opted_out.add(person)

    def opts_in(self, person: int, _place: Place) -> None:
        self.run(self.privacy.opt_in(person))
        self.opted_out.discard(person)

    def forgets_facts(self, person: int, place: Place) -> None:
        self.run(self.memory.forget(Owner.of(person, place)))

    def switches_memory_off(self, person: int, place: Place) -> None:
        self.run(self.memory.switch(Owner.of(person, place), off=True))

    def switches_memory_on(self, person: int, place: Place) -> None:
        self.run(self.memory.switch(Owner.of(person, place), off=False))

    def restarts(self, _person: int, _place: Place) -> None:
        async def again() -> None:
            await self.stop()
            await self.compose()

        self.run(again())

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        if self.tasks:
            await asyncio.wait(self.tasks)
        if self.on_disk:
            await self.open.__aexit__(None, None, None)

    @override
    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.runner.run(self.stop())
            self.runner.run(self.stack.aclose())
        self.runner.close()


class InterleavingsOnDisk(Interleavings):
    """The same on SQLite, restarts included."""

    on_disk = True


LEXICON, QUESTION_BOOK = load_lexicon(), load_questions()
USUAL = settings(
    deadline=None,
    stateful_step_count=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(USUAL, max_examples=300)  # well over 10,000 steps
TestInterleavingsOnDisk = InterleavingsOnDisk.TestCase
TestInterleavingsOnDisk.settings = settings(USUAL, max_examples=8, stateful_step_count=30)
