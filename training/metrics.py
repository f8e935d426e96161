"""Figures about many replies: how varied they are, and how many stand in the corpus."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from training.dialogue import Dialogue

_SLOT = re.compile(r"\\\{[a-z]+\d?\\\}")
_WORD = re.compile(r"[\w']+")
_SHORT = 3


def distinct(replies: Iterable[str], n: int) -> float:
    """Return the share of different n-grams among all n-grams of the replies."""
    grams = [
        tuple(words[i : i + n]) for words in map(_words, replies) for i in range(len(words) - n + 1)
    ]
    return len(set(grams)) / max(1, len(grams))


def f1(reply: str, written: str) -> float:
    """Return how much two replies agree in words, from 0 to 1: ParlAI's unigram F1."""
    said, wanted = Counter(_words(reply)), Counter(_words(written))
    common = (said & wanted).total()
    return 2 * common / (said.total() + wanted.total()) if common else 0.0


def takes_up(reply: str, utterance: str) -> bool:
    """Tell whether a reply says back a word of four letters or more."""
    return any(len(word) > _SHORT for word in {*_words(reply)} & {*_words(utterance)})


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


class WrittenReplies:
    """Every reply of a corpus as a pattern, whatever stands in its slots."""

    def __init__(self, dialogues: Sequence[Dialogue]) -> None:
        written = {r for d in dialogues for e in d.exchanges for r in e.replies}
        self._patterns: dict[str, list[re.Pattern[str]]] = {}
        for reply in sorted(written):
            pattern = re.compile(_SLOT.sub(".{1,40}", re.escape(reply)), re.IGNORECASE)
            self._patterns.setdefault(reply.split()[-1].casefold(), []).append(pattern)

    def hold(self, reply: str) -> bool:
        """Tell whether ``reply`` was written as it stands, slots apart."""
        last = reply.rsplit(maxsplit=1)[-1].casefold() if reply else ""
        # A reply that ends in a slot is filed under the slot.
        keys = [k for k in self._patterns if k == last or "{" in k]
        return any(pattern.fullmatch(reply) for k in keys for pattern in self._patterns[k])
