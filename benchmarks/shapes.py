"""The shapes of the published models, with random weights: conversion, speed and memory."""

from __future__ import annotations

import json
import multiprocessing
import resource
import shutil
import time
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import torch
from safetensors.torch import save_file
from transformers import BlenderbotConfig, BlenderbotForConditionalGeneration

from benchmarks.context import OUT, REFERENCE
from benchmarks.results import PartResult, spread
from benchmarks.worker import Worker
from bot.generation.checkpoint import open_checkpoint
from bot.generation.export import convert

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from benchmarks.context import BenchContext

# Shapes of facebook/blenderbot-1B-distill and facebook/blenderbot-3B, as far as they differ from
# 400M-distill's.
SHAPES: Final = {
    "1B": {"d_model": 2560, "encoder_ffn_dim": 10240, "decoder_ffn_dim": 10240},
    "3B": {
        "d_model": 2560,
        "encoder_ffn_dim": 10240,
        "decoder_ffn_dim": 10240,
        "decoder_layers": 24,
    },
}
SMALL: Final = REFERENCE.parent / "blenderbot-400M-distill"
BEAMS: Final = (10, 1)
SHARD_BYTES: Final = 10**9


def run(context: BenchContext) -> tuple[PartResult, ...]:
    """Convert each shape in a process of its own, and let it reply."""
    rows = [_measure(name, shape, context) for name, shape in SHAPES.items()]
    title = "Large shapes, random float16 weights, int8 when converted"
    return (PartResult(title, tuple(rows[0]), tuple(rows)),)


def _measure(name: str, shape: dict[str, int], context: BenchContext) -> dict[str, Any]:
    with TemporaryDirectory(prefix="shape-", dir=OUT) as folder:
        checkpoint = _checkpoint(OUT / folder / name, shape)
        conversion = _convert(checkpoint, OUT / folder)
        shutil.rmtree(checkpoint)
        with Worker("ours", conversion["folder"], threads=context.threads) as worker:
            took = {
                beams: [
                    worker.answer(context.prompts(1, seed=number), beams)[0]
                    for number in range(context.rounds)
                ]
                for beams in BEAMS
            }
            peak = worker.memory()["peak"]
    return {
        "shape": name,
        "parameters": f"{conversion['parameters'] / 1e6:,.0f} M",
        "conversion, s": conversion["seconds"],
        "conversion, peak MiB": conversion["peak"],
        **{f"{beams} beams, s": median(took[beams]) for beams in BEAMS},
        "range": spread(took[BEAMS[0]]),
        "peak MiB": peak,
    }


def _checkpoint(folder: Path, shape: dict[str, int]) -> Path:
    """Write random weights shard by shard, so that no shape has to fit in memory."""
    folder.mkdir()
    config = BlenderbotConfig(**{**json.loads((SMALL / "config.json").read_text()), **shape})
    config.save_pretrained(folder)
    for path in (*SMALL.glob("*generation*"), *SMALL.glob("*token*"), *SMALL.glob("[vm]*")):
        shutil.copy(path, folder)
    with torch.device("meta"):
        model = BlenderbotForConditionalGeneration(config)
    shard: dict[str, torch.Tensor] = {}
    places: dict[str, str] = {}
    number = 0
    for name, parameter in model.named_parameters():
        weight = torch.empty(parameter.shape, dtype=torch.float16).normal_(0, 0.02)
        shard[name] = weight + 1 if "layer_norm.weight" in name else weight
        places[name] = f"model-{number}.safetensors"
        if sum(weight.nbytes for weight in shard.values()) > SHARD_BYTES:
            save_file(shard, folder / places[name])
            shard, number = {}, number + 1
    save_file(shard, folder / f"model-{number}.safetensors")
    index = {"metadata": {}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def _convert(checkpoint: Path, cache: Path) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    ours, other = context.Pipe()
    process = context.Process(target=_converted, args=(other, checkpoint, cache))
    process.start()
    figures: dict[str, Any] = ours.recv()
    process.join()
    return figures


def _converted(pipe: Connection, checkpoint: Path, cache: Path) -> None:
    begun = time.perf_counter()
    folder = convert(open_checkpoint(checkpoint), cache=cache, precision="int8", check=False)
    pipe.send(
        {
            "folder": folder,
            "seconds": time.perf_counter() - begun,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "parameters": json.loads((folder / "manifest.json").read_text())["parameters"],
        }
    )
