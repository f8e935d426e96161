import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from typing_extensions import override

from training.batches import Batches
from training.build import load_lessons
from training.checkpoint import Progress
from training.shape import Shape, new_model
from training.trainer import Trainer, TrainOrder

TINY = Shape(
    width=32, encoder_layers=1, decoder_layers=2, heads=4, encoder_inner=32, decoder_inner=32
)
ORDER = TrainOrder(steps=20, batch=16, rate=2e-2, check_minutes=10.0)


class Notes:
    """A watcher that writes down what it is told."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.checks: list[float] = []

    def stepped(self, progress: Progress, *, done: float, loss: float) -> None:
        assert progress.step > 0
        assert 0 <= done < 1
        self.losses.append(loss)

    def checked(self, progress: Progress, *, loss: float) -> None:
        assert progress.curve[-1][-1] == loss
        self.checks.append(loss)


def ticking() -> Iterator[float]:
    """A clock on which every look costs a minute."""
    return itertools.count(0.0, 60.0)


def trainer(folder: Path, order: TrainOrder = ORDER) -> Trainer:
    torch.manual_seed(1)
    folder.mkdir(exist_ok=True)
    clock = ticking()
    return Trainer(new_model(TINY, vocabulary=600), order, folder=folder, clock=lambda: next(clock))


def test_twenty_steps_lower_both_losses(tiny_build: Path, tmp_path: Path) -> None:
    notes = Notes()
    run = trainer(tmp_path)
    lessons, checks = load_lessons(tiny_build)
    before = run.held_out_loss(checks)
    best = run.run(lessons, checks, notes)

    assert notes.losses[-1] < notes.losses[0]
    assert min(notes.checks) < before
    assert run.progress.step == 20
    assert not any(parameter.requires_grad for parameter in best.parameters())


def test_a_stopped_run_goes_on_as_if_it_had_never_stopped(tiny_build: Path, tmp_path: Path) -> None:
    lessons, checks = load_lessons(tiny_build)
    whole = trainer(tmp_path / "whole", replace(ORDER, dropout=0.0))
    whole.run(lessons, checks, Notes())

    class Stop(Notes):
        @override
        def stepped(self, progress: Progress, *, done: float, loss: float) -> None:
            super().stepped(progress, done=done, loss=loss)
            if progress.step == 11:
                raise KeyboardInterrupt

    often = replace(ORDER, dropout=0.0, check_minutes=1.0, patience=99)
    first = trainer(tmp_path / "halves", often)
    with pytest.raises(KeyboardInterrupt):
        first.run(lessons, checks, Stop())
    second = trainer(tmp_path / "halves", often)
    assert second.resume()
    assert second.progress.step == 10
    second.run(lessons, checks, Notes())

    for ours, theirs in zip(second._model.parameters(), whole._model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_nothing_to_resume_is_said(tmp_path: Path) -> None:
    assert not trainer(tmp_path).resume()


def test_a_run_ends_when_nothing_improves(tiny_build: Path, tmp_path: Path) -> None:
    lessons, checks = load_lessons(tiny_build)
    run = trainer(tmp_path, replace(ORDER, steps=500, rate=0.0, check_minutes=1.0, patience=3))
    run.run(lessons, checks, Notes())

    assert run.progress.stale >= 3
    assert run.progress.step < 10


def test_a_run_ends_when_its_time_is_over(tiny_build: Path, tmp_path: Path) -> None:
    lessons, checks = load_lessons(tiny_build)
    run = trainer(tmp_path, replace(ORDER, steps=0, minutes=9.0, check_minutes=3.0))
    run.run(lessons, checks, Notes())

    assert 1 < run.progress.step < 10
    assert [row[0] for row in run.progress.curve] == sorted(row[0] for row in run.progress.curve)


def test_two_workers_learn_what_one_learns(tiny_build: Path, tmp_path: Path) -> None:
    lessons, checks = load_lessons(tiny_build)
    runs = []
    for workers, batch in ((1, 32), (2, 16)):
        order = replace(ORDER, steps=4, workers=workers, batch=batch, dropout=0.0)
        notes = Notes()
        trainer(tmp_path / str(workers), order).run(lessons, checks, notes)
        runs.append(notes.checks[-1])

    assert runs[0] == pytest.approx(runs[1], rel=0.02)


def test_the_order_of_lessons_goes_on_from_any_step(tiny_build: Path) -> None:
    lessons, _ = load_lessons(tiny_build)
    batches = Batches(lessons, size=16, seed=3)
    from_start = list(itertools.islice(batches.start_at(0), 45))
    later = next(batches.start_at(44))

    assert batches.per_pass < 44
    assert torch.equal(from_start[44]["input_ids"], later["input_ids"])
    assert torch.equal(from_start[44]["labels"], later["labels"])
