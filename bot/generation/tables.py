"""Embeddings looked up outside the graphs: one table on disk serves input and output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of float32, kept as they are or as int8 with one scale a row."""

    values: NDArray[Any]
    scales: NDArray[np.float32] | None

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the rows of ``ids``, one more dimension than they have."""
        values: NDArray[np.float32] = self.values[ids].astype(np.float32, copy=False)
        if self.scales is None:
            return values
        return values * self.scales[ids][..., None]


def read_table(file: Path, place: Mapping[str, Any]) -> Table:
    """Return the table that ``place`` of a manifest describes, mapped rather than read."""
    shape = tuple(place["shape"])
    values: NDArray[Any] = np.memmap(
        file, dtype=np.dtype(place["dtype"]), mode="r", offset=place["offset"], shape=shape
    )
    if place["transposed"]:
        values = np.ascontiguousarray(values.T)
    scales = None
    if place["scales"] is not None:
        rows = values.shape[0]
        scales = np.memmap(
            file, dtype=np.float32, mode="r", offset=place["scales"], shape=(rows,)
        ).copy()
    return Table(values=values, scales=scales)
