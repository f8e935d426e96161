"""What the automaton looks for: an entry's stems, in the same letter classes as a reading."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import ahocorasick

from bot.safety.glyphs import vowel_signs
from bot.safety.inflection import stems
from bot.safety.reading import AMBIGUOUS_CLASSES, collapsed, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.safety.entries import Entry
    from bot.safety.glyphs import Glyphs
    from bot.safety.reading import Reading


@dataclass(frozen=True, slots=True)
class Pattern:
    """One stem of an entry.

    Attributes:
        entry: The entry it is made from.
        plain: The stem as somebody would write it, without spaces.
        letters: The stem's letters as a reading gives them.
        runs: How often each letter class of the skeleton stands there at least.
        doubled: The places of the skeleton, neither first nor last, that stand there repeatedly.
        ambiguous: The places whose class has several letters, with the letters that are meant.
        joints: Where a phrase has its spaces, as indices into ``letters``.
        endings: Endings that may follow, the empty one included if the stem is a word.
        tails: The same as skeletons.
        tail_initials: What they begin with.
        vowel_signs: The marks that a reading leaves out and that this stem must have.
        needs_digits: Whether digits are meant as digits.
        is_exception: Whether it excuses what it covers.
    """

    entry: Entry
    plain: str
    letters: str
    runs: tuple[int, ...]
    doubled: tuple[int, ...]
    ambiguous: tuple[tuple[int, str], ...]
    joints: frozenset[int]
    endings: frozenset[str]
    tails: frozenset[str]
    tail_initials: frozenset[str]
    vowel_signs: str
    needs_digits: bool
    is_exception: bool


class CompiledList:
    """Patterns in an automaton; immutable once made, so that any thread may search it."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        by_skeleton: dict[str, list[Pattern]] = {}
        for pattern in patterns:
            by_skeleton.setdefault(collapsed(pattern.letters), []).append(pattern)
        self._automaton = ahocorasick.Automaton()
        for skeleton, same in by_skeleton.items():
            may_be_inside = any(pattern.entry.open_start for pattern in same)
            self._automaton.add_word(skeleton, (len(skeleton), may_be_inside, tuple(same)))
        self._is_empty = not by_skeleton
        if by_skeleton:
            self._automaton.make_automaton()

    def candidates(self, reading: Reading) -> Iterator[tuple[int, tuple[Pattern, ...]]]:
        """Yield the place and the patterns of every occurrence that may begin a word."""
        if self._is_empty:
            return
        runs, is_start, signs = reading.runs, reading.is_start, reading.signs
        for last, (length, may_be_inside, patterns) in self._automaton.iter(reading.skeleton):
            place = last - length + 1
            first = runs[place]
            # Most candidates end here, so this is kept to a few look-ups.
            if (
                first in is_start
                or may_be_inside
                or runs[place + 1] - first > 1
                or (first - 1 in signs and (first - 2 in signs or first - 1 in is_start))
            ):
                yield place, patterns


def compile_list(
    entries: Iterable[Entry], *, exceptions: Iterable[Entry] = (), glyphs: Glyphs
) -> CompiledList:
    """Make an automaton of ``entries`` and of the ``exceptions`` that excuse some matches."""
    patterns = [one for entry in entries for one in _patterns(entry, glyphs, is_exception=False)]
    for entry in exceptions:
        patterns.extend(_patterns(entry, glyphs, is_exception=True))
    return CompiledList(patterns)


def _patterns(entry: Entry, glyphs: Glyphs, *, is_exception: bool) -> Iterator[Pattern]:
    *before, last = entry.words
    whole = {last: frozenset({""})}
    for stem, endings in (whole if entry.is_exact or entry.open_end else stems(last)).items():
        text = " ".join([*before, stem])
        # Capitals of some scripts imitate other Latin letters than their small forms do.
        spellings = [text] if text.isascii() else [text, text.upper(), text.title()]
        readings = {reading.skeleton: reading for reading in (read(s, glyphs) for s in spellings)}
        for reading in readings.values():
            yield _pattern(entry, reading, endings, is_exception=is_exception)


def _pattern(
    entry: Entry, reading: Reading, endings: frozenset[str], *, is_exception: bool
) -> Pattern:
    plain = plain_letters(reading.text)
    skeleton = reading.skeleton
    bounds = reading.runs
    runs = tuple(end - start for start, end in pairwise(bounds))
    tails = frozenset(collapsed(reading.letters + one)[len(skeleton) :] for one in endings)
    return Pattern(
        entry=entry,
        plain=plain,
        letters=reading.letters,
        runs=runs,
        doubled=tuple(place for place in range(1, len(runs) - 1) if runs[place] > 1),
        ambiguous=tuple(
            (place, reading.letters[bounds[place] : bounds[place + 1]])
            for place, letter in enumerate(skeleton)
            if letter in AMBIGUOUS_CLASSES
        ),
        joints=frozenset(reading.starts[1:]),
        endings=endings,
        tails=tails,
        tail_initials=frozenset(tail[:1] for tail in tails if tail),
        vowel_signs=vowel_signs(reading.text),
        needs_digits=any(char.isdigit() for char in plain),
        is_exception=is_exception,
    )


def plain_letters(text: str) -> str:
    """Return the letters and digits of ``text`` as they are, without case and width."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(char for char in text.casefold() if char.isalnum())
