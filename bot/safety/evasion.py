"""Tells a word in disguise from ordinary words that only look like one."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from bot.safety.inflection import GRAMMATICAL
from bot.safety.ordinary import is_number
from bot.safety.reading import BREAK_GAP, MARK_GAP, SPACE_GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.safety.ordinary import OrdinaryWords
    from bot.safety.pattern import Pattern
    from bot.safety.reading import Reading

# Shorter entries are too often the ends of two innocent words.
_SHORTEST_SPLIT: Final = 4
# The ends of two utterances do not form this many letters by chance.
_LONG: Final = 8
_FEWEST_PIECES: Final = 3
_SHORT_PHRASE: Final = 7
_LONGEST_SPELLED: Final = 24


def is_evasion(
    reading: Reading, first: int, last: int, pattern: Pattern, *, ordinary: OrdinaryWords
) -> bool:
    """Tell whether the letters from ``first`` to ``last`` are meant as ``pattern``.

    Called for what is no plain form of the entry. Whatever is made of ordinary words and numbers
    alone is taken as those, and so is a stretch of a link or of a text in another script.
    """
    words = _words(reading, first, last)
    widest = max((reading.gaps[start] for start, _ in words[1:]), default=0)
    splits = widest >= SPACE_GAP and _splits_words(reading, words, first, pattern)
    is_all = widest == BREAK_GAP and (
        len(pattern.letters) >= _LONG or _is_all_there_is(reading, first, last)
    )
    # Two utterances meet in one place only, so a coincidence there is rare.
    needs_purpose = splits and widest < BREAK_GAP
    if needs_purpose and not _is_split_on_purpose(reading, words, pattern, ordinary):
        return False
    if _is_one_word_phrase(reading, first, last, pattern):
        return False
    if _is_in_url(reading, first) or _is_foreign(reading, words, pattern):
        return False
    if is_all:
        return True
    if widest == MARK_GAP:
        return not all(is_number(reading.original(*word)) for word in words)
    return any(reading.original(*word) not in ordinary for word in words)


def _words(reading: Reading, first: int, last: int) -> list[tuple[int, int]]:
    words = [reading.word_of(first)]
    while words[-1][1] < last:
        words.append(reading.word_of(words[-1][1] + 1))
    return words


def _splits_words(
    reading: Reading, words: Sequence[tuple[int, int]], first: int, pattern: Pattern
) -> bool:
    """Tell whether there is white space where the entry has none."""
    spaces = {start - first for start, _ in words[1:] if reading.gaps[start] >= SPACE_GAP}
    return not spaces <= pattern.joints


def _is_split_on_purpose(
    reading: Reading, words: Sequence[tuple[int, int]], pattern: Pattern, ordinary: OrdinaryWords
) -> bool:
    """Tell ``f u c k`` and ``fu ck`` from neighbours that only happen to spell something."""
    is_short = len(pattern.letters) < _SHORTEST_SPLIT
    spelled = [start for start, _ in words if start in reading.spelled]
    if len(spelled) == len(words):
        if len(words) < _FEWEST_PIECES:
            return False
        around = _spelled_around(reading, words)
        if around is None or is_short:
            return around is None
        return len(around) > _LONGEST_SPELLED or around not in ordinary
    if is_short:
        return False
    strange = [word for word in words if reading.original(*word) not in ordinary]
    return len(strange) > 1 or (len(strange) == 1 and strange[0][0] not in reading.spelled)


def _spelled_around(reading: Reading, words: Sequence[tuple[int, int]]) -> str | None:
    """Return all that is spelled letter by letter there; None if it is nothing but ``words``.

    The words `a` and `I` may stand before, and an ending may follow.
    """
    start, end = words[0][0], words[-1][1]
    first, last = reading.spelled[start]
    letters = reading.letters
    before = letters[max(first, start - _LONGEST_SPELLED) : start].rstrip(letters[start])
    after = letters[end + 1 : min(last, end + _LONGEST_SPELLED) + 1].lstrip(letters[end])
    if not before.strip("ai1") and (not after or after in GRAMMATICAL):
        return None
    return letters[first : min(last, first + _LONGEST_SPELLED + 1) + 1]


def _is_one_word_phrase(reading: Reading, first: int, last: int, pattern: Pattern) -> bool:
    """Tell whether a short phrase is written as one word: `goodlier` is no `go die`."""
    if not pattern.joints or len(pattern.letters) > _SHORT_PHRASE:
        return False
    return not any(letter in reading.is_start for letter in range(first + 1, last + 1))


def _is_in_url(reading: Reading, first: int) -> bool:
    origin = reading.origins[first]
    return any(start <= origin < end for start, end in reading.urls)


def _is_foreign(reading: Reading, words: Sequence[tuple[int, int]], pattern: Pattern) -> bool:
    """Tell a word of another script whose letters all happen to look Latin."""
    if not reading.has_other_script or not pattern.letters.isascii():
        return False
    return not any(
        "LATIN" in unicodedata.name(char, "")
        for start, end in words
        for char in reading.original(start, end)
    )


def _is_all_there_is(reading: Reading, first: int, last: int) -> bool:
    """Tell whether the utterances that it is spread over consist of nothing else."""
    starts_one = first == 0 or reading.gaps[first] == BREAK_GAP
    ends_one = last + 1 == len(reading.letters) or reading.gaps[last + 1] == BREAK_GAP
    return starts_one and ends_one
