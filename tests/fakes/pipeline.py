"""A whole dialogue out of fakes, each part within reach of the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.conversation.utterance import Place, Utterance
from bot.dialogue import Dialogue
from tests.fakes.audience import RecordingAudience
from tests.fakes.engine import ScriptedEngine
from tests.fakes.keeping import (
    MemoryConsent,
    MemoryHistories,
    MemoryOptions,
    MemoryPersonas,
    NoMemory,
)
from tests.fakes.safety import FixedTact, WordSafety

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Pipeline:
    engine: ScriptedEngine = field(default_factory=ScriptedEngine)
    histories: MemoryHistories = field(default_factory=MemoryHistories)
    memory: NoMemory = field(default_factory=NoMemory)
    personas: MemoryPersonas = field(default_factory=MemoryPersonas)
    options: MemoryOptions = field(default_factory=MemoryOptions)
    consent: MemoryConsent = field(default_factory=MemoryConsent)
    safety: WordSafety = field(default_factory=WordSafety)
    audience: RecordingAudience = field(default_factory=RecordingAudience)

    def __post_init__(self) -> None:
        self.dialogue = Dialogue(
            engine=self.engine,
            histories=self.histories,
            memory=self.memory,
            personas=self.personas,
            options=self.options,
            consent=self.consent,
            safety=self.safety,
            tact=FixedTact(),
        )


def said(
    text: str,
    *,
    message_id: int = 1,
    author_id: int = 10,
    channel_id: int = 100,
    guild_id: int | None = 7,
    parent_id: int | None = None,
) -> Utterance:
    return Utterance(
        message_id=message_id,
        author_id=author_id,
        place=Place(channel_id=channel_id, guild_id=guild_id, parent_id=parent_id),
        text=text,
        said_at=NOON,
    )
