"""One thing a person told about themselves, and to whom it belongs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from bot.conversation.utterance import Place

MAX_CHARACTERS: Final = 120


class FactKind(StrEnum):
    """What a fact is about."""

    NAME = "name"
    AGE = "age"
    BIRTHDAY = "birthday"
    HOME = "home"
    ORIGIN = "origin"
    WORK = "work"
    STUDY = "study"
    TASTE = "taste"
    LANGUAGE = "language"
    PET = "pet"
    FAMILY = "family"
    PLAN = "plan"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Owner:
    """To whom facts belong: one person in one guild, or in one conversation outside of guilds.

    Attributes:
        author_id: The person.
        home_id: The guild, else the channel.
    """

    author_id: int
    home_id: int

    @classmethod
    def of(cls, author_id: int, place: Place) -> Owner:
        """Return whose facts may be learnt and recalled in ``place``."""
        return cls(author_id, place.channel_id if place.guild_id is None else place.guild_id)


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement of a person about themselves.

    Attributes:
        kind: What it is about.
        key: What it is about within its kind, such as ``dog``. A newer fact of the same kind and
            key takes its place; empty where a person has only one, such as a name.
        value: The part that answers a question: ``Warsaw``.
        text: As the person would say it to the model: ``i live in Warsaw.``
        confidence: From 0 to 1: how sure the rule was.
    """

    kind: FactKind
    key: str
    value: str
    text: str
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class Denial:
    """A statement that something is not, or is no longer, so.

    Attributes:
        kind: What it is about.
        key: Which fact of that kind; None for all of them.
        value: Only a fact of this value, in lower case; None for any.
    """

    kind: FactKind
    key: str | None = None
    value: str | None = None

    def denies(self, fact: Fact) -> bool:
        """Return whether ``fact`` is what is denied."""
        return (
            self.kind is fact.kind
            and self.key in (None, fact.key)
            and self.value in (None, fact.value.lower())
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from, so that it goes when that goes.

    Attributes:
        message_id: The message that told it; 0 when it was given by command.
        channel_id: Where that was.
        parent_id: The channel that a thread hangs in.
        told_at: When.
    """

    message_id: int
    channel_id: int
    parent_id: int | None
    told_at: datetime


@dataclass(frozen=True, slots=True)
class KeptFact:
    """A fact as it is kept.

    Attributes:
        fact_id: Its number.
        owner: To whom it belongs.
        fact: What was told.
        source: What told it last.
        uses: How often it has been recalled.
        used_at: When it was recalled last.
        is_match: Whether the words that were looked for are in it.
    """

    fact_id: int
    owner: Owner
    fact: Fact
    source: Source
    uses: int = 0
    used_at: datetime | None = None
    is_match: bool = False


_SECOND_PERSON: Final = {
    "i'm": "you're",
    "i am": "you are",
    "i was": "you were",
    "i've": "you've",
    "i": "you",
    "my": "your",
    "me": "you",
    "mine": "yours",
    "myself": "yourself",
}
_FIRST_PERSON = re.compile(
    r"\b(" + "|".join(sorted(_SECOND_PERSON, key=len, reverse=True)) + r")\b", re.IGNORECASE
)


def quotes(reply: str, value: str) -> bool:
    """Return whether ``reply`` holds ``value`` as words of its own: 20 is not in 2020."""
    words = rf"(?<!\w){re.escape(value)}(?!\w)"
    return bool(value) and re.search(words, reply, re.IGNORECASE) is not None


def to_you(text: str) -> str:
    """Return a fact's text as said back to the person, without a full stop."""
    said = _FIRST_PERSON.sub(lambda found: _SECOND_PERSON[found[0].lower()], text)
    return said.rstrip(".")
