"""A person's say over what is kept of them, in every guild at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.conversation.utterance import Turn
    from bot.dialogue import Dialogue
    from bot.memory.fact import KeptFact
    from bot.safety.audit import AuditRecord


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that is kept of one person.

    Attributes:
        turns: What they said, with the replies, oldest first.
        facts: What was learnt about them.
        is_opted_out: Whether their words are neither kept nor used.
        off_in: The guilds, and channels outside of guilds, where they switched memory off.
        changes: What they changed about guilds' safety, oldest first.
    """

    turns: tuple[Turn, ...]
    facts: tuple[KeptFact, ...]
    is_opted_out: bool
    off_in: tuple[int, ...] = ()
    changes: tuple[AuditRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was deleted.

    Attributes:
        number: By which the person can refer to it; stored nowhere.
        at: When.
        turns: How many turns went.
        facts: How many facts went.
    """

    number: str
    at: datetime
    turns: int
    facts: int


class Records(Protocol):
    """What the store keeps, by person."""

    async def of(self, user_id: int) -> Kept:
        """Return everything that is kept of a person.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        ...

    async def erase(self, user_id: int) -> tuple[int, int]:
        """Delete it; return how many turns and facts went.

        Raises:
            StoreUnavailable: The database does not answer; it is to be asked for again.
        """
        ...

    async def scrub(self) -> None:
        """Let nothing that was deleted be left in the files.

        Raises:
            StoreUnavailable: The database does not answer; it is to be asked for again.
        """
        ...


class ConsentRegister(Protocol):
    """Where people opt out and in; both may raise StoreUnavailable."""

    async def is_opted_out(self, user_id: int) -> bool:
        """Return whether a person has opted out."""
        ...

    async def opt_out(self, user_id: int) -> None:
        """Note that a person's words are neither kept nor used from now on."""
        ...

    async def opt_in(self, user_id: int) -> None:
        """Let a person's words be kept and used again."""
        ...


class Decisions(Protocol):
    """What safety has decided lately, by person and without words."""

    def forget_author(self, author_id: int) -> int:
        """Drop what is about one person; return how many decisions went."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class Privacy:
    """Shows, exports and deletes what is kept of a person, and lets them opt out.

    Args:
        dialogue: Whose turns under way must not bring back what is deleted.
        records: What is kept.
        consent: Who has opted out.
        decisions: What safety has decided about people.
        clock: This moment, timezone-aware.
    """

    def __init__(
        self,
        *,
        dialogue: Dialogue,
        records: Records,
        consent: ConsentRegister,
        decisions: Decisions,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._dialogue = dialogue
        self._records = records
        self._consent = consent
        self._decisions = decisions
        self._clock = clock

    async def show(self, user_id: int) -> Kept:
        """Return everything that is kept of a person."""
        return await self._records.of(user_id)

    async def export(self, user_id: int) -> dict[str, Any]:
        """Return it as plain values for a JSON file."""
        kept = await self._records.of(user_id)
        return {
            "user_id": str(user_id),
            "exported_at": self._clock().isoformat(),
            "opted_out": kept.is_opted_out,
            "said": [_turn(turn) for turn in kept.turns],
            "facts": [_fact(fact) for fact in kept.facts],
            "memory_off_in": [str(home_id) for home_id in kept.off_in],
            "safety_changes": [_change(change) for change in kept.changes],
        }

    async def delete(self, user_id: int) -> Receipt:
        """Delete all of it, in every conversation of every guild.

        What others said stays. Drafts that may hold the deleted words are begun afresh.

        Raises:
            StoreUnavailable: The database does not answer; it is to be asked for again.
        """
        await self._dialogue.drop_author(user_id)
        try:
            turns, facts = await self._records.erase(user_id)
        finally:  # some of it may be gone even if the rest is not
            self._decisions.forget_author(user_id)
            self._dialogue.redraft_all()
        await self._records.scrub()  # takes seconds, in which no stale draft may end
        return Receipt(secrets.token_hex(4), self._clock(), turns, facts)

    async def opt_out(self, user_id: int) -> Receipt:
        """Keep and use nothing of a person from now on, and delete what there is.

        Raises:
            StoreUnavailable: The database does not answer; it is to be asked for again.
        """
        await self._consent.opt_out(user_id)
        return await self.delete(user_id)

    async def is_opted_out(self, user_id: int) -> bool:
        """Return whether a person's words are neither to be kept nor used."""
        return await self._consent.is_opted_out(user_id)

    async def opt_in(self, user_id: int) -> None:
        """Let a person's words be kept and used again.

        Raises:
            StoreUnavailable: The database does not answer; nothing has changed.
        """
        await self._consent.opt_in(user_id)


def _turn(turn: Turn) -> dict[str, Any]:
    place = turn.utterance.place
    return {
        "message_id": str(turn.utterance.message_id),
        "guild_id": None if place.guild_id is None else str(place.guild_id),
        "channel_id": str(place.channel_id),
        "at": turn.utterance.said_at.isoformat(),
        "text": turn.utterance.text,
        "reply": turn.reply,
    }


def _fact(kept: KeptFact) -> dict[str, Any]:
    return {
        "about": kept.fact.kind.value,
        "text": kept.fact.text,
        "confidence": kept.fact.confidence,
        "message_id": str(kept.source.message_id) if kept.source.message_id else None,
        "guild_or_channel_id": str(kept.owner.home_id),
        "at": kept.source.told_at.isoformat(),
        "used": kept.uses,
    }


def _change(record: AuditRecord) -> dict[str, Any]:
    return {
        "guild_id": str(record.guild_id),
        "change": record.change.value,
        "subject": record.subject,
        "at": datetime.fromtimestamp(record.at, UTC).isoformat(),
    }
