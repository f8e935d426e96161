"""From a written line to what a person would type: slots filled, spelling as it comes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from training.slots import SlotLists

_SLOT = re.compile(r"(\{[a-z]+\d?\})")
_SENTENCE_START = re.compile(r"(^|[.!?]\"?\s+\"?)([a-z])")
_LONG_WORD = re.compile(r"\b[a-z]{5,}\b")
_QUESTION = re.compile(r"^(who|what|where|when|why|how|which|do|does|did|are|is|can|could|will)\b")


# How people type, as shares of their utterances.
_WITH_TYPO = 0.08
_HASTY, _CAREFUL, _WITHOUT_END = 0.22, 0.45, 0.52
_WITHOUT_APOSTROPHES = 0.35


class Filling:
    """The values of one telling of a dialogue: the same slot always has the same value."""

    def __init__(self, lists: SlotLists, rng: random.Random) -> None:
        self._lists = lists
        self._rng = rng
        self._chosen: dict[str, str] = {}

    def value(self, slot: str) -> str:
        """Return the slot's value, drawn when first asked for."""
        row, form = self._lists.row_of(slot)
        if row not in self._chosen:
            taken = self._chosen.values()
            self._chosen[row] = self._lists.draw(row, self._rng, taken=taken)
        return self._chosen[row].split(" | ")[form]

    def filled(self, line: str) -> str:
        """Return a line with its slots filled and nothing else changed."""
        return _SLOT.sub(lambda found: self.value(found[1][1:-1]), line)

    def spoken(self, line: str) -> str:
        """Return a line of Confab's: slots filled, sentences begun with a capital."""
        text = self.filled(line)
        return _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), text)

    def typed(self, line: str) -> str:
        """Return a line of the person's, spelt as people do; a slot's letters stay whole."""
        rng = self._rng
        pieces = _SLOT.split(line)
        if rng.random() < _WITH_TYPO:
            pieces = [p if p.startswith("{") else _mistyped(p, rng) for p in pieces]
        text = "".join(self.value(p[1:-1]) if p.startswith("{") else p for p in pieces)
        chance = rng.random()
        if chance < _HASTY:
            return _hasty(text, rng)
        if chance < _CAREFUL:
            return _careful(text)
        if chance < _WITHOUT_END:
            return text.rstrip(".!?")
        return text


def _hasty(text: str, rng: random.Random) -> str:
    text = text.lower().rstrip(".!")
    return text.replace("'", "") if rng.random() < _WITHOUT_APOSTROPHES else text


def _careful(text: str) -> str:
    text = re.sub(r"\bi\b", "I", text)
    text = _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), text)
    if text[-1].isalnum():
        text += "?" if _QUESTION.match(text.lower()) else "."
    return text


def _mistyped(text: str, rng: random.Random) -> str:
    words = list(_LONG_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    match rng.randrange(3):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + text[at] + text[at:]
        case _:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
