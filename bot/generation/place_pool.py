"""Where the keys and values of one request's rows lie: rows with a common past share it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


class PlacePool:
    """The places of each row's past, oldest first, and which places are free.

    When beams change, only this small table does; places that no row looks at any more are
    used again, so a search of ten beams needs a few dozen places rather than ten pasts.
    """

    def __init__(self) -> None:
        self._pasts: Places = np.zeros((1, 0), np.int64)

    @property
    def pasts(self) -> Places:
        """The places of [rows, tokens so far]."""
        return self._pasts

    def claim(self, rows: int, *, capacity: int) -> Places:
        """Return a free place for each row's new token, and let the rows look at them."""
        is_free = np.ones(capacity, np.bool_)
        is_free[self._pasts] = False
        places = np.flatnonzero(is_free)[:rows]
        pasts = self._pasts if len(self._pasts) == rows else np.repeat(self._pasts, rows, axis=0)
        self._pasts = np.column_stack((pasts, places))
        return places

    def follow(self, parents: Places) -> None:
        """Let each row continue the past of its parent."""
        self._pasts = self._pasts[parents]

    def needed(self, rows: int) -> int:
        """Return how many places the next step takes, those in use counted."""
        return len(np.unique(self._pasts)) + rows
