"""Remembers the ends of an author's last utterances, since a word can be split over several."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final

from bot.safety.glyphs import BREAK

if TYPE_CHECKING:
    from bot.safety.verdict import Passage

    _End = tuple[float, str, int | None]  # when, the end, the message

_MOST_UTTERANCES: Final = 12
_LONGEST_END: Final = 40
# Stands for the words cut off, so that an end is not mistaken for a whole utterance.
_CUT: Final = "the "


class UtteranceWindow:
    """The recent ends by channel and author: bounded in number, length and age.

    Whatever is too old to belong to anything goes with the next utterance of anybody.

    Args:
        span_s: How long an utterance belongs to what follows it.
        most_authors: The author longest silent is forgotten beyond this many.
    """

    def __init__(self, *, span_s: float = 30.0, most_authors: int = 10_000) -> None:
        self._span_s = span_s
        self._most_authors = most_authors
        self._ends: OrderedDict[tuple[int, int], deque[_End]] = OrderedDict()
        self._in_time: deque[tuple[float, tuple[int, int]]] = deque()

    def __len__(self) -> int:
        return len(self._ends)

    def before(self, passage: Passage) -> str:
        """Return what the author said just before, each utterance closed by a break."""
        self._drop_until(passage.at_s - self._span_s)
        recent: list[str] = []
        for at_s, end, message_id in self._ends.get(_key(passage), ()):
            if passage.message_id is not None and message_id == passage.message_id:
                break  # judged again: what came after it is not before it
            if passage.at_s - at_s <= self._span_s:
                recent.append(end + BREAK)
        return "".join(recent)

    def remember(self, passage: Passage) -> None:
        """Add an utterance that may be the beginning of something, or its new words."""
        self._drop_until(passage.at_s - self._span_s)
        key = _key(passage)
        ends = self._ends.setdefault(key, deque(maxlen=_MOST_UTTERANCES))
        self._ends.move_to_end(key)
        text = passage.text.replace(BREAK, " ")
        end = text if len(text) <= _LONGEST_END else _end_of(text)
        ids = [message_id for _, _, message_id in ends]
        if passage.message_id is not None and passage.message_id in ids:
            place = ids.index(passage.message_id)
            ends[place] = (ends[place][0], end, passage.message_id)
        else:
            ends.append((passage.at_s, end, passage.message_id))
            self._in_time.append((passage.at_s, key))
        if len(self._ends) > self._most_authors:
            self._ends.popitem(last=False)

    def forget(self, passage: Passage) -> None:
        """Begin anew for the author of ``passage``, whose split word was found."""
        self._ends.pop(_key(passage), None)

    def forget_author(self, author_id: int) -> None:
        """Drop what one person said, in every channel."""
        for key in [key for key in self._ends if key[1] == author_id]:
            del self._ends[key]

    def _drop_until(self, at_s: float) -> None:
        while self._in_time and self._in_time[0][0] < at_s:
            _, key = self._in_time.popleft()
            ends = self._ends.get(key)
            while ends and ends[0][0] < at_s:
                ends.popleft()
            if not ends:
                self._ends.pop(key, None)


def _key(passage: Passage) -> tuple[int, int]:
    return passage.channel_id, passage.author_id or 0


def _end_of(text: str) -> str:
    end = text[-_LONGEST_END:]
    space = end.find(" ")
    return _CUT + end[space + 1 :]
