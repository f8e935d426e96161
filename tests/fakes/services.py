"""Everything a client needs, made of fakes that a test can reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.client import EXTENSIONS, ConfabClient
from bot.dialogue import Dialogue
from bot.footprint import resident_bytes
from bot.memory.lexicon import load_lexicon
from bot.memory.long_term import LongTermMemory
from bot.memory.questions import load_questions
from bot.privacy import Privacy
from bot.safety.decisions import DecisionLog
from bot.services import Services
from tests.fakes.engine import ScriptedEngine
from tests.fakes.facts import MemoryFacts
from tests.fakes.keeping import (
    MemoryConsent,
    MemoryHistories,
    MemoryOptions,
    MemoryPersonas,
    MemoryTreeHashes,
    NoMemory,
)
from tests.fakes.records import MemoryRecords
from tests.fakes.safety import FixedTact, WordSafety, quiet_desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports import Tact
    from bot.safety.desk import SafetyDesk
    from bot.safety.verdict import SafetyCheck


@dataclass
class Parts:
    """A whole Confab without a model or a disk; ``client()`` may be called more than once."""

    engine: ScriptedEngine = field(default_factory=ScriptedEngine)
    histories: MemoryHistories = field(default_factory=MemoryHistories)
    memory: NoMemory = field(default_factory=NoMemory)
    has_memory: bool = False
    facts: MemoryFacts = field(init=False)
    personas: MemoryPersonas = field(default_factory=MemoryPersonas)
    options: MemoryOptions = field(default_factory=MemoryOptions)
    consent: MemoryConsent = field(default_factory=MemoryConsent)
    safety: WordSafety = field(default_factory=WordSafety)
    judge: SafetyCheck | None = None
    tact: Tact = field(default_factory=FixedTact)
    safety_desk: SafetyDesk = field(default_factory=quiet_desk)
    decisions: DecisionLog = field(default_factory=DecisionLog)
    tree_hashes: MemoryTreeHashes = field(default_factory=MemoryTreeHashes)
    reads_content: bool = False
    answers_bots: bool = False
    resident_bytes: Callable[[], int | None] = resident_bytes

    def __post_init__(self) -> None:
        self.facts = MemoryFacts(self.histories)

    def long_term(self) -> LongTermMemory:
        return LongTermMemory(facts=self.facts, words=load_lexicon(), questions=load_questions())

    def services(self) -> Services:
        dialogue = Dialogue(
            engine=self.engine,
            histories=self.histories,
            memory=self.long_term() if self.has_memory else self.memory,
            personas=self.personas,
            options=self.options,
            consent=self.consent,
            safety=self.judge or self.safety,
            tact=self.tact,
        )
        return Services(
            dialogue=dialogue,
            engine=self.engine,
            options=self.options,
            personas=self.personas,
            safety=self.judge or self.safety,
            memory=self.long_term(),
            privacy=Privacy(
                dialogue=dialogue,
                records=MemoryRecords(self.histories, self.facts, self.consent),
                consent=self.consent,
                decisions=self.decisions,
            ),
            safety_desk=self.safety_desk,
            uptime_s=lambda: 3725.0,
            reads_content=self.reads_content,
            answers_bots=self.answers_bots,
            resident_bytes=self.resident_bytes,
        )

    def client(self, extensions: tuple[str, ...] = EXTENSIONS) -> ConfabClient:
        return ConfabClient(
            services=self.services(),
            tree_hashes=self.tree_hashes,
            extensions=extensions,
            shutdown_s=0.2,
            shard_count=1,
        )
