"""What this machine could do at best: bytes read and operations done, against a step's."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.results import PartResult
from bot.generation.architecture import read_architecture
from bot.generation.checkpoint import open_checkpoint
from bot.generation.exported import open_session
from bot.generation.graph import WEIGHTS, Graph, WeightFile
from bot.generation.quantisation import quantise_columns

if TYPE_CHECKING:
    from benchmarks.context import BenchContext

TOKENS = 24
WIDTH, INNER, ROWS = 1280, 5120, 320
_BYTES = {"int8": 1, "float32": 4}


def run(context: BenchContext) -> tuple[PartResult, ...]:
    """Measure the machine and compare it with what a step needs."""
    shape = read_architecture(open_checkpoint(context.checkpoint).config)
    weights = shape.decoder_layers * (6 * shape.width**2 + 2 * shape.width * shape.inner)
    weights += shape.width * shape.vocabulary
    read = _bytes_a_second(context.threads)
    rows = []
    for precision, size in _BYTES.items():
        done = _products_a_second(precision, context.threads)
        for beams in (1, 10):
            floor = max(weights * size / read, weights * beams / done)
            rows.append(
                {
                    "step": f"{precision}, {beams} beams",
                    "MB read": weights * size / 1e6,
                    "read, GB/s": read / 1e9,
                    "products, G/s": done / 1e9,
                    "floor, ms": 1000 * floor,
                    f"floor of {TOKENS} tokens, s": TOKENS * floor,
                }
            )
    return (PartResult("The machine's floor", tuple(rows[0]), tuple(rows)),)


def _bytes_a_second(threads: int, repeats: int = 3) -> float:
    block = np.ones(32 * 2**20)
    best = 0.0
    for _ in range(repeats):
        parts = np.array_split(block, threads)
        readers = [threading.Thread(target=part.sum) for part in parts]
        begin = time.perf_counter()
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        best = max(best, block.nbytes / (time.perf_counter() - begin))
    return best


def _products_a_second(precision: str, threads: int, repeats: int = 5) -> float:
    """Return how many multiply-adds a large product reaches in the very operation we run."""
    matrix = np.random.default_rng(0).normal(0, 0.02, (WIDTH, INNER)).astype(np.float32)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / WEIGHTS).open("wb") as file:
            graph = Graph(name="product", weights=WeightFile(file))
            value = graph.input("value", ["rows", WIDTH])
            bias = graph.constant(np.zeros(INNER, np.float32))
            chosen = quantise_columns(matrix) if precision == "int8" else matrix
            graph.output(graph.linear(value, chosen, bias), "product", ["rows", INNER])
            graph.save(folder / "product.onnx")
        session = open_session(folder / "product.onnx", threads)
        inputs = {"value": np.ones((ROWS, WIDTH), np.float32)}
        seconds = []
        for _ in range(repeats):
            begin = time.perf_counter()
            session.run(None, inputs)
            seconds.append(time.perf_counter() - begin)
    return ROWS * matrix.size / min(seconds)
