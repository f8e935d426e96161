"""The training run: by the clock, stoppable at any moment, the best weights kept."""

from __future__ import annotations

import copy
import math
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import torch
from torch.nn.functional import cross_entropy

from training.batches import Batches, to_tensors
from training.checkpoint import Progress, load_checkpoint, save_checkpoint
from training.dropout import PooledDropout
from training.replicas import Replicas
from training.vocabulary import PAD_ID

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from transformers import BlenderbotForConditionalGeneration

    from training.lessons import Lessons

_WARM_UP_STEPS = 200
_LAST_RATE = 0.03
_AVERAGE_EVERY = 4


@dataclass(frozen=True, slots=True)
class TrainOrder:
    """How to train.

    Attributes:
        minutes: The time that the whole run may take, earlier stretches counted.
        steps: A limit of batches instead of the clock; 0 for none.
        batch: Lessons a batch and worker.
        workers: Threads that learn a batch each at every step; one for each CPU core.
        rate: The highest learning rate.
        dropout: Share of each block's output dropped.
        smoothing: Label smoothing.
        patience: Checks without a better held-out loss after which the run ends; 0 to go on to
            the end and keep the last weights instead of those with the lowest loss.
        check_minutes: Minutes between two checks, each of which writes a checkpoint.
        seed: The same seed gives the same first weights and the same order of lessons.
        device: ``cuda`` or ``cpu``.
    """

    minutes: float = 150.0
    steps: int = 0
    batch: int = 64
    workers: int = 1
    rate: float = 1.5e-3
    dropout: float = 0.1
    smoothing: float = 0.05
    patience: int = 8
    check_minutes: float = 4.0
    seed: int = 1
    device: str = "cpu"


class Watcher(Protocol):
    """Who is told how a run goes."""

    def stepped(self, progress: Progress, *, done: float, loss: float) -> None:
        """A batch was learnt; ``done`` is the share of the run that is over."""
        ...

    def checked(self, progress: Progress, *, loss: float) -> None:
        """The held-out loss was measured."""
        ...


