"""Searches text for listed words, whatever the spelling; plain synchronous code for all callers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.safety.glyphs import SYMBOLS, Glyphs, lookalikes
from bot.safety.matcher import Matcher
from bot.safety.pattern import compile_list
from bot.safety.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.safety.entries import Entry
    from bot.safety.ordinary import OrdinaryWords
    from bot.safety.pattern import CompiledList

# Where symbols may stand for letters. A `!` that ends a word is just that: `lol!` is no `loli`.
_SYMBOL_IN_WORD: Final = re.compile(
    r"[|@$+\u20ac\u00a2\u00a3\uff5c\uff20\uff04\uff0b]"
    r"|[!\uff01](?![\s!?\"').,\uff01]|$)"
    r"|(?:^|[^\w!?\"').,\uff01])[!\uff01]"
    r"|\w[!\uff01]{2}"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found in a text, by offsets into that text."""

    entry: Entry
    start: int
    end: int


class Lexicon:
    """The reader and the matcher that all lists share.

    A text with symbols inside words is read twice: with symbols as letters, and as gaps.
    """

    def __init__(self, *, ordinary: OrdinaryWords) -> None:
        copies = lookalikes()
        self._plain = Glyphs(lookalikes=copies, symbols={})
        self._symbolic = Glyphs(lookalikes=copies, symbols=SYMBOLS)
        self._matcher = Matcher(ordinary=ordinary)

    def compile(self, entries: Iterable[Entry], exceptions: Iterable[Entry] = ()) -> CompiledList:
        """Make a searchable list; takes milliseconds for hundreds of entries, so use a thread."""
        return compile_list(entries, exceptions=exceptions, glyphs=self._plain)

    def search(self, text: str, lists: Sequence[CompiledList]) -> list[Hit]:
        """Return what any of ``lists`` has in ``text``, in the order of the text."""
        hits = self._search(text, lists, self._plain)
        if _SYMBOL_IN_WORD.search(text) is not None:
            hits |= self._search(text, lists, self._symbolic)
        return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.entry.text))

    def _search(self, text: str, lists: Sequence[CompiledList], glyphs: Glyphs) -> set[Hit]:
        reading = read(text, glyphs)
        return {
            Hit(one.pattern.entry, *reading.span(one.first, one.last))
            for one in self._matcher.find(reading, lists)
        }
