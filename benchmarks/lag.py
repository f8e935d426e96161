"""How late the event loop is while a reply is made: ticks of 5 ms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.results import PartResult
from benchmarks.worker import Worker

if TYPE_CHECKING:
    from benchmarks.context import BenchContext

BEAMS = 10
PROMPTS = 3


def run(context: BenchContext) -> tuple[PartResult, ...]:
    """Measure inline, as tutorials do, and in a thread, as Confab does."""
    cases = [("tutorial, inline", Worker("transformers", context.checkpoint, dtype="float32"))]
    cases += [
        (f"ours int8, {threads} threads", Worker("ours", context.int8, threads=threads))
        for threads in sorted({1, context.threads})
    ]
    rows = []
    for name, worker in cases:
        with worker:
            where = "inline" if "inline" in name else "thread"
            late = worker.lag(context.prompts(PROMPTS), BEAMS, where)
        rows.append({"case": name, **{key: round(value, 2) for key, value in late.items()}})
    columns = ("case", "p50_ms", "p99_ms", "max_ms")
    return (PartResult("Lateness of the event loop, 3 people", columns, tuple(rows)),)