class Trainer:
    """Trains one model; ``clock`` counts seconds."""

    def __init__(
        self,
        model: BlenderbotForConditionalGeneration,
        order: TrainOrder,
        *,
        folder: Path,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._order = order
        self._clock = clock
        self._path = folder / "checkpoint.pt"
        self._model = model
        torch.nn.Module.to(model, torch.device(order.device))
        if order.device == "cpu":  # its fused attention takes twice as long on the way back
            self._model.set_attn_implementation("eager")
        self._average: BlenderbotForConditionalGeneration = copy.deepcopy(model)
        self._average.train(mode=False).requires_grad_(requires_grad=False)
        self._best = {k: v.clone() for k, v in self._average.state_dict().items()}
        self._replicas = Replicas(model, count=order.workers)
        for number, replica in enumerate(self._replicas.models if order.dropout else ()):
            PooledDropout(order.dropout, seed=order.seed + 10 * number).attach(replica)
        self._optimizer = torch.optim.AdamW(
            self._groups(), lr=order.rate, betas=(0.9, 0.98), fused=True
        )
        self.progress = Progress()

    def resume(self) -> bool:
        """Go on from the folder's checkpoint, if there is one."""
        if not self._path.is_file():
            return False
        self.progress, states = load_checkpoint(self._path)
        self._model.load_state_dict(states["model"])
        self._average.load_state_dict(states["average"])
        self._optimizer.load_state_dict(states["optimizer"])
        self._best = states["best"]
        return True

    def run(
        self, lessons: Lessons, checks: Lessons, watcher: Watcher
    ) -> BlenderbotForConditionalGeneration:
        """Train until the time is over or nothing improves; return the best averaged weights."""
        progress, order = self.progress, self._order
        for replica in self._replicas.models:
            replica.train(mode=True)
        batches = Batches(lessons, size=order.batch, seed=order.seed)
        learnt = batches.start_at(progress.step * order.workers)
        began = self._clock() - progress.elapsed_s
        checked = progress.elapsed_s
        running = 0.0
        while (done := self._share()) < 1.0 and not self._is_stale():
            loss = self._step([next(learnt) for _ in range(order.workers)], done)
            running = loss if not running else 0.98 * running + 0.02 * loss
            progress.step += 1
            progress.elapsed_s = self._clock() - began
            watcher.stepped(progress, done=done, loss=running)
            if progress.elapsed_s - checked >= 60 * order.check_minutes:
                self._check(checks, running, watcher)
                checked = progress.elapsed_s
        self._check(checks, running, watcher)
        if order.patience:
            self._average.load_state_dict(self._best)
        return self._average

    def _is_stale(self) -> bool:
        return bool(self._order.patience) and self.progress.stale >= self._order.patience

    def _share(self) -> float:
        if self._order.steps:
            return self.progress.step / self._order.steps
        return self.progress.elapsed_s / (60 * self._order.minutes)

    def _rate(self, done: float) -> float:
        warm = min(1.0, (self.progress.step + 1) / _WARM_UP_STEPS)
        decay = _LAST_RATE + (1 - _LAST_RATE) * 0.5 * (1 + math.cos(math.pi * done))
        return self._order.rate * warm * decay

    def _step(self, batches: list[dict[str, torch.Tensor]], done: float) -> float:
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate(done)
        loss = self._replicas.backward(
            batches, partial(self._loss, smoothing=self._order.smoothing)
        )
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad()
        if self.progress.step % _AVERAGE_EVERY == 0:
            self._take_average()
        return loss

    def _take_average(self) -> None:
        """Move the average towards the weights; young averages follow faster."""
        step = self.progress.step
        share = max(0.02, 1.0 / (1.0 + step / (2 * _AVERAGE_EVERY)))
        with torch.no_grad():
            ours: list[torch.Tensor] = list(self._average.parameters())
            theirs: list[torch.Tensor] = list(self._model.parameters())
            torch._foreach_lerp_(ours, theirs, share)

    def _loss(
        self,
        model: BlenderbotForConditionalGeneration,
        batch: dict[str, torch.Tensor],
        *,
        smoothing: float = 0.0,
    ) -> torch.Tensor:
        device = self._order.device
        labels = batch["labels"].to(device)
        shown = {key: value.to(device) for key, value in batch.items() if key != "labels"}
        with torch.autocast(device, torch.bfloat16):
            logits = model(**shown, use_cache=False).logits
        return cross_entropy(
            logits.float().flatten(0, 1),
            labels.flatten(),
            ignore_index=PAD_ID,
            label_smoothing=smoothing,
        )

    def _check(self, checks: Lessons, training_loss: float, watcher: Watcher) -> None:
        loss = self.held_out_loss(checks)
        progress = self.progress
        progress.curve.append((progress.step, progress.elapsed_s, training_loss, loss))
        if loss < progress.best_loss:
            progress.best_loss, progress.stale = loss, 0
            self._best = {k: v.clone() for k, v in self._average.state_dict().items()}
        else:
            progress.stale += 1
        save_checkpoint(
            self._path,
            progress,
            model=self._model.state_dict(),
            average=self._average.state_dict(),
            optimizer=self._optimizer.state_dict(),
            best=self._best,
        )
        watcher.checked(progress, loss=loss)

    def held_out_loss(self, checks: Lessons) -> float:
        """Return the averaged weights' loss for each id of the held-out replies."""
        total = count = 0.0
        lengths = checks.lengths()[0].tolist()
        order = sorted(range(len(checks)), key=lengths.__getitem__)
        with torch.no_grad():
            for start in range(0, len(order), 128):
                batch = to_tensors(checks, order[start : start + 128])
                ids = float((batch["labels"] != PAD_ID).sum())
                total += float(self._loss(self._average, batch)) * ids
                count += ids
        return total / count

    def _groups(self) -> list[dict[str, object]]:
        parameters = list(self._model.parameters())
        return [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.05},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]
