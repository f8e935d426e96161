"""What a stopped training run goes on from, written so that a crash harms nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Progress:
    """How far a run has come.

    Attributes:
        step: Batches learnt.
        elapsed_s: Seconds of training, over all its stretches.
        best_loss: The lowest held-out loss so far.
        stale: Checks since then.
        curve: A row for each check: step, seconds, training loss, held-out loss.
    """

    step: int = 0
    elapsed_s: float = 0.0
    best_loss: float = float("inf")
    stale: int = 0
    curve: list[tuple[int, float, float, float]] = field(default_factory=list)


def save_checkpoint(path: Path, progress: Progress, **states: dict[str, Any]) -> None:
    """Write the run's state; the file is whole at every moment."""
    partial = path.with_suffix(".partial")
    torch.save({"progress": asdict(progress), **states}, partial)
    partial.replace(path)


def load_checkpoint(path: Path) -> tuple[Progress, dict[str, dict[str, Any]]]:
    """Return what :func:`save_checkpoint` wrote."""
    states = torch.load(path, weights_only=True)
    progress = Progress(**states.pop("progress"))
    progress.curve = [(row[0], row[1], row[2], row[3]) for row in progress.curve]
    return progress, states
