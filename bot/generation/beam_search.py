"""Beam search in numpy with the meaning of transformers 5, step for step.

Rules (n-gram bans, minimum length) act on log-probabilities and nothing is normalised again:
a beam that runs into a ban loses. Finished hypotheses are kept apart from the running beams,
of which there are always ``num_beams``: twice as many candidates are looked at as are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.generation.score_rules import ScoreRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.generation.request import DecodingParams

# transformers' "minus infinity" that can still be added to; float32 throughout as there.
_NEVER = np.float32(-1e9)
_BLOCK = 128


class BeamSearch:
    """The running and the finished hypotheses of one request."""

    def __init__(
        self, *, params: DecodingParams, source: Sequence[int], start_id: int, eos_id: int
    ) -> None:
        beams = params.num_beams
        self._params = params
        self._rules = ScoreRules(params=params, source=source, eos_id=eos_id)
        self._eos_id = eos_id
        self._sequences = np.full((beams, 1), start_id, np.int64)
        self._scores = np.full(beams, _NEVER, np.float32)
        self._scores[0] = 0
        self._parents = np.zeros(beams, np.int64)
        self._finished: list[NDArray[np.int64]] = [self._sequences[0]] * beams
        self._finished_scores = np.full(beams, _NEVER, np.float32)
        self._is_finished = np.zeros(beams, np.bool_)

    @property
    def rows(self) -> int:
        """One a beam."""
        return self._params.num_beams

    @property
    def parents(self) -> NDArray[np.int64]:
        """Which beam of the last step each beam continues."""
        return self._parents

    @property
    def tokens(self) -> NDArray[np.int64]:
        """The newest token of each beam."""
        newest: NDArray[np.int64] = self._sequences[:, -1]
        return newest

    @property
    def length(self) -> int:
        """How many ids each beam has, the start token counted."""
        return int(self._sequences.shape[1])

    def advance(self, logits: NDArray[np.float32]) -> bool:
        """Move every beam on; return whether a better hypothesis may still be found."""
        if len(logits) < self.rows:  # the first step: all beams are still the same
            logits = np.repeat(logits[:1], self.rows, axis=0)
        scores = log_softmax(logits)
        self._rules.apply(scores, self._sequences)
        scores += self._scores[:, None]
        best, parents, tokens = _best(scores, 2 * self.rows)
        candidates = np.column_stack((self._sequences[parents], tokens))
        at_limit = candidates.shape[1] >= self._params.max_length
        ends = np.full(len(best), at_limit) | (tokens == self._eos_id)
        self._finish(candidates, best, ends)
        running = best + ends.astype(np.float32) * _NEVER
        kept = _descending(running)[: self.rows]
        self._sequences, self._scores = candidates[kept], running[kept]
        self._parents = parents[kept]
        return self._may_improve() and not bool(ends.all())

    def found(self) -> tuple[list[int], float]:
        """Return the best hypothesis and its score."""
        return self._finished[0].tolist(), float(self._finished_scores[0])

    def _finish(
        self,
        candidates: NDArray[np.int64],
        scores: NDArray[np.float32],
        ends: NDArray[np.bool_],
    ) -> None:
        """Merge candidates that ended among the first ``num_beams`` into the finished ones."""
        beams = self.rows
        is_new = ends & (np.arange(len(ends)) < beams)
        if not is_new.any():
            return
        penalised = scores / np.float32(self._new_length(candidates) ** self._penalty)
        penalised += (~is_new).astype(np.float32) * _NEVER
        merged = np.concatenate((self._finished_scores, penalised))
        kept = _descending(merged)[:beams]
        sequences = [*self._finished, *candidates]
        self._finished = [sequences[index] for index in kept]
        self._finished_scores = merged[kept]
        self._is_finished = np.concatenate((self._is_finished, is_new))[kept]

    def _may_improve(self) -> bool:
        if self._params.early_stopping and self._is_finished.all():
            return False
        hoped = self._scores[0] / np.float32(self._new_length(self._sequences) ** self._penalty)
        worst = np.where(self._is_finished, self._finished_scores.min(), _NEVER)
        return bool((hoped > worst).any())

    @property
    def _penalty(self) -> float:
        return self._params.length_penalty

    @staticmethod
    def _new_length(sequences: NDArray[np.int64]) -> int:
        return int(sequences.shape[1]) - 1


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the log-probabilities of each row, a new array."""
    shifted: NDArray[np.float32] = logits - logits.max(axis=1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shifted


def _best(
    scores: NDArray[np.float32], count: int
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Return the ``count`` best scores, their rows and their columns, best first."""
    flat = scores.reshape(-1)
    count = min(count, flat.size)
    likely = np.flatnonzero(flat >= _lower_bound(flat, count))
    chosen = likely[_descending(flat[likely])[:count]]
    rows, columns = np.divmod(chosen, scores.shape[1])
    return flat[chosen], rows, columns


def _lower_bound(flat: NDArray[np.float32], count: int) -> np.float32:
    """Return a number that at least ``count`` scores reach, and not many more.

    Each block's maximum is a score, so ``count`` of them are: ten times as fast as a partition.
    """
    whole = flat.size // _BLOCK * _BLOCK
    if whole < count * _BLOCK:
        return np.float32(-np.inf)
    maxima = flat[:whole].reshape(-1, _BLOCK).max(axis=1)
    bound: np.float32 = np.partition(maxima, maxima.size - count)[maxima.size - count]
    return bound


def _descending(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.argsort(-scores, kind="stable")
