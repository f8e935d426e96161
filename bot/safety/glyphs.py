"""Reads any character as the Latin letters that it stands for or imitates."""

from __future__ import annotations

import json
import re
import unicodedata
from importlib import resources
from typing import Final

# What a character reads as when it is no letter.
IGNORED: Final = ""
SPACE: Final = " "
BREAK: Final = "\x1e"  # stands between two utterances of one author
SOFT: Final = "."
MARK: Final = "*"  # Markdown, spoiler bars and pictures, which do not stand inside words

# `1` is a bare stroke, to be read as i or as l; `L` is an l that cannot be mistaken for an i.
_STROKE: Final = "1"
_DIGITS: Final = dict(zip("0123456789", "o1zeasgtbg", strict=True))
SYMBOLS: Final = {"@": "a", "$": "s", "!": "1", "|": "1", "+": "t", "€": "e", "¢": "c", "£": "l"}
# Lower-case letters that the tables leave out since only their capitals are perfect copies.
_ROUGH_COPIES: Final = dict(zip("вкмнтипяεηκτμωχβʃʍ", "bkmhtunrenktuwxbsm", strict=True))
_MARKDOWN: Final = frozenset("*~`")
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
# Canonical combining classes: 0 of Indic scripts, 9 virama, 103 and 118 Thai and Lao.
_VOWEL_CLASSES: Final = frozenset({0, 9, 103, 118})
_LATIN_NAME: Final = re.compile(
    r"(?:LATIN (?:SMALL|CAPITAL) LETTER|LATIN LETTER SMALL CAPITAL"
    r"|NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER|REGIONAL INDICATOR SYMBOL LETTER)"
    r" ([A-Z])(?: WITH .*)?"
)
# A table that grew with every character ever seen would be a leak; this holds all common scripts.
_LARGEST: Final = 20_000


def lookalikes() -> dict[str, str]:
    """Return the non-ASCII characters that imitate one ASCII letter or digit, with that one.

    The JSON is read rather than the package's module imported: that would keep 10 MB of tables.
    """
    source = resources.files("confusable_homoglyphs").joinpath("confusables.json")
    table: dict[str, list[dict[str, str]]] = json.loads(source.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for char, similar in table.items():
        if len(char) != 1 or char.isascii():
            continue
        plain = [one["c"] for one in similar if one["c"].isascii() and one["c"].isalnum()]
        single = [text for text in plain if len(text) == 1]
        if single:
            found[char] = single[0]
    return found


class Glyphs(dict[str, str]):
    """The reading of each character: letters, a gap, or nothing at all.

    Filled as characters are met. Every letter that it answers reads as itself, so that reading a
    second time changes nothing.

    Attributes:
        signs: Finds digits and symbols that are read as letters.

    Args:
        lookalikes: Characters that imitate an ASCII one, as ``lookalikes()`` returns them.
        symbols: Symbols to be read as letters; all others are gaps.
    """

    def __init__(self, *, lookalikes: dict[str, str], symbols: dict[str, str]) -> None:
        super().__init__()
        self._lookalikes = lookalikes
        self._symbols = symbols
        self.signs = re.compile(rf"[\d{re.escape(''.join(symbols))}]")
        # str.translate works on ASCII at the speed of a copy, given a table by code point.
        self._ascii = {code: self[chr(code)] or None for code in range(128)}

    def read(self, text: str) -> str:
        """Return the readings of all characters of ``text``."""
        if text.isascii():
            return text.translate(self._ascii)
        return "".join(map(self.__getitem__, text))

    def __missing__(self, char: str) -> str:
        reading = self._read(char)
        if len(self) < _LARGEST:
            self[char] = reading
        return reading

    def _read(self, char: str) -> str:
        if char.isspace():
            return BREAK if char == BREAK else SPACE
        if _is_invisible(char):
            return IGNORED
        plain = self._plain(char)
        if plain is not None:
            return plain
        parts = unicodedata.normalize("NFKD", char).casefold()
        if parts == char:
            return char if char.isalnum() else _gap(char)
        readings = "".join(self[part] for part in parts)
        letters = "".join(letter for letter in readings if letter.isalnum())
        return letters or _gap(char)

    def _plain(self, char: str) -> str | None:
        """Read ``char`` as one ASCII letter if it is or imitates one."""
        ascii_char = char if char.isascii() else self._imitated(char)
        if ascii_char is None:
            return None
        if ascii_char in _DIGITS:
            return _DIGITS[ascii_char]
        if ascii_char.isalpha():
            # Tables give l as the model of every bare stroke.
            is_stroke = ascii_char == "I" or (ascii_char == "l" and char != "l")
            return _STROKE if is_stroke else "L" if char == "L" else ascii_char.lower()
        return self._symbols.get(ascii_char)

    def _imitated(self, char: str) -> str | None:
        if (digit := unicodedata.digit(char, None)) is not None:
            return str(digit)
        named = _LATIN_NAME.fullmatch(unicodedata.name(char, ""))
        if named:
            return named[1].lower()
        imitated = self._lookalikes.get(char) or _ROUGH_COPIES.get(char)
        return imitated or (char if char in self._symbols else None)


def _gap(char: str) -> str:
    is_picture = not char.isascii() and unicodedata.category(char) in {"So", "Sk"}
    return MARK if is_picture or char in _MARKDOWN else SOFT


def _is_invisible(char: str) -> bool:
    """Tell characters that take no place of their own: marks, controls, fillers, tags."""
    return char in _BLANK_LETTERS or unicodedata.category(char) in {"Mn", "Me", "Cf", "Cc", "Cs"}


def vowel_signs(text: str) -> str:
    """Return the marks of ``text`` that are vowels of Indic and Southeast Asian scripts.

    They are dropped from a reading like all marks, yet tell words of those scripts apart.
    """
    marks = (char for char in text if not char.isascii() and unicodedata.category(char) == "Mn")
    return "".join(char for char in marks if unicodedata.combining(char) in _VOWEL_CLASSES)
