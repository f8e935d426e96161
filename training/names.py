"""Invented names over a wide alphabet, so that saying a name back is learnt as copying."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_ONSETS = (
    *"bcdfghjklmnpqrstvwxyz",
    *("br", "bl", "ch", "cl", "cr", "dh", "dr", "fl", "fr", "gl", "gr", "gw", "hj", "hr"),
    *("kh", "kl", "kr", "kw", "ll", "mc", "mb", "nd", "ng", "ny", "ph", "pl", "pr", "qu", "rh"),
    *("sc", "sh", "sk", "sl", "sn", "sp", "st", "sv", "sw", "sz", "th", "tr", "ts", "tz", "vl"),
    *("wr", "xh", "zh", "zl"),
)
_MIDDLES = (
    *_ONSETS,
    *("bb", "ck", "dd", "ff", "gg", "kk", "ld", "lm", "ln", "lt", "lv", "mm", "mp", "nn", "nt"),
    *("pp", "rd", "rk", "rl", "rm", "rn", "rr", "rt", "rv", "sm", "ss", "tt", "vr", "xt", "zz"),
    *("nc", "ns", "nz", "lk", "ls", "rs", "kt", "ks", "gn", "dr", "tch"),
)
_VOWELS = (
    *"aaaeeeiiiooouuy",
    *("ae", "ai", "ao", "au", "ay", "ea", "ee", "ei", "eo", "eu", "ey", "ia", "ie", "io", "iu"),
    *("oa", "oe", "oi", "oo", "ou", "oy", "ua", "ue", "ui", "ya", "ye", "yo", "yu"),
)
_CODAS = (
    *("", "", "", "", "", "", "", ""),
    *"bcdfghklmnprstvwxyz",
    *("ck", "ct", "dt", "ff", "ld", "ll", "lt", "mm", "nd", "ng", "nn", "ns", "nt", "nx", "ph"),
    *("rd", "rg", "rk", "rl", "rn", "rt", "sh", "sk", "ss", "st", "th", "tt", "tz", "wn", "son"),
    *("lyn", "ton", "wyn", "ric", "bert", "mund", "qa", "que", "xi", "zsa", "lle", "nne", "tte"),
)
_OF_LETTERS, _VOWEL_FIRST = 0.15, 0.25
_PARTS = (1, 1, 2, 2, 2, 2, 3, 3)


def invent(rng: random.Random) -> str:
    """Return a name such as nobody bears: one to three syllables, any letter first."""
    if rng.random() < _OF_LETTERS:
        return _of_letters(rng)
    pieces = ["" if rng.random() < _VOWEL_FIRST else rng.choice(_ONSETS)]
    for index in range(rng.choice(_PARTS)):
        if index:
            pieces.append(rng.choice(_MIDDLES))
        pieces.append(rng.choice(_VOWELS))
    pieces.append(rng.choice(_CODAS))
    name = "".join(pieces)
    return name.capitalize() if len(name) > 1 else invent(rng)


def _of_letters(rng: random.Random) -> str:
    """Return letters in any order: what is copied then cannot be guessed from sound."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "".join(rng.choice(letters) for _ in range(rng.randint(3, 8))).capitalize()
