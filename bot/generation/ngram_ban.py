"""Which tokens may not follow because they would repeat a run of the reply or of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def ban_repeats(scores: NDArray[np.float32], sequences: NDArray[np.int64], size: int) -> None:
    """Make each token that would repeat a run of ``size`` tokens of its own row impossible."""
    length = sequences.shape[1]
    if length < size:
        return
    windows = sliding_window_view(sequences, size, axis=1)
    prefix = sequences[:, length + 1 - size :]
    rows, starts = np.nonzero((windows[:, :, :-1] == prefix[:, None, :]).all(axis=-1))
    scores[rows, windows[rows, starts, -1]] = -np.inf


class SourceRuns:
    """The runs of ``size`` tokens of an input, none of which a reply may hold."""

    def __init__(self, source: Sequence[int], size: int) -> None:
        self._size = size
        self._next: dict[tuple[int, ...], list[int]] = {}
        for start in range(len(source) - size + 1):
            *prefix, last = source[start : start + size]
            self._next.setdefault(tuple(prefix), []).append(last)

    def ban(self, scores: NDArray[np.float32], sequences: NDArray[np.int64]) -> None:
        """Make each token that would complete a run impossible."""
        length = sequences.shape[1]
        if length + 1 < self._size:
            return
        for row, prefix in enumerate(sequences[:, length + 1 - self._size :].tolist()):
            banned = self._next.get(tuple(prefix))
            if banned:
                scores[row, banned] = -np.inf
