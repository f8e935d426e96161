"""Tells words and numbers that people write every day, which no guesswork may turn into others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_CONTRACTION: Final = re.compile(r"['\u2019](?:s|t|d|m|ll|re|ve)$")
# 5th 20s 100km: numbers with units. A4 B12: sizes, roads, vitamins. 3f4a55e7: digests.
_NUMBER: Final = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|kg|km|cm|mm|gb|mb|tb|kb|px|ft|in|hz|[skxmhp])?|[a-z][1-9]\d{0,3}"
    r"|(?=[a-f]*\d[a-f]*\d)[0-9a-f]{8,}"
)
_BEFORE_NUMBERS: Final = "$€£¥+-#"
_AFTER_NUMBERS: Final = "%!+"


class OrdinaryWords:
    """A set of words that knows contractions and numbers.

    Args:
        words: In small letters.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: str) -> bool:
        """Tell whether ``word``, as it was written, is ordinary."""
        bare = word.casefold()
        if bare in self._words or _CONTRACTION.sub("", bare) in self._words:
            return True
        return is_number(bare)


def is_number(word: str) -> bool:
    """Tell a number, with or without a unit, and what is named like one."""
    bare = word.casefold().lstrip(_BEFORE_NUMBERS).rstrip(_AFTER_NUMBERS)
    return _NUMBER.fullmatch(bare) is not None
