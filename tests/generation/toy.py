"""Tiny BlenderBots that have learnt a toy task, so that their replies are not flat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForSeq2SeqLM

if TYPE_CHECKING:
    from pathlib import Path

FIRST, LAST = 4, 64
_STEPS = 250


def source_batch(generator: torch.Generator, count: int, length: int) -> torch.Tensor:
    """Return inputs of ``length`` ids, drawn from few ids so that runs repeat."""
    ids = torch.randint(FIRST, LAST, (count, length), generator=generator)
    ids[:, -1] = 2
    return ids


def reply_batch(generator: torch.Generator, source: torch.Tensor, length: int) -> torch.Tensor:
    """Return walks that begin beside an input's first id; steps of one are likelier than others."""
    steps = torch.tensor([1, 1, 1, 2, 2, 5])
    drawn = steps[torch.randint(len(steps), (len(source), length), generator=generator)]
    drawn[:, 0] += source[:, 0] - FIRST
    said = FIRST + drawn.cumsum(1) % (LAST - FIRST)
    # A reply ends when it reaches a multiple of seven.
    ends = (said % 7 == 0).long().cumsum(1)
    said[ends > 0] = 2
    return said.masked_fill(ends > 1, -100)


def train(folder: Path) -> Path:
    """Teach the checkpoint in ``folder`` these walks, roughly."""
    torch.manual_seed(1)
    generator = torch.Generator().manual_seed(1)
    loader: Any = AutoModelForSeq2SeqLM
    network = loader.from_pretrained(folder, dtype=torch.float32)
    settings = network.generation_config
    network = type(network)(network.config).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=4e-3)
    for _ in range(_STEPS):
        length = int(torch.randint(4, 20, (1,), generator=generator))
        source = source_batch(generator, 48, length)
        labels = reply_batch(generator, source, 24)
        optimizer.zero_grad()
        network(input_ids=source, labels=labels).loss.backward()
        optimizer.step()
    network.generation_config = settings
    network.eval().save_pretrained(folder)
    return folder
