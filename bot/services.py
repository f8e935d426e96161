"""What a cog may ask for; bootstrap fills it in, tests fill it with fakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.doorway import Doorway
from bot.footprint import resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.dialogue import Dialogue
    from bot.generation.engine import Engine
    from bot.memory.long_term import LongTermMemory
    from bot.ports import OptionsRepository, Personas
    from bot.privacy import Privacy
    from bot.safety.desk import SafetyDesk
    from bot.safety.verdict import SafetyCheck


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that cogs translate to and from.

    Attributes:
        dialogue: One turn.
        engine: For its health, line and model card.
        options: Each guild's options.
        personas: Who speaks where.
        safety: Judges texts that commands bring in.
        memory: Facts that people have told about themselves.
        privacy: What is kept of a person, and their say over it.
        safety_desk: Where admins see and change what safety does in their guild.
        uptime_s: Seconds since the start.
        retention_days: The owner's choice of how long things are kept.
        reads_content: Whether the message-content intent is used.
        answers_bots: Whether other bots are answered.
        doorway: Counts replies under way; the client closes it when it stops.
        resident_bytes: The memory of this process; None where the system does not tell.
    """

    dialogue: Dialogue
    engine: Engine
    options: OptionsRepository
    personas: Personas
    safety: SafetyCheck
    memory: LongTermMemory
    privacy: Privacy
    safety_desk: SafetyDesk
    uptime_s: Callable[[], float]
    retention_days: int = 30
    reads_content: bool = False
    answers_bots: bool = False
    doorway: Doorway = field(default_factory=Doorway)
    resident_bytes: Callable[[], int | None] = resident_bytes
