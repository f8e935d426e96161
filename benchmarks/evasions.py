"""The ways in which people disguise a word, as functions; no table of the filter is used here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    Evasion = Callable[[str, random.Random], str]

_ACCENTS: Final = "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0323\u0327"
_SHARE: Final = 0.6  # of the letters that are changed
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2066\u034f"
_LEET: Final = {
    "a": "@4",
    "b": "8",
    "e": "3",
    "g": "9",
    "i": "1!",
    "l": "1",
    "o": "0",
    "s": "$5",
    "t": "7+",
}
# Chosen by eye from Cyrillic, Greek, Armenian, Cherokee, letter-like and phonetic signs.
_LOOKALIKES: Final = {
    "a": "\u0430\u03b1\u0251\u1d00",
    "b": "\u0412\u1d6c\u0392",
    "c": "\u0441\u03f2\u1d04",
    "d": "\u0501\u1d05\u217e",
    "e": "\u0435\u0415\u1d07\u212e",
    "f": "\u0192\ua730",
    "g": "\u0261\u0262",
    "h": "\u04bb\u041d\u029c",
    "i": "\u0456\u026a\u03b9",
    "j": "\u0458\u1d0a",
    "k": "\u043a\u1d0b\u212a",
    "l": "\u04c0\u217c\u029f",
    "m": "\u041c\u1d0d\u217f",
    "n": "\u0274\u0578\u039d",
    "o": "\u043e\u03bf\u1d0f\u0585",
    "p": "\u0440\u03c1\u1d18",
    "q": "\u051b",
    "r": "\u0433\u0280\u13a1",
    "s": "\u0455\ua731",
    "t": "\u0442\u1d1b\u03a4",
    "u": "\u03c5\u057d\u1d1c",
    "v": "\u03bd\u1d20\u2174",
    "w": "\u051d\u1d21\u0461",
    "x": "\u0445\u2179\u03a7",
    "y": "\u0443\u028f\u04af",
    "z": "\u1d22\u0396",
}
_EMOJI: Final = ("\U0001f525", "\u2764\ufe0f", "\U0001f469\u200d\U0001f4bb", "<:pepe:1234567890>")


def plain(text: str, rng: random.Random) -> str:
    """Change letter case at most."""
    return rng.choice((text, text.upper(), text.title()))


def inflected(text: str, rng: random.Random) -> str:
    """Add an ending."""
    if text[-1] in "aeiou":
        return text + "s"
    return text + rng.choice(("s", "ing", "ed") if text[-1] not in "sxzhy" else ("es", "ing", "ed"))


def accents(text: str, rng: random.Random) -> str:
    """Put combining marks on letters."""
    return _each(text, rng, lambda char: char + rng.choice(_ACCENTS), share=_SHARE)


def zero_width(text: str, rng: random.Random) -> str:
    """Put invisible characters between letters."""
    return _each(text, rng, lambda char: char + rng.choice(_INVISIBLE), share=_SHARE)


def homoglyph(text: str, rng: random.Random) -> str:
    """Use letters of other scripts that look the same."""
    return _each(text, rng, lambda char: rng.choice(_LOOKALIKES.get(char, char)), share=_SHARE)


def fullwidth(text: str, rng: random.Random) -> str:
    """Use full-width forms."""
    del rng
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def leet(text: str, rng: random.Random) -> str:
    """Use digits and symbols, but leave a letter: digits alone are a number."""
    places = [place for place, char in enumerate(text) if char in _LEET]
    if places and sum(char.isalpha() for char in text) == len(places):
        places.remove(rng.choice(places))
    chosen = {place for place in places if rng.random() < _SHARE} or set(places[:1])
    return "".join(
        rng.choice(_LEET[char]) if place in chosen else char for place, char in enumerate(text)
    )


def repeated(text: str, rng: random.Random) -> str:
    """Repeat letters."""
    return _each(text, rng, lambda char: char * rng.randint(2, 5), share=_SHARE)


def spaced(text: str, rng: random.Random) -> str:
    """Put a space between all letters."""
    del rng
    return " ".join(char for char in text if not char.isspace())


def punctuated(text: str, rng: random.Random) -> str:
    """Put the same sign between all letters."""
    return rng.choice((".", "-", "_", "*", "~", ",", "\u2022")).join(text.replace(" ", ""))


def marked_up(text: str, rng: random.Random) -> str:
    """Put Markdown, spoiler bars or emoji into words."""
    mark = rng.choice(("**", "*", "__", "_", "~~", "`", "||", *_EMOJI))
    return " ".join(_wrapped(word, mark, rng) for word in text.split())


def mixed(text: str, rng: random.Random) -> str:
    """Disguise each letter in another way."""
    ways = (accents, zero_width, homoglyph, fullwidth, repeated, leet, plain)
    return "".join(rng.choice(ways)(char, rng) if char.isalpha() else char for char in text)


def _each(text: str, rng: random.Random, change: Callable[[str], str], *, share: float) -> str:
    """Apply ``change`` to some letters, at least one."""
    letters = [place for place, char in enumerate(text) if char.isalnum()]
    chosen = {place for place in letters if rng.random() < share} or {rng.choice(letters)}
    return "".join(change(char) if place in chosen else char for place, char in enumerate(text))


def _wrapped(word: str, mark: str, rng: random.Random) -> str:
    cut = rng.randint(1, len(word) - 1) if len(word) > 1 else 0
    return f"{word[:cut]}{mark}{word[cut:]}{mark}"


def over_two(text: str, rng: random.Random) -> tuple[str, str]:
    """Cut a word between two utterances."""
    cuts = [cut for cut in range(1, len(text)) if text[cut - 1] != " " and text[cut] != " "]
    cut = rng.choice(cuts)
    return text[:cut], text[cut:]


SINGLE: Final[dict[str, Evasion]] = {
    "plain": plain,
    "inflected": inflected,
    "accents": accents,
    "zero-width": zero_width,
    "homoglyph": homoglyph,
    "fullwidth": fullwidth,
    "leet": leet,
    "repeated": repeated,
    "spaced": spaced,
    "punctuated": punctuated,
    "Markdown": marked_up,
    "mixed": mixed,
}
# Applied in this order, so that the second works on what the first leaves of the letters.
_ORDER: Final = (
    "inflected",
    "repeated",
    "leet",
    "homoglyph",
    "accents",
    "fullwidth",
    "zero-width",
    "spaced",
    "punctuated",
    "Markdown",
)
PAIRS: Final = tuple(
    (first, second) for place, first in enumerate(_ORDER) for second in _ORDER[place + 1 :]
)


def pair(text: str, names: tuple[str, str], rng: random.Random) -> str:
    """Disguise ``text`` in two ways at once."""
    first, second = names
    return SINGLE[second](SINGLE[first](text, rng), rng)
