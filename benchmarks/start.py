"""From the process's start to its first reply, and what it then holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.context import OUT
from benchmarks.results import PartResult
from benchmarks.worker import Worker
from bot.generation.checkpoint import open_checkpoint
from bot.generation.export import convert

if TYPE_CHECKING:
    from benchmarks.context import BenchContext

STARTER = Path(__file__).parents[1] / "models" / "starter"


def run(context: BenchContext) -> tuple[PartResult, ...]:
    """Start each way afresh."""
    starter = convert(
        open_checkpoint(STARTER), cache=OUT / "converted", precision="int8", check=False
    )
    cases: dict[str, tuple[str, Path, dict[str, Any]]] = {
        "tutorial (float32)": ("transformers", context.checkpoint, {"dtype": "float32"}),
        "ours int8": ("ours", context.int8, {"threads": context.threads}),
        "ours int8, starter": ("ours", starter, {"threads": context.threads}),
    }
    rows = []
    for name, (kind, folder, options) in cases.items():
        with Worker(kind, folder, **options) as worker:
            rows.append({"way": name, **{k: round(v, 2) for k, v in worker.started.items()}})
    columns = ("way", "python_s", "import_s", "load_s", "first_reply_s", "whole_s", "resident_mib")
    return (PartResult("Start", columns, tuple(rows), notes=("Files in the system's cache.",)),)
