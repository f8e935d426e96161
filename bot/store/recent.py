"""What was last seen of the store, bounded, so that an outage finds something to go on with."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")


class Recent(Generic[K, V]):
    """The ``limit`` entries that were used last.

    It answers only while the database is away; it is never asked instead of it, since another
    process may have deleted what is here.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K, default: D) -> V | D:
        """Return the entry of ``key``, or ``default``."""
        return self._entries.get(key, default)

    def put(self, key: K, value: V) -> None:
        """Note ``value`` as the newest, letting the entry go that was longest unused."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        while len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    def items(self) -> tuple[tuple[K, V], ...]:
        """Return all entries as they are now."""
        return tuple(self._entries.items())

    def drop(self, key: K) -> None:
        """Let an entry go."""
        self._entries.pop(key, None)
