"""How well words are found in any spelling, what is flagged wrongly, and how long it takes."""

from __future__ import annotations

import random
import time
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks import evasions
from benchmarks.results import PartResult
from benchmarks.safety_filters import BetterProfanity, Confab, Filter, Substring, WholeWord
from bot.safety.entries import Category, parse_entry
from bot.safety.shipped import load_shipped_lists

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.context import BenchContext
    from bot.safety.entries import Entry
    from bot.safety.shipped import ShippedLists

ROOT: Final = Path(__file__).parents[1]
WORDS: Final = Path("/usr/share/dict/words")
CORPUS: Final = ROOT / "training" / "corpus" / "dialogues"
MEANT: Final = ROOT / "tests" / "data" / "meant.txt"
INNOCENT: Final = ROOT / "tests" / "data" / "innocent.txt"
CARRIERS: Final = ("{}", "well {} then", "you are such a {}", "i said {}, ok?")
ENTRIES: Final = 5_000
MESSAGE: Final = 200
LONGEST: Final = 4_000
HOSTILE: Final = (
    *("a ss ", "a55 ", "f u c k ", "k1", "s.h.i.t", "sh!t", "as", "fuck ", "a\u0301s", "5h1t "),
    *("go di e ", "s h i t t y ", "f\u200bu", "i want t", "$h!", "1 "),
)
Sample = list[tuple[str, ...]]


def run(context: BenchContext) -> tuple[PartResult, ...]:
    """Measure Confab's filter, two plain ones and better-profanity on the same lists."""
    del context  # no model is asked
    shipped = load_shipped_lists()
    texts = {" ".join(entry.words) for entry in shipped.entries}
    filters: list[Filter] = [
        Confab(shipped),
        BetterProfanity(texts),
        Substring(texts),
        WholeWord(texts),
    ]
    return (
        _table("Recall, %", filters, dict(_disguised(shipped.entries))),
        _table("False alarms in 1,000", filters, dict(_innocent()), per=1_000),
        _speed(filters, shipped),
    )


def _disguised(entries: Sequence[Entry]) -> Iterator[tuple[str, Sample]]:
    """Yield samples of disguised entries, one for each evasion, and one of all pairs."""
    listed = [entry for entry in entries if entry.words != ("1488",)]
    for name, disguise in evasions.SINGLE.items():
        fitting = [one for one in listed if name != "inflected" or _inflects(one)]
        texts = ((" ".join(one.words), _rng(name, one)) for one in fitting)
        yield name, [(rng.choice(CARRIERS).format(disguise(text, rng)),) for text, rng in texts]
    pairs: Sample = []
    for names in evasions.PAIRS:
        fitting = [one for one in listed if "inflected" not in names or _inflects(one)]
        for one in fitting[:: 1 + len(fitting) // 60]:
            rng = _rng("+".join(names), one)
            pairs.append(
                (rng.choice(CARRIERS).format(evasions.pair(" ".join(one.words), names, rng)),)
            )
    yield "two at once", pairs
    yield "over two messages", [_cut(one) for one in listed]


def _inflects(entry: Entry) -> bool:
    return not entry.is_exact and len(entry.words) == 1


def _rng(name: str, entry: Entry) -> random.Random:
    return random.Random(f"{name} {entry.text}")  # repeatable, not secret


def _cut(entry: Entry) -> tuple[str, ...]:
    rng = _rng("over two", entry)
    before, after = evasions.over_two(" ".join(entry.words), rng)
    start, _, end = rng.choice(CARRIERS).partition("{}")
    return start + before, after + end


def _innocent() -> Iterator[tuple[str, Sample]]:
    if WORDS.exists():
        meant = set(MEANT.read_text(encoding="utf-8").split())
        words = WORDS.read_text(encoding="utf-8").split()
        yield (
            "dictionary words",
            [(word,) for word in words if word.casefold().removesuffix("'s") not in meant],
        )
    if CORPUS.is_dir():
        yield "chat lines", [(line,) for line in chat_lines()]
    lines = INNOCENT.read_text(encoding="utf-8").splitlines()
    yield "hand-written traps", [(line,) for line in lines if not line.startswith("#")]


def chat_lines() -> list[str]:
    """Return the lines of the training corpus, but for those that do speak of self-harm."""
    entries = load_shipped_lists().entries
    meant = WholeWord(" ".join(one.words) for one in entries if one.category is Category.SELF_HARM)
    lines = [
        part.strip()
        for path in sorted(CORPUS.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("you:", "bot:"))
        for part in line[4:].split("|")
    ]
    return [line for line in lines if not meant.flags((line,))]


def _table(
    title: str, filters: Sequence[Filter], samples: dict[str, Sample], per: int = 100
) -> PartResult:
    rows = [
        {
            "texts": name,
            "of": len(sample),
            **{one.name: round(per * _share_flagged(one, sample), 1) for one in filters},
        }
        for name, sample in samples.items()
    ]
    return PartResult(title, tuple(rows[0]), tuple(rows))


def _share_flagged(tested: Filter, sample: Sample) -> float:
    given = sample[:: tested.share]
    return sum(map(tested.flags, given)) / len(given)


def _speed(filters: Sequence[Filter], shipped: ShippedLists) -> PartResult:
    messages = _messages(" ".join(chat_lines() or INNOCENT.read_text("utf-8").splitlines()))
    tested = [*filters, Confab(shipped, _further(shipped))]
    names = [f"{one.name}, {len(shipped.entries)} entries" for one in filters]
    rows = []
    for name, one in zip((*names, f"Confab, {ENTRIES:,} entries"), tested, strict=True):
        times = sorted(_microseconds(one, text) for text in messages[:: one.share * one.share])
        hostile = max(
            _microseconds(one, (bad * LONGEST)[:LONGEST]) for bad in HOSTILE[:: one.share]
        )
        rows.append(
            {
                "filter": name,
                "median us": round(median(times)),
                "p99 us": round(times[int(len(times) * 0.99)]),
                f"{LONGEST:,} hostile characters, ms": round(hostile / 1000, 2),
            }
        )
    return PartResult(f"Time for {MESSAGE} characters", tuple(rows[0]), tuple(rows))


def _messages(text: str) -> list[str]:
    return [text[start : start + MESSAGE] for start in range(0, min(len(text), 400_000), MESSAGE)]


def _further(shipped: ShippedLists) -> list[Entry]:
    """Return rare words that fill the lists up to 5,000 entries."""
    words = WORDS.read_text(encoding="utf-8").split() if WORDS.exists() else []
    rare = [one for one in words if one.isalpha() and len(one) > 4 and one not in shipped.ordinary]
    rng = random.Random(1)  # repeatable, not secret
    rng.shuffle(rare)
    return [parse_entry(one) for one in islice(rare, ENTRIES - len(shipped.entries))]


def _microseconds(tested: Filter, text: str) -> float:
    """Return the processor's time for the best of a few runs: other programs only ever add."""
    best = float("inf")
    for _ in range(4 if tested.share == 1 else 1):
        start = time.process_time_ns()
        tested.flags((text,))
        best = min(best, time.process_time_ns() - start)
    return best / 1_000
