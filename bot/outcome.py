"""How a turn can end, and what is said when it does not end in a reply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OutcomeKind(StrEnum):
    """How a turn ended."""

    REPLIED = "replied"
    REFUSED = "refused"
    WITHHELD = "withheld"
    OPTED_OUT = "opted_out"
    LINE_FULL = "line_full"
    TOO_SLOW = "too_slow"
    FAILED = "failed"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended and what was said.

    Attributes:
        kind: How it ended.
        text: What was delivered; empty when nothing was.
        reply_ids: The messages that carry it.
    """

    kind: OutcomeKind
    text: str = ""
    reply_ids: tuple[int, ...] = ()


APOLOGIES = {
    OutcomeKind.LINE_FULL: "Many people are talking with me right now. Please ask me again soon.",
    OutcomeKind.TOO_SLOW: "That took me too long, sorry. Please ask me again.",
    OutcomeKind.FAILED: "Something went wrong on my side, sorry. Please try again in a moment.",
    OutcomeKind.OPTED_OUT: (
        "You have opted out, so I neither keep nor use your words. `/privacy optin` brings me back."
    ),
}
