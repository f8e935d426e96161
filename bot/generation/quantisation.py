"""Weights as 8-bit numbers with one scale a column: a quarter of the bytes that a step reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LARGEST = 127


@dataclass(frozen=True, slots=True)
class QuantisedMatrix:
    """A matrix whose column ``c`` is ``values[:, c] * scales[c]``."""

    values: NDArray[np.int8]
    scales: NDArray[np.float32]


def quantise_columns(matrix: NDArray[np.float32]) -> QuantisedMatrix:
    """Return ``matrix`` of [in, out] with its columns rounded to 255 levels each."""
    largest = np.abs(matrix).max(axis=0)
    scales = np.where(largest > 0, largest / _LARGEST, 1).astype(np.float32)
    values = np.rint(matrix / scales).astype(np.int8)
    return QuantisedMatrix(values=values, scales=scales)


def quantise_rows(matrix: NDArray[np.float32]) -> QuantisedMatrix:
    """Return ``matrix`` with one scale a row, as a table that is looked up wants it."""
    columns = quantise_columns(np.ascontiguousarray(matrix.T))
    return QuantisedMatrix(values=np.ascontiguousarray(columns.values.T), scales=columns.scales)
