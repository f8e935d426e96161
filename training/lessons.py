"""Lessons as flat arrays of ids: quick to load, nothing to tokenize while training."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from bot.conversation.prompt import compose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from bot.conversation.prompt import TokenCodec
    from training.sampling import Sample

_PARTS = ("seen", "seen_ends", "reply", "reply_ends")


@dataclass(frozen=True, slots=True)
class Lessons:
    """Many lessons: ids end to end, and where each one ends.

    Attributes:
        seen: The encoder's ids.
        seen_ends: Where each lesson's stop in ``seen``.
        reply: The ids to be said, eos last, without the start token.
        reply_ends: Where each lesson's stop in ``reply``.
    """

    seen: NDArray[np.uint16]
    seen_ends: NDArray[np.int64]
    reply: NDArray[np.uint16]
    reply_ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.seen_ends)

    def lengths(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return how many ids each lesson shows and asks for."""
        return np.diff(self.seen_ends, prepend=0), np.diff(self.reply_ends, prepend=0)

    def batch(self, indices: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the lessons' two sides, padded on the right with 0."""
        return (
            _padded(self.seen, self.seen_ends, indices),
            _padded(self.reply, self.reply_ends, indices),
        )

    def save(self, folder: Path, name: str) -> list[Path]:
        """Write the arrays to ``folder`` and return the files."""
        paths = [folder / f"{name}.{part}.npy" for part in _PARTS]
        for path, part in zip(paths, _PARTS, strict=True):
            np.save(path, getattr(self, part))
        return paths

    @classmethod
    def load(cls, folder: Path, name: str) -> Lessons:
        """Map the arrays of ``folder`` into memory."""
        return cls(*(np.load(folder / f"{name}.{part}.npy", mmap_mode="r") for part in _PARTS))


def encode_lessons(
    samples: Iterable[Sample], codec: TokenCodec, *, positions: int, longest_reply: int = 60
) -> Lessons:
    """Return ``samples`` as ids, without those that do not fit whole.

    A conversation cut short may have lost the very name that its reply says.
    """
    seen: list[list[int]] = []
    replies: list[list[int]] = []
    for sample in samples:
        reply = [*codec.encode(sample.reply), codec.eos_id]
        ids = compose(sample.prompt, codec, positions=8 * positions)
        if len(ids) <= positions and len(reply) < longest_reply:
            seen.append(ids)
            replies.append(reply)
    return Lessons(*_flat(seen), *_flat(replies))


def _flat(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    ends = np.cumsum([len(row) for row in rows], dtype=np.int64)
    ids = np.fromiter(chain.from_iterable(rows), dtype=np.uint16, count=int(ends[-1]))
    return ids, ends


def _padded(
    ids: NDArray[np.uint16], ends: NDArray[np.int64], indices: Sequence[int]
) -> NDArray[np.int64]:
    rows = [ids[int(ends[i - 1]) if i else 0 : int(ends[i])] for i in indices]
    padded = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for row, line in zip(padded, rows, strict=True):
        row[: len(line)] = line
    return padded
