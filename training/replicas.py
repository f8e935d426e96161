"""Several cores on one model: a replica each, the same weights, gradients added up.

Two threads on one small batch wait for each other at every layer; where other programs want the
cores as well, they did a tenth of the work. A thread with a batch of its own waits once a step.
"""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from transformers import BlenderbotForConditionalGeneration

    Batch = dict[str, torch.Tensor]
    Loss = Callable[[BlenderbotForConditionalGeneration, Batch], torch.Tensor]


class Replicas:
    """Computes the gradients of ``model``, one thread to a replica; the model is the first."""

    def __init__(self, model: BlenderbotForConditionalGeneration, *, count: int) -> None:
        self.models = [model, *(_twin(model) for _ in range(count - 1))]
        self._threads = ThreadPoolExecutor(count)

    def backward(self, batches: Sequence[Batch], loss: Loss) -> float:
        """Leave the mean gradient of one batch a replica in the model; return the mean loss."""

        def learn(model: BlenderbotForConditionalGeneration, batch: Batch) -> float:
            if len(self.models) > 1:
                torch.set_num_threads(1)  # counts for this thread alone
            value = loss(model, batch) / len(batches)
            value.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
            return float(value.detach())

        losses = list(self._threads.map(learn, self.models, batches))
        for twin in self.models[1:]:
            for ours, theirs in zip(self.models[0].parameters(), twin.parameters(), strict=True):
                if ours.grad is not None and theirs.grad is not None:
                    ours.grad += theirs.grad
                    theirs.grad = None
        return sum(losses)


def _twin(model: BlenderbotForConditionalGeneration) -> BlenderbotForConditionalGeneration:
    """Return a copy whose weights are the same memory as the model's."""
    twin = copy.deepcopy(model)
    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        theirs.data = ours.data
    return twin
