"""How many replies are transformers' replies, id for id, and how far the probabilities are off."""

from __future__ import annotations

import random
from dataclasses import replace
from operator import eq
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import AutoModelForSeq2SeqLM

from benchmarks.results import PartResult
from bot.generation.checkpoint import open_checkpoint
from bot.generation.onnx_model import OnnxModel
from bot.generation.transformers_model import generate_arguments

if TYPE_CHECKING:
    from benchmarks.context import BenchContext
    from bot.generation.request import DecodingParams

CAPACITY = 8


def run(context: BenchContext) -> tuple[PartResult, ...]:
    """Compare greedy and beam replies to inputs of many lengths."""
    loader: Any = AutoModelForSeq2SeqLM
    network = loader.from_pretrained(context.checkpoint, dtype=torch.float32).eval()
    dice = random.Random(1)
    prompts = [
        context.prompts(1, seed=number, tokens=dice.randrange(4, 60))[0]
        for number in range(context.inputs)
    ]
    models = {
        name: OnnxModel(
            open_checkpoint(folder), overrides={}, threads=context.threads, capacity=CAPACITY
        )
        for name, folder in (("float32", context.float32), ("int8", context.int8))
    }
    defaults = models["float32"].defaults
    rows = []
    for label, beams in (("10 beams", 10), ("greedy", 1)):
        params = replace(defaults, num_beams=beams)
        with torch.inference_mode():
            expected = [
                network.generate(input_ids=torch.tensor([ids]), **generate_arguments(params))
                for ids in prompts
            ]
            known = [_known(network, ids, out) for ids, out in zip(prompts, expected, strict=True)]
        for name, model in models.items():
            own = [list(model.reply(ids, params).output_ids) for ids in prompts]
            replies = [out[0, 1:].tolist() for out in expected]
            off = [
                float(np.abs(model.log_probabilities(ids, reply) - given).mean())
                for ids, reply, given in zip(prompts, replies, known, strict=True)
            ]
            together = _together(model, prompts, params)
            rows.append(
                {
                    "weights": name,
                    "search": label,
                    "equal alone": _equal(own, replies),
                    "equal in mixed batches": _equal(together, replies),
                    "mean |dlogprob|": mean(off),
                    "worst reply": max(off),
                }
            )
    return (PartResult("Replies equal to transformers'", tuple(rows[0]), tuple(rows)),)


def _together(
    model: OnnxModel, prompts: list[list[int]], params: DecodingParams
) -> list[list[int]]:
    """Return the replies of requests that join and leave shared steps at random."""
    dice = random.Random(2)
    found: dict[int, list[int]] = {}
    started = 0
    while len(found) < len(prompts):
        while started < len(prompts) and started - len(found) < CAPACITY and dice.random() < 0.6:
            model.start_ids(started, prompts[started], params)
            started += 1
        found.update((key, list(result.output_ids)) for key, result in model.step())
    return [found[key] for key in range(len(prompts))]


def _equal(replies: list[list[int]], expected: list[list[int]]) -> str:
    return f"{sum(map(eq, replies, expected))}/{len(expected)}"


def _known(network: Any, ids: list[int], output: Any) -> np.ndarray[Any, np.dtype[np.float32]]:
    logits = network(input_ids=torch.tensor([ids]), decoder_input_ids=output[:, :-1]).logits[0]
    known: np.ndarray[Any, np.dtype[np.float32]] = (
        logits.log_softmax(-1).gather(1, output[0, 1:, None])[:, 0].numpy()
    )
    return known
