"""The benchmark at a glance: bars of how many times as fast as the tutorials' way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.results import PartResult

_TUTORIAL, _OTHER = "#9aa5b1", "#5865f2"


def draw(results: Iterable[PartResult], path: Path) -> None:
    """Draw every part that has bars, one panel each."""
    from matplotlib.figure import Figure

    panels = [result for result in results if result.bars]
    if not panels:
        return
    figure = Figure(figsize=(8, 1 + 2.2 * len(panels)), layout="constrained")
    axes = figure.subplots(len(panels), squeeze=False)[:, 0]
    for axis, result in zip(axes, panels, strict=True):
        labels, lengths = list(result.bars), list(result.bars.values())
        colours = [_TUTORIAL if "tutorial" in label else _OTHER for label in labels]
        bars = axis.barh(labels, lengths, color=colours)
        axis.bar_label(bars, fmt="%.1fx", padding=3)
        axis.invert_yaxis()
        axis.margins(x=0.12)
        axis.set_title(f"{result.title}: times as fast as the tutorials' way", loc="left")
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150)
