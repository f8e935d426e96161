"""What long-term memory hands to a dialogue before a reply."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recollection:
    """What long-term memory has to say about an utterance.

    Attributes:
        lines: Facts worth their tokens, as the person would say them: ``"i live in Warsaw."``
        answer: A sure answer to a plain question about a fact; None where the model answers.
    """

    lines: tuple[str, ...] = ()
    answer: str | None = None
