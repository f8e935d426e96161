"""Lessons grouped by length, so that little padding is computed; the same seed, the same order."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import torch

from training.vocabulary import PAD_ID, START_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.lessons import Lessons

_POOL_BATCHES = 256


class Batches:
    """The order of a training run: endless passes, each with an order of its own."""

    def __init__(self, lessons: Lessons, *, size: int, seed: int) -> None:
        self._lessons = lessons
        self._size = size
        self._seed = seed
        self._seen, self._reply = lessons.lengths()

    @property
    def per_pass(self) -> int:
        """Batches in one pass."""
        return -(-len(self._lessons) // self._size)

    def start_at(self, step: int) -> Iterator[dict[str, torch.Tensor]]:
        """Yield batches from the one of ``step`` on, as a run that was never stopped would."""
        while True:
            number, skipped = divmod(step, self.per_pass)
            for indices in self._order(number)[skipped:]:
                yield to_tensors(self._lessons, indices)
                step += 1

    def _order(self, number: int) -> list[list[int]]:
        rng = random.Random(f"{self._seed} {number}")
        indices = list(range(len(self._lessons)))
        rng.shuffle(indices)
        pool = self._size * _POOL_BATCHES
        batches = []
        for start in range(0, len(indices), pool):
            near = sorted(
                indices[start : start + pool],
                key=lambda i: (self._seen[i] // 8, self._reply[i]),
            )
            batches += [near[i : i + self._size] for i in range(0, len(near), self._size)]
        rng.shuffle(batches)
        return batches


def to_tensors(lessons: Lessons, indices: list[int]) -> dict[str, torch.Tensor]:
    """Return a batch as the model takes it; ``labels`` hold the pad id where nothing is asked."""
    seen, reply = map(torch.from_numpy, lessons.batch(indices))
    start = torch.full((len(indices), 1), START_ID)
    return {
        "input_ids": seen,
        "attention_mask": (seen != PAD_ID).long(),
        "decoder_input_ids": torch.cat([start, reply[:, :-1]], dim=1),
        "labels": reply,
    }
