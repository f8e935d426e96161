"""Cuts a long reply into messages that Discord takes, each readable and marked up by itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cogs._markup import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 2000
CLOSING_RESERVE = 16  # all inline marks at once and a fence with its line break

_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]*_~|`]{0,8}\s")  # noqa: RUF001  # full-width marks
_LINE_END = re.compile(r"\n")
_WORD_END = re.compile(r"\s")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: a slice of the text between the marks that keep it whole."""

    opening: str
    body: str
    closing: str

    @property
    def text(self) -> str:
        """What is sent."""
        return f"{self.opening}{self.body}{self.closing}"


def split(text: str, *, limit: int = LIMIT) -> tuple[str, ...]:
    """Return ``text`` as messages of at most ``limit`` characters, none of them blank."""
    return tuple(piece.text for piece in pieces(text, limit=limit))


def pieces(text: str, *, limit: int = LIMIT) -> Iterator[Piece]:
    """Yield the slices of ``text``, cut at sentences where there are any.

    Nothing but white space at a cut is dropped. What is open at a cut is closed before it and
    opened again after it.
    """
    markup = Markup(text).read()
    start = 0
    while start < len(text):
        opening = "".join(span.opening for span in markup.open_at(start))
        room = limit - len(opening) - CLOSING_RESERVE
        end = len(text) if len(text) - start <= room else _cut(markup, start, start + room)
        closing = "".join(span.closing for span in reversed(markup.open_at(end)))
        body = text[start:end].rstrip()
        if body:
            yield Piece(opening, body, closing)
        start = _resume(markup, end)


def _cut(markup: Markup, start: int, stop: int) -> int:
    """Return where to cut: after a sentence, else a line, a word, or anywhere it does not tear."""
    kinds = (_SENTENCE_END, _LINE_END, _WORD_END)
    for kind in kinds[1:] if markup.is_fenced(stop) else kinds:
        ends = (match.end() for match in kind.finditer(markup.text, start, stop + 1))
        fitting = [end for end in ends if end not in markup.uncuttable]
        if fitting and fitting[-1] - start > (stop - start) // 4:
            return fitting[-1]
    for cut in range(stop, start, -1):
        if cut not in markup.uncuttable and not _joins(markup.text[cut]):
            return cut
    return stop


def _joins(character: str) -> bool:
    """Return whether a character belongs to the one before it."""
    return character in _JOINERS or unicodedata.combining(character) > 0


def _resume(markup: Markup, end: int) -> int:
    """Return where the next piece begins; a code block keeps its indentation."""
    if markup.is_fenced(end):
        return end
    while end < len(markup.text) and markup.text[end].isspace():
        end += 1
    return end
