"""The corpus made ready for training: the same files, byte for byte, from the same seed."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rich.progress import track

from bot.generation.tokenizer import load_codec
from training.lessons import Lessons, encode_lessons
from training.sampling import Sample, Sampler
from training.vocabulary import save_tokenizer, train_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from training.corpus import Corpus
    from training.dialogue import Dialogue

POSITIONS = 128
_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt")


@dataclass(frozen=True, slots=True)
class BuildOrder:
    """What to build.

    Attributes:
        seed: The same seed gives the same files.
        lessons: How many lessons to draw for training.
        checks: How many to draw from the held-out dialogues.
        vocabulary: Size of the tokenizer, when one is trained.
    """

    seed: int = 1
    lessons: int = 400_000
    checks: int = 1_500
    vocabulary: int = 2_800


def build(
    corpus: Corpus,
    order: BuildOrder,
    out: Path,
    *,
    base: Path | None = None,
    examination: Iterable[str] = (),
) -> Path:
    """Write tokenizer, lessons and ``manifest.json`` to ``out`` and return the manifest.

    Args:
        corpus: What is drawn from.
        order: What to build.
        out: The folder to write to.
        base: The folder of a checkpoint whose tokenizer is used; without it one is trained.
        examination: Utterances that the model is tested with: no lesson answers one of them, even
            where a slot happens to spell it.
    """
    out.mkdir(parents=True, exist_ok=True)
    sampler = _sampler(corpus, corpus.train)
    if base is None:
        lines = _lines(sampler, random.Random(f"{order.seed} tokenizer"))
        save_tokenizer(train_tokenizer(lines, size=order.vocabulary), out, positions=POSITIONS)
    else:
        for name in _TOKENIZER_FILES:
            if (base / name).is_file() and base != out:
                shutil.copyfile(base / name, out / name)
    codec = load_codec(out)
    secret = frozenset(map(plain, examination))
    checker = _sampler(corpus, corpus.held_out)
    files: list[Path] = [out / name for name in _TOKENIZER_FILES if (out / name).is_file()]
    counts: dict[str, int] = {}
    for name, source, count in (
        ("train", sampler, order.lessons),
        ("held_out", checker, order.checks),
    ):
        samples = _draw(source, random.Random(f"{order.seed} {name}"), count, name)
        samples = (s for s in samples if plain(s.prompt.messages[-1]) not in secret)
        lessons = encode_lessons(samples, codec, positions=POSITIONS)
        files += lessons.save(out, name)
        counts[name] = len(lessons)
        counts[f"{name}_dialogues"] = len(getattr(corpus, name))
    _write_examples(sampler, out / "examples.txt", order.seed)
    manifest = out / "manifest.json"
    manifest.write_text(json.dumps(_manifest(order, counts, files), indent=2) + "\n")
    return manifest


def plain(text: str) -> str:
    """Return an utterance without what people type differently: case and punctuation."""
    return " ".join("".join(c for c in text.lower() if c.isalnum() or c == " ").split())


def load_lessons(folder: Path) -> tuple[Lessons, Lessons]:
    """Return a build's lessons and its held-out ones."""
    return Lessons.load(folder, "train"), Lessons.load(folder, "held_out")


def _sampler(corpus: Corpus, dialogues: Sequence[Dialogue]) -> Sampler:
    return Sampler(dialogues, lists=corpus.lists, personas=corpus.personas, facts=corpus.facts)


def _draw(sampler: Sampler, rng: random.Random, count: int, name: str) -> Iterator[Sample]:
    for _ in track(range(count), description=f"drawing {name} lessons"):
        yield sampler.draw(rng)


def _lines(sampler: Sampler, rng: random.Random, count: int = 25_000) -> Iterator[str]:
    for _ in track(range(count), description="learning the vocabulary"):
        sample = sampler.draw(rng)
        yield sample.prompt.messages[-1]
        yield sample.reply
        yield from (f"your persona: {line}" for line in sample.prompt.persona)


def _write_examples(sampler: Sampler, path: Path, seed: int) -> None:
    rng = random.Random(f"{seed} examples")
    blocks = []
    for _ in range(200):
        sample = sampler.draw(rng)
        shown = [f"persona: {line}" for line in sample.prompt.persona]
        shown += [f"seen: {message}" for message in sample.prompt.messages]
        blocks.append("\n".join([*shown, f"reply: {sample.reply}"]))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _manifest(order: BuildOrder, counts: dict[str, int], files: list[Path]) -> dict[str, object]:
    return {
        "order": asdict(order),
        "counts": counts,
        "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }
