"""What a new statement does to what is known: it joins, replaces or takes away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.memory.fact import Denial, Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.memory.fact import KeptFact

MAX_FACTS: Final = 100  # of one person in one guild

_VAGUE: Final = frozenset({"a", "an", "one", "my", ""})


@dataclass(frozen=True, slots=True)
class Merge:
    """What is to be written.

    Attributes:
        keep: New facts; each takes the place of the one with its kind and key.
        drop: The numbers of facts that are no longer true, or that there is no room for.
    """

    keep: tuple[Fact, ...]
    drop: frozenset[int]


def merge(known: Sequence[KeptFact], statements: Sequence[Fact | Denial]) -> Merge:
    """Return what ``statements``, in their order, change about what is ``known``.

    The newer of two facts about the same thing stands, even when it says the same, so that its
    message is the one to delete. Only a vaguer one ("i have a dog") yields to what is known.
    """
    keep: dict[tuple[FactKind, str], Fact] = {}
    drop: set[int] = set()
    for statement in statements:
        if isinstance(statement, Denial):
            drop |= {k.fact_id for k in known if statement.denies(k.fact)}
            keep = {place: fact for place, fact in keep.items() if not statement.denies(fact)}
        elif not any(_is_vaguer(statement, k.fact) for k in known if k.fact_id not in drop):
            keep[statement.kind, statement.key] = statement
    places = {(k.fact.kind, k.fact.key) for k in known if k.fact_id not in drop}
    surplus = len(places | keep.keys()) - MAX_FACTS
    if surplus > 0:
        spare = [k for k in known if (k.fact.kind, k.fact.key) not in keep]
        spare.sort(key=lambda k: (k.used_at or k.source.told_at, k.fact_id))
        drop |= {k.fact_id for k in spare[:surplus]}
    return Merge(tuple(keep.values()), frozenset(drop))


def _is_vaguer(new: Fact, known: Fact) -> bool:
    if (new.kind, new.key) != (known.kind, known.key) or new.value == known.value:
        return False
    first = new.value.split(" ", 1)[0].lower()
    has_vague_kinds = new.kind in {FactKind.PET, FactKind.FAMILY, FactKind.STUDY}
    return (
        has_vague_kinds and first in _VAGUE and known.value.split(" ", 1)[0].lower() not in _VAGUE
    )
