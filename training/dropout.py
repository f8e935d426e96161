"""Dropout that costs next to nothing: masks drawn anew at every step take a fifth of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import nn

_POOL = 1 << 22


class PooledDropout:
    """Drops outputs of a model's blocks with slices of one pool of random masks.

    The pool is drawn once; each use begins at a random place in it. Attach with
    :meth:`attach`; only while the model is training does it do anything.
    """

    def __init__(self, share: float, *, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        kept = torch.rand(_POOL, generator=generator) >= share
        self._pool = kept.float() / (1.0 - share)
        self._places = torch.Generator().manual_seed(seed + 1)

    def attach(self, model: nn.Module) -> None:
        """Drop what each attention and each inner layer adds to the stream."""
        self._pool = self._pool.to(next(model.parameters()).device)
        for name, module in model.named_modules():
            if name.endswith(("out_proj", "fc2")):
                module.register_forward_hook(self._drop)

    def _drop(self, module: nn.Module, _: object, out: torch.Tensor) -> torch.Tensor | None:
        if not module.training:
            return None
        room = _POOL - out.numel()
        if room <= 0:
            return torch.nn.functional.dropout(out, 0.1)
        start = int(torch.randint(room, (), generator=self._places))
        return out * self._pool[start : start + out.numel()].view_as(out).to(out.dtype)
