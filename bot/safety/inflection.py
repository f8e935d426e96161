"""The endings that a listed word may carry and still be that word."""

from __future__ import annotations

from typing import Final

# Endings that always leave the meaning: `idiots` is a form of `idiot` even if a dictionary has it.
GRAMMATICAL: Final = frozenset({"s", "es", "ed", "ing", "ings"})
# Endings that may make another word: `butter` is no form of `butt`. An ordinary word is spared.
_DERIVED: Final = frozenset(
    {"er", "ers", "in", "y", "ie", "ies", "ier", "iest", "ish", "ery", "able", "ism", "ist", "ists"}
)
_AFTER_E: Final = frozenset({"d", "r", "rs", "y", "ish"})
_AFTER_DROPPED_E: Final = frozenset({"ing", "ings", "in", "able", "ist", "ists", "y"})
_AFTER_DROPPED_Y: Final = frozenset({"ies", "ied", "ier", "iers", "iest", "ily"})
_SHORTEST_STEM: Final = 3


def stems(word: str) -> dict[str, frozenset[str]]:
    """Return the stems that ``word``'s forms begin with, each with the endings it can take.

    The empty ending stands for the word itself.
    """
    endings = GRAMMATICAL | _DERIVED | {""}
    if not word.isascii() or len(word) < _SHORTEST_STEM:
        return {word: frozenset({"", "s"})}
    if word.endswith("e"):
        return {word: endings | _AFTER_E, word[:-1]: _AFTER_DROPPED_E}
    if word.endswith("y"):
        return {word: endings, word[:-1]: _AFTER_DROPPED_Y}
    return {word: endings}


def is_form(text: str, stem: str, endings: frozenset[str]) -> tuple[bool, bool]:
    """Tell whether ``text`` is a form of ``stem``, and whether it is so beyond doubt.

    A last consonant may be doubled before a vowel, as in `spamming`.
    """
    rest = text[len(stem) :]
    if not text.startswith(stem):
        return False, False
    if rest in endings:
        return True, rest in GRAMMATICAL or not rest
    undoubled = rest.removeprefix(stem[-1])
    is_word = "" in endings
    if is_word and undoubled != rest and undoubled[:1] in "aeiy" and undoubled in endings:
        return True, undoubled in GRAMMATICAL
    return False, False
