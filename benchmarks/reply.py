"""One person's reply: 60 tokens in, 24 out, at three numbers of beams."""

from __future__ import annotations

from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.results import PartResult, ratio, spread
from benchmarks.worker import Worker

if TYPE_CHECKING:
    from benchmarks.context import BenchContext

BEAMS = (10, 4, 1)
TUTORIAL = "tutorial (float32)"


def run(context: BenchContext) -> tuple[PartResult, ...]:
    """Measure every way in turn, round after round."""
    seconds: dict[tuple[str, int], list[float]] = {}
    with ExitStack() as stack:
        ways = {name: stack.enter_context(way) for name, way in _ways(context).items()}
        for number in range(context.rounds + 1):
            for beams in BEAMS:
                for name, way in ways.items():
                    [end] = way.answer(context.prompts(1, seed=number), beams)
                    if number:  # the first round only warms up
                        seconds.setdefault((name, beams), []).append(end)
        memory = {name: way.memory()["peak"] for name, way in ways.items()}
    rows = [_row(name, beams, seconds, memory) for beams in BEAMS for name in memory]
    bars = {str(row["way"]): row["times"] for row in rows if row["beams"] == BEAMS[0]}
    columns = ("way", "beams", "seconds", "range", "times", "peak MiB")
    return (PartResult("One reply", columns, tuple(rows), bars),)


def _ways(context: BenchContext) -> dict[str, Worker]:
    return {
        TUTORIAL: Worker("transformers", context.checkpoint, dtype="float32"),
        "transformers bfloat16": Worker("transformers", context.checkpoint, dtype="bfloat16"),
        "ours float32": Worker("ours", context.float32, threads=context.threads),
        "ours int8": Worker("ours", context.int8, threads=context.threads),
    }


def _row(
    name: str, beams: int, seconds: dict[tuple[str, int], list[float]], memory: dict[str, int]
) -> dict[str, Any]:
    own = seconds[name, beams]
    return {
        "way": name,
        "beams": beams,
        "seconds": median(own),
        "range": spread(own),
        "times": ratio(seconds[TUTORIAL, beams], own),
        "peak MiB": memory[name],
        "all": own,
    }
