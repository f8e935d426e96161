"""``python -m benchmarks [PART ...]``: measures, prints tables, writes JSON and a picture."""

from __future__ import annotations

import argparse
import json
import platform
import time
from dataclasses import asdict
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from benchmarks.context import OUT, BenchContext
from benchmarks.picture import draw

if TYPE_CHECKING:
    from benchmarks.results import PartResult

# A part is a module of this package with run(context) -> tuple[PartResult, ...].
PARTS = ("reply", "crowd", "lag", "discord_lag", "start", "floor", "safety", "store")
ON_REQUEST = ("parity", "shapes")


def main() -> None:
    """Run the parts that are asked for, or all but the slow ones."""
    options = _parser().parse_args()
    parts = [part for given in options.parts for part in given.split(",")] or list(PARTS)
    OUT.mkdir(exist_ok=True)
    context = BenchContext(given=options.checkpoint, rounds=options.rounds, inputs=options.inputs)
    console = Console()
    results: dict[str, tuple[PartResult, ...]] = {}
    for part in parts:
        begin = time.perf_counter()
        results[part] = import_module(f"benchmarks.{part}").run(context)
        for result in results[part]:
            console.print(result.table())
        console.print(f"{part}: {time.perf_counter() - begin:.0f} s\n", style="dim")
    _store(results, context)
    draw(chain.from_iterable(results.values()), OUT / "results.png")
    console.print(f"written: {OUT / 'results.json'}")


def _store(results: dict[str, tuple[PartResult, ...]], context: BenchContext) -> None:
    machine = {"processor": platform.processor(), "cores": context.threads}
    model = context.given.name if context.given else "random weights of the 400M shape"
    content = {
        "when": time.strftime("%Y-%m-%d %H:%M"),
        "machine": machine,
        "checkpoint": model,
        "parts": {name: list(map(asdict, tables)) for name, tables in results.items()},
    }
    (OUT / "results.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join((*PARTS, *ON_REQUEST))
    parser.add_argument("parts", nargs="*", help=f"of {names}; default: all but {ON_REQUEST}")
    parser.add_argument("--checkpoint", type=Path, help="a BlenderBot's folder with its weights")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--inputs", type=int, default=50, help="for parity; default: %(default)s")
    return parser


if __name__ == "__main__":
    main()
