"""The training run as a picture: people look rather than read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def plot_curve(curve: Sequence[tuple[int, float, float, float]], path: Path) -> None:
    """Draw training and held-out loss over the run's minutes."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 # after the backend is chosen

    minutes = [row[1] / 60 for row in curve]
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.plot(minutes, [row[2] for row in curve], marker=".", label="training (smoothed labels)")
    axes.plot(minutes, [row[3] for row in curve], marker=".", label="held-out dialogues")
    axes.set_xlabel("minutes on two CPU cores")
    axes.set_ylabel("loss for each id")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=110)
    plt.close(figure)
