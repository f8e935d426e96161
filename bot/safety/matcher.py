"""Decides which of an automaton's candidates somebody would really read in the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from bot.safety.alignment import align
from bot.safety.evasion import is_evasion
from bot.safety.glyphs import vowel_signs
from bot.safety.inflection import is_form
from bot.safety.pattern import plain_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.safety.entries import Category
    from bot.safety.ordinary import OrdinaryWords
    from bot.safety.pattern import CompiledList, Pattern
    from bot.safety.reading import Reading

# `who're` is no plain form of anything without the apostrophe.
_APOSTROPHE: Final = re.compile(r"['\u2019]")
# More findings of one entry would change no verdict, and a hostile text is made of them.
_OFTEN_ENOUGH: Final = 8
# Each near miss takes microseconds; no innocent text has this many of one entry.
_TOO_NEAR_TOO_OFTEN: Final = 48
# How many letters before a finding the exception that covers it may begin.
_LONGEST_EXCEPTION: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """An entry found, from the first to the last letter of the reading."""

    pattern: Pattern
    first: int
    last: int


class Matcher:
    """Looks for the entries of compiled lists in readings.

    Args:
        ordinary: Words that are what they are, however much they look like an entry in disguise.
    """

    def __init__(self, *, ordinary: OrdinaryWords) -> None:
        self._ordinary = ordinary

    def find(self, reading: Reading, lists: Iterable[CompiledList]) -> list[Finding]:
        """Return what is really there, exceptions taken away, in the order of the text."""
        candidates = [
            (place, pattern)
            for compiled in lists
            for place, patterns in compiled.candidates(reading)
            for pattern in patterns
        ]
        exceptions = [one for one in candidates if one[1].is_exception]
        search = _Search(reading, self._ordinary, sorted(exceptions, key=itemgetter(0)))
        for place, pattern in candidates:
            if not pattern.is_exception:
                search.try_pattern(place, pattern)
        return _widest(search.found)


class _Search:
    """What was found so far in one reading; what an exception covers is neither found nor counted.

    Exceptions of any list come first: a guild's own may cover what a shipped entry finds.
    """

    def __init__(
        self, reading: Reading, ordinary: OrdinaryWords, exceptions: Sequence[tuple[int, Pattern]]
    ) -> None:
        self._reading = reading
        self._ordinary = ordinary
        self._times: dict[str, int] = {}
        self._near_misses: dict[str, int] = {}
        self._exceptions = exceptions  # by the place where they begin
        self.found: list[Finding] = []

    def try_pattern(self, place: int, pattern: Pattern) -> None:
        name = pattern.entry.text
        times = self._times.get(name, 0)
        if times >= _OFTEN_ENOUGH:
            return
        aligned = align(self._reading, place, pattern)
        if aligned is None or not self._is_meant(*aligned, pattern):
            return
        if self._is_excused(place, *aligned):
            return
        self._times[name] = times + 1
        self.found.append(Finding(pattern, *aligned))

    def _is_excused(self, place: int, first: int, last: int) -> bool:
        """Look at the exceptions that begin where the finding does or a little before."""
        begin = bisect_left(self._exceptions, place - _LONGEST_EXCEPTION, key=itemgetter(0))
        for start, exception in islice(self._exceptions, begin, None):
            if start > place:
                return False
            aligned = align(self._reading, start, exception)
            if aligned is None or not aligned[0] <= first <= last <= aligned[1]:
                continue
            if self._is_meant(*aligned, exception):
                return True
        return False

    def _is_meant(self, first: int, last: int, pattern: Pattern) -> bool:
        reading = self._reading
        start, end = reading.span(first, last)
        written = reading.text[start:end]
        if not pattern.letters.isascii() and vowel_signs(written) != pattern.vowel_signs:
            return False
        is_plain, is_certain = is_form(plain_letters(written), pattern.plain, pattern.endings)
        is_plain = is_plain and _has_plain_gaps(reading, first, last, pattern)
        if (is_plain and is_certain) or pattern.is_exception or pattern.needs_digits:
            return is_plain
        return self._is_disguised(first, last, pattern)

    def _is_disguised(self, first: int, last: int, pattern: Pattern) -> bool:
        """Tell disguise from coincidence; what nearly says it dozens of times does say it."""
        name = pattern.entry.text
        near_misses = self._near_misses.get(name, 0)
        if near_misses >= _TOO_NEAR_TOO_OFTEN:
            return True
        if is_evasion(self._reading, first, last, pattern, ordinary=self._ordinary):
            return True
        self._near_misses[name] = near_misses + 1
        return False


def _has_plain_gaps(reading: Reading, first: int, last: int, pattern: Pattern) -> bool:
    """Tell whether gaps stand where the entry has spaces, and nowhere else, apostrophes neither."""
    gaps = reading.gaps
    has_apostrophe = _APOSTROPHE.search(reading.original(first, last)) is not None
    if has_apostrophe and _APOSTROPHE.search(pattern.entry.text) is None:
        return False
    return {
        letter - first for letter in range(first + 1, last + 1) if gaps[letter]
    } == pattern.joints


def _widest(findings: list[Finding]) -> list[Finding]:
    """Sort by place and leave out what lies within a wider finding of its category.

    Of two entries with the same letters, the one of fewer words names it.
    """
    reached: dict[Category, int] = {}
    kept: list[Finding] = []
    for one in sorted(findings, key=_place_and_name):
        category = one.pattern.entry.category
        if one.last > reached.get(category, -1):
            reached[category] = one.last
            kept.append(one)
    return kept


def _place_and_name(one: Finding) -> tuple[int, int, int, str]:
    return one.first, -one.last, len(one.pattern.joints), one.pattern.entry.text
