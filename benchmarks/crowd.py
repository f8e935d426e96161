"""Many people who speak at the same moment: when the last one has a reply."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.results import PartResult
from benchmarks.worker import Worker

if TYPE_CHECKING:
    from benchmarks.context import BenchContext

PEOPLE = (1, 8, 32)
BEAMS = 10


def run(context: BenchContext) -> tuple[PartResult, ...]:
    """Measure our engine against the tutorials' way, one person after the other."""
    ours: dict[int, list[float]] = {people: [] for people in PEOPLE}
    one: list[float] = []
    with (
        Worker("transformers", context.checkpoint, dtype="float32") as tutorial,
        Worker("ours", context.int8, threads=context.threads) as engine,
    ):
        for number in range(context.rounds + 1):
            alone = tutorial.answer(context.prompts(1, seed=number), BEAMS)
            together = {
                people: max(engine.answer(context.prompts(people, seed=number), BEAMS))
                for people in PEOPLE
            }
            if number:  # the first round only warms up
                one += alone
                for people, seconds in together.items():
                    ours[people].append(seconds)
        memory = engine.memory()["peak"]
    rows: list[dict[str, Any]] = [
        {
            "people": people,
            "ours, s": median(ours[people]),
            "tutorial, s": median(one) * people,
            "times": round(median(one) * people / median(ours[people]), 1),
            "peak MiB": memory,
            "all": ours[people],
        }
        for people in PEOPLE
    ]
    result = PartResult(
        f"Time to everybody's reply, {BEAMS} beams",
        ("people", "ours, s", "tutorial, s", "times", "peak MiB"),
        tuple(rows),
        {f"{row['people']} people": row["times"] for row in rows},
        ("The tutorial's time is one reply's median times the people: it answers in turn.",),
    )
    return (result,)
