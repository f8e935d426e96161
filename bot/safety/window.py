"""Remembers the ends of an author's last utterances, since a word can be split over several."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final

from bot.safety.glyphs import BREAK

if TYPE_CHECKING:
    from bot.safety.verdict import Passage

_MOST_UTTERANCES: Final = 12
_LONGEST_END: Final = 40
# Stands for the words cut off, so that an end is not mistaken for a whole utterance.
_CUT: Final = "the "


class UtteranceWindow:
    """The recent ends by channel and author: bounded in number, length and age.

    Args:
        span_s: How long an utterance belongs to what follows it.
        most_authors: The author longest silent is forgotten beyond this many.
    """

    def __init__(self, *, span_s: float = 30.0, most_authors: int = 10_000) -> None:
        self._span_s = span_s
        self._most_authors = most_authors
        self._ends: OrderedDict[tuple[int, int], deque[tuple[float, str]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ends)

    def before(self, passage: Passage) -> str:
        """Return what the author said just before, each utterance closed by a break."""
        ends = self._ends.get(_key(passage), ())
        recent = [end for at_s, end in ends if passage.at_s - at_s <= self._span_s]
        return "".join(end + BREAK for end in recent)

    def remember(self, passage: Passage) -> None:
        """Add an utterance that may be the beginning of something."""
        key = _key(passage)
        ends = self._ends.setdefault(key, deque(maxlen=_MOST_UTTERANCES))
        self._ends.move_to_end(key)
        text = passage.text.replace(BREAK, " ")
        ends.append((passage.at_s, text if len(text) <= _LONGEST_END else _end_of(text)))
        if len(self._ends) > self._most_authors:
            self._ends.popitem(last=False)

    def forget(self, passage: Passage) -> None:
        """Begin anew for the author of ``passage``, whose split word was found."""
        self._ends.pop(_key(passage), None)


def _key(passage: Passage) -> tuple[int, int]:
    return passage.channel_id, passage.author_id or 0


def _end_of(text: str) -> str:
    end = text[-_LONGEST_END:]
    space = end.find(" ")
    return _CUT + end[space + 1 :]
