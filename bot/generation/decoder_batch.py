"""The requests that share the decoder's steps: they join and leave between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.generation.place_pool import PlacePool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.generation.decoder_memory import DecoderMemory
    from bot.generation.search import Search


@dataclass(frozen=True, slots=True)
class Member:
    """A request in the batch: its search, and where its rows' pasts lie."""

    key: int
    search: Search
    pool: PlacePool


class DecoderBatch:
    """Requests with the same number of rows, a token of each at every step."""

    def __init__(self, *, memory: DecoderMemory, rows: int) -> None:
        self._memory = memory
        self._rows = rows
        self._members: list[Member] = []

    def __len__(self) -> int:
        """Return how many requests there are."""
        return len(self._members)

    def join(self, key: int, search: Search, memory: Sequence[NDArray[np.float32]]) -> None:
        """Add a request with its cross-attention's keys and values."""
        self._memory.add(memory)
        self._members.append(Member(key=key, search=search, pool=PlacePool()))

    def leave(self, key: int) -> None:
        """Remove a request; an unknown one is ignored."""
        index = next((i for i, member in enumerate(self._members) if member.key == key), None)
        if index is None:
            return
        self._memory.remove(index)
        last = self._members.pop()
        if index < len(self._members):
            self._members[index] = last

    def step(self) -> list[Member]:
        """Move every request on by a token; return those that ended, which have left."""
        members = self._members
        # In its first step all rows of a request are the same: one will do.
        is_first = all(member.search.length == 1 for member in members)
        rows = 1 if is_first else self._rows
        self._memory.reserve(max(member.pool.needed(rows) for member in members))
        logits = self._memory.run(
            np.stack([member.search.tokens[:rows] for member in members]),
            [member.search.length - 1 for member in members],
            [member.pool for member in members],
        )
        ended = []
        for member, scores in zip(members, logits, strict=True):
            if member.search.advance(scores):
                member.pool.follow(member.search.parents)
            else:
                ended.append(member)
        for member in ended:
            self.leave(member.key)
        return ended
