"""What every part of the benchmark gives back: a table that is printed, stored and drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class PartResult:
    """One part's table.

    Attributes:
        title: What was measured.
        columns: The columns' names.
        rows: Cells by column, as plain values for JSON.
        bars: What the picture shows: a length for each label, longer is better.
        notes: What a reader must know to trust the figures.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    bars: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def table(self) -> Table:
        """Return the table for a terminal."""
        table = Table(title=self.title, caption="\n".join(self.notes), title_justify="left")
        for column in self.columns:
            table.add_column(column, justify="left" if column == self.columns[0] else "right")
        for row in self.rows:
            table.add_row(*(_shown(row.get(column)) for column in self.columns))
        return table


def spread(seconds: Sequence[float]) -> str:
    """Return the least and the greatest, as a table shows them."""
    return f"{min(seconds):.2f}-{max(seconds):.2f}"


def ratio(reference: Sequence[float], seconds: Sequence[float]) -> float:
    """Return how many times as fast as the reference, by medians."""
    return round(median(reference) / median(seconds), 1)


def _shown(cell: Any) -> str:
    if cell is None:
        return "-"
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell)
