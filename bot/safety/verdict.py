"""A judgement on one text, in the words that dialogue, commands and records share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


class Action(StrEnum):
    """What a match leads to, mildest first."""

    ALLOW = "allow"
    LOG = "log"
    MASK = "mask"
    CHANGE_TOPIC = "change_topic"
    WITHHOLD = "withhold"
    REFUSE = "refuse"
    SUPPORT = "support"


def strongest(actions: Iterable[Action]) -> Action:
    """Return the action that wins where several are asked for; ALLOW if none is."""
    order = tuple(Action)
    return max(actions, key=order.index, default=Action.ALLOW)


class Side(StrEnum):
    """Whose words are judged."""

    UTTERANCE = "utterance"
    REPLY = "reply"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Match:
    """Where and why a check found something.

    Attributes:
        check: The check that found it, such as ``keywords``.
        category: Such as ``slur`` or ``personal_data``.
        entry: The list entry or label that matched.
        start: Offset of the first matching character in the original text.
        end: Offset after the last one.
        action: What this match asks for.
    """

    check: str
    category: str
    entry: str
    start: int
    end: int
    action: Action


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with a text.

    Attributes:
        action: The strongest action of all matches.
        matches: What was found, in the order of the text.
        text: The text to go on with: masked where ``action`` is MASK, else as it was.
    """

    action: Action
    text: str
    matches: tuple[Match, ...] = ()

    @classmethod
    def of(cls, text: str, matches: Iterable[Match]) -> Verdict:
        """Judge ``text`` by what was found in it, in the order of the text."""
        ordered = tuple(sorted(matches, key=lambda match: (match.start, match.end, match.entry)))
        return cls(strongest(match.action for match in ordered), text, ordered)

    @property
    def passes(self) -> bool:
        """Whether the text may go on, perhaps masked."""
        return self.action in {Action.ALLOW, Action.LOG, Action.MASK}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to be judged, with what a check may need to know about it.

    Attributes:
        text: As it was written.
        side: Whose words they are.
        guild_id: Whose lists apply; None in a direct message or a terminal.
        channel_id: Where it is said.
        author_id: Who said it; None for the bot.
        at_s: When, in seconds of a monotonic clock.
        message_id: By which an utterance that is judged again is known; None if it has none.
    """

    text: str
    side: Side
    guild_id: int | None = None
    channel_id: int = 0
    author_id: int | None = None
    at_s: float = 0.0
    message_id: int | None = None


class SafetyCheck(Protocol):
    """One concern of safety; a chain asks them in order."""

    async def check(self, passage: Passage) -> Verdict:
        """Judge ``passage``; must not block the event loop and must not raise for any text."""
        ...
