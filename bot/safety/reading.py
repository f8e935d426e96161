"""One pass over a text that leaves the letters somebody would read in it, each with its origin."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from bot.safety.glyphs import BREAK, MARK, SOFT, SPACE

if TYPE_CHECKING:
    from bot.safety.glyphs import Glyphs

# What stands before a letter: nothing, Markdown or pictures, punctuation, white space, a break
# between utterances. Of several the last counts.
NO_GAP: Final = 0
MARK_GAP: Final = 1
SOFT_GAP: Final = 2
SPACE_GAP: Final = 3
BREAK_GAP: Final = 4

_GAPS: Final = {MARK: MARK_GAP, SOFT: SOFT_GAP, SPACE: SPACE_GAP, BREAK: BREAK_GAP}
_TO_SPACES: Final = str.maketrans({SOFT: SPACE, MARK: SPACE})
# i, l and bare strokes share a class, so do u and v: whoever evades swaps them freely.
_CLASSES: Final = str.maketrans("1lLv", "iiiu")
AMBIGUOUS_CLASSES: Final = "iu"
_REPEATED: Final = re.compile(r"(.)\1+", re.DOTALL)
# Discord's own marks for emoji, mentions, times and commands; bounded, so that it stays linear.
_MARKUP: Final = re.compile(
    r"<(?:a?:\w{1,32}:|@[!&]?|#|t:|/[^<>:]{1,64}:|id:)\w{1,24}(?::\w)?>", re.ASCII
)
_MOST_SIGNS: Final = 12
_URL: Final = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_APOSTROPHES: Final = re.compile(r"['\u2018\u2019\u02bc\uff07]")


class Reading:
    """The letters of a text.

    Attributes:
        text: What was read, as it was written.
        letters: All letters; ``1`` is a stroke that can be i or l, ``L`` a sure l.
        is_start: The index of each letter that begins a word, and of the end.
        skeleton: Letter classes with repetitions taken away: what the automaton sees.
        runs: For each place of the skeleton the first of its letters, and the end.
    """

    def __init__(self, text: str, glyphs: Glyphs) -> None:
        self.text = text
        self._glyphs = glyphs
        words = glyphs.read(_prepared(text)).translate(_TO_SPACES).split()
        self.letters = "".join(words)
        self.is_start = frozenset(accumulate(map(len, words), initial=0))
        self.skeleton, self.runs = _collapse(classes(self.letters))

    @cached_property
    def starts(self) -> list[int]:
        """The index of each letter that begins a word, in order."""
        return sorted(self.is_start - {len(self.letters)})

    @cached_property
    def _pieces(self) -> list[str]:
        return [self._glyphs[char] for char in _prepared(self.text)]

    @cached_property
    def origins(self) -> list[int]:
        """For each letter, the offset of its character in the text."""
        return [
            origin
            for origin, piece in enumerate(self._pieces)
            for letter in piece
            if letter not in _GAPS
        ]

    @cached_property
    def gaps(self) -> bytearray:
        """For each letter, what stands before it; one more for the end."""
        gaps = bytearray()
        gap = SPACE_GAP
        gap_of = _GAPS.get
        for letter in "".join(self._pieces):
            width = gap_of(letter)
            if width is None:
                gaps.append(gap)
                gap = NO_GAP
            elif width > gap:
                gap = width
        gaps.append(max(gap, SPACE_GAP))
        return gaps

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return where the letters from ``first`` to ``last`` stand in the text, marks included."""
        end = self.origins[last] + 1
        while end < len(self.text) and unicodedata.combining(self.text[end]):
            end += 1
        return self.origins[first], end

    def original(self, first: int, last: int) -> str:
        """Return the text from the letter ``first`` to the letter ``last``."""
        start, end = self.span(first, last)
        return self.text[start:end]

    @cached_property
    def has_signs(self) -> bool:
        """Whether digits or symbols may have been read as letters."""
        return self._glyphs.signs.search(self.text) is not None

    @cached_property
    def signs(self) -> frozenset[int]:
        """The letters that were written as digits or symbols."""
        if not self.has_signs:
            return frozenset()
        written = map(self.text.__getitem__, self.origins)
        return frozenset([letter for letter, one in enumerate(written) if not one.isalpha()])

    def is_signs_before(self, letter: int) -> bool:
        """Tell whether only a few digits and symbols stand before ``letter`` in its word."""
        for one in range(letter - 1, max(-1, letter - _MOST_SIGNS), -1):
            if one not in self.signs:
                return False
            if one in self.is_start:
                return True
        return False

    def is_signs_after(self, letter: int) -> bool:
        """Tell whether only a few digits and symbols follow ``letter`` in its word."""
        for one in range(letter + 1, min(len(self.letters), letter + _MOST_SIGNS)):
            if one not in self.signs:
                return False
            if one + 1 in self.is_start:
                return True
        return False

    @cached_property
    def spelled(self) -> dict[int, tuple[int, int]]:
        """For each word of one letter, however often, the first and last of all such in a row."""
        rows: dict[int, tuple[int, int]] = {}
        row: list[int] = []
        bounds = [*self.starts, len(self.letters)]
        for start, end in pairwise(bounds):
            if len(set(self.letters[start:end])) == 1:
                row.append(start)
            else:
                rows.update(dict.fromkeys(row, (row[0], start - 1)) if row else {})
                row = []
        rows.update(dict.fromkeys(row, (row[0], bounds[-1] - 1)) if row else {})
        return rows

    @cached_property
    def urls(self) -> list[tuple[int, int]]:
        """Where the text has links."""
        return [found.span() for found in _URL.finditer(self.text)]

    @cached_property
    def has_other_script(self) -> bool:
        """Whether there are letters that are not Latin and do not look so either."""
        return not self.letters.isascii()

    def word_of(self, letter: int) -> tuple[int, int]:
        """Return the first and the last letter of the word that ``letter`` is in."""
        place = bisect_right(self.starts, letter)
        end = self.starts[place] if place < len(self.starts) else len(self.letters)
        return self.starts[place - 1], end - 1


def classes(letters: str) -> str:
    """Return ``letters`` with each letter replaced by its class."""
    return letters.translate(_CLASSES)


def collapsed(letters: str) -> str:
    """Return the skeleton of ``letters``."""
    return _REPEATED.sub(r"\1", classes(letters))


def read(text: str, glyphs: Glyphs) -> Reading:
    """Read ``text``; linear in its length, and defined for every string."""
    return Reading(text, glyphs)


def _collapse(letters: str) -> tuple[str, list[int]]:
    parts: list[str] = []
    runs: list[int] = []
    done = 0
    for found in _REPEATED.finditer(letters):
        start, end = found.span()
        parts.append(letters[done : start + 1])
        runs.extend(range(done, start + 1))
        done = end
    parts.append(letters[done:])
    runs.extend(range(done, len(letters) + 1))
    return "".join(parts), runs


def _prepared(text: str) -> str:
    """Replace what is no letter whatever its characters, length for length."""
    if "||" in text:
        text = text.replace("||", MARK * 2)
    if "__" in text:
        text = text.replace("__", MARK * 2)
    if "<" in text:
        text = _MARKUP.sub(lambda found: MARK * len(found[0]), text)
    return _APOSTROPHES.sub("\u200b", text)
