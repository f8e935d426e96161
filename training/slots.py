"""What stands in the braces of a dialogue: values drawn from lists that a person can extend."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from training.dialogue import CorpusInvalid, slots_of
from training.names import invent

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_PART = re.compile(r"<([a-z0-9]+)>")
_DIGITS = "0123456789"
_INVENTED = "invented"
_INVENTED_SHARE = {
    "name": 0.6,
    "petname": 0.35,
    "city": 0.1,
    **dict.fromkeys(("artist", "book", "film", "game", "show"), 0.1),
}


class SlotLists:
    """The values of every slot.

    ``slots/NAME.txt`` holds a value a line; a line may name a list of ``slots/parts/`` in angle
    brackets (``<vegetable> soup``), ``<invented>`` is a made-up name. Some slots, names above
    all, are mostly invented: a model that has only seen known names recites them.

    A list of several forms of a word has a slot for each: a line of ``do.did.doing.txt``,
    ``bake a cake | baked a cake | baking a cake``, fills ``{do}``, ``{did}`` and ``{doing}``.
    """

    def __init__(
        self,
        values: Mapping[str, Iterable[str]],
        *,
        parts: Mapping[str, Iterable[str]] | None = None,
        reserved: Iterable[str] = (),
    ) -> None:
        self._values = {slot: tuple(listed) for slot, listed in values.items()}
        self._parts = {part: tuple(listed) for part, listed in (parts or {}).items()}
        self._reserved = frozenset(name.casefold() for name in reserved)
        self._places = {
            form: (listed, place)
            for listed in self._values
            for place, form in enumerate(listed.split("."))
        }

    @classmethod
    def load(cls, folder: Path, *, reserved: Iterable[str] = ()) -> SlotLists:
        """Read the lists of a folder; no value in ``reserved`` is ever drawn for a name."""
        return cls(_lists(folder), parts=_lists(folder / "parts"), reserved=reserved)

    @property
    def known(self) -> frozenset[str]:
        """The names of all slots."""
        return frozenset(self._places)

    def row_of(self, slot: str) -> tuple[str, int]:
        """Return what ``slot`` is drawn as, and which form of it: ``did2``, ``do.did.doing2``, 1.

        Raises:
            CorpusInvalid: There is no such list.
        """
        kind = slot.rstrip(_DIGITS)
        if kind not in self._places:
            raise CorpusInvalid(f"no list for the slot {{{slot}}}")
        listed, place = self._places[kind]
        return listed + slot[len(kind) :], place

    def rows_in(self, line: str) -> frozenset[str]:
        """Return what must be drawn to fill a line."""
        return frozenset(self.row_of(slot)[0] for slot in slots_of(line))

    def draw(self, row: str, rng: random.Random, *, taken: Iterable[str] = ()) -> str:
        """Return a line for ``row`` that is not in ``taken``; ``food2`` draws from ``food``.

        Raises:
            CorpusInvalid: The list has too few values.
        """
        kind = row.rstrip(_DIGITS)
        avoid = set(taken)
        for _ in range(20):
            value = self._value(kind, rng)
            if value not in avoid and value.casefold() not in self._reserved:
                return value
        raise CorpusInvalid(f"the list for {{{row}}} has too few values")

    def _value(self, kind: str, rng: random.Random) -> str:
        if rng.random() < _INVENTED_SHARE.get(kind, 0.0):
            return invent(rng)
        value = rng.choice(self._values[kind])
        return _PART.sub(lambda found: self._part(found[1], rng), value)

    def _part(self, part: str, rng: random.Random) -> str:
        return invent(rng) if part == _INVENTED else rng.choice(self._parts[part])


def _lists(folder: Path) -> dict[str, list[str]]:
    return {
        path.stem: [line for line in path.read_text(encoding="utf-8").splitlines() if line]
        for path in sorted(folder.glob("*.txt"))
    }
