"""Lays a pattern over the place where the automaton saw its skeleton, letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.safety.pattern import Pattern
    from bot.safety.reading import Reading

_LONGEST_TAIL: Final = 5
# A longer run says no more about where a word begins or which letters were meant.
_RUN_SAMPLE: Final = 8
_MEANINGS: Final = {"1": "il1", "L": "l", "l": "li", "v": "vu"}


def align(reading: Reading, place: int, pattern: Pattern) -> tuple[int, int] | None:
    """Return the first and the last letter of ``pattern`` at ``place`` of the skeleton.

    None if letters are too few or others, or the word goes on where the entry does not allow it.
    """
    first = _first_letter(reading, place, pattern)
    if first is None:
        return None
    for middle in pattern.doubled:
        start, end = reading.runs[place + middle], reading.runs[place + middle + 1]
        if end - start < pattern.runs[middle]:
            return None
    last = _last_letter(reading, place, pattern, first)
    if last is None or not _means(reading, place, pattern, first, last):
        return None
    return first, last


def _first_letter(reading: Reading, place: int, pattern: Pattern) -> int | None:
    start = reading.runs[place]
    latest = reading.runs[place + 1] - pattern.runs[0]
    if latest < start:
        return None
    for letter in range(latest, max(start, latest - _RUN_SAMPLE) - 1, -1):
        if letter in reading.is_start:
            return letter
    if start in reading.is_start:
        return start
    if pattern.entry.open_start:
        return latest
    return start if reading.is_signs_before(start) else None


def _last_letter(reading: Reading, place: int, pattern: Pattern, first: int) -> int | None:
    after = place + len(pattern.runs)
    start, end = reading.runs[after - 1], reading.runs[after] - 1
    earliest = max(start, first) + pattern.runs[-1] - 1
    if earliest > end:
        return None
    if "" in pattern.endings:
        last = _word_end(reading, earliest, end)
        if last is not None:
            return last
        if pattern.entry.open_end:
            return earliest
    follows = reading.skeleton[after : after + 1]
    return _tail_end(reading, after, pattern.tails) if follows in pattern.tail_initials else None


def _tail_end(reading: Reading, after: int, tails: frozenset[str]) -> int | None:
    for place in range(after, min(after + _LONGEST_TAIL, len(reading.skeleton))):
        if reading.skeleton[after : place + 1] in tails:
            start, end = reading.runs[place], reading.runs[place + 1] - 1
            last = _word_end(reading, start, end)
            if last is not None:
                return last
    return None


def _word_end(reading: Reading, earliest: int, run_end: int) -> int | None:
    """Return the first letter of a run's rest that ends a word."""
    for letter in range(earliest, min(run_end, earliest + _RUN_SAMPLE) + 1):
        if letter + 1 in reading.is_start:
            return letter
    if run_end + 1 in reading.is_start or reading.is_signs_after(run_end):
        return run_end
    return None


def _means(reading: Reading, place: int, pattern: Pattern, first: int, last: int) -> bool:
    for offset, meant in pattern.ambiguous:
        start = max(first, reading.runs[place + offset])
        end = min(last + 1, reading.runs[place + offset + 1], start + _RUN_SAMPLE)
        written = reading.letters[start:end]
        # The i of an ending such as -ing joins a last l in one run.
        is_last = offset == len(pattern.runs) - 1
        if not (_spells(written, meant) or (is_last and _spells(written, meant + "i"))):
            return False
    return True


def _spells(written: str, meant: str) -> bool:
    """Tell whether ``written`` is ``meant`` with letters repeated and some disguised.

    The bits of ``reached`` are the letters of ``meant`` that may have been spelled so far.
    """
    reached = 1
    for char in written:
        reads_as = _MEANINGS.get(char, char)
        fits = sum(1 << place for place, letter in enumerate(meant, start=1) if letter in reads_as)
        reached = (reached | reached << 1) & fits
    return bool(reached >> len(meant) & 1)
