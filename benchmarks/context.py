"""What the parts share: the checkpoint, its conversions, and inputs drawn once."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.ways import PROMPT_TOKENS
from bot.generation.checkpoint import open_checkpoint
from bot.generation.export import convert

OUT = Path(__file__).parent / "out"
REFERENCE = Path(__file__).parents[1].parent / "shared" / "reference" / "bench_checkpoint.py"


@dataclass
class BenchContext:
    """One run of the benchmark.

    Attributes:
        given: A checkpoint's folder with its weights; None for random ones of the 400M shape.
        rounds: How often each row is measured; rounds are interleaved.
        inputs: How many replies are compared with transformers'.
        threads: Threads of our engine.
    """

    given: Path | None
    rounds: int
    inputs: int = 50
    threads: int = os.cpu_count() or 1

    @cached_property
    def checkpoint(self) -> Path:
        """The measured checkpoint."""
        return self.given or _random_checkpoint()

    @cached_property
    def int8(self) -> Path:
        """The checkpoint converted to int8."""
        return self._converted("int8")

    @cached_property
    def float32(self) -> Path:
        """The checkpoint converted to float32."""
        return self._converted("float32")

    @cached_property
    def vocabulary(self) -> int:
        """How many ids there are."""
        return int(json.loads((self.checkpoint / "config.json").read_text())["vocab_size"])

    def prompts(self, count: int, *, seed: int = 0, tokens: int = PROMPT_TOKENS) -> list[list[int]]:
        """Return inputs of random ids that end in eos."""
        dice = random.Random(seed)
        return [
            [*(dice.randrange(4, self.vocabulary) for _ in range(tokens - 1)), 2]
            for _ in range(count)
        ]

    def _converted(self, precision: str) -> Path:
        checkpoint = open_checkpoint(self.checkpoint)
        return convert(checkpoint, cache=OUT / "converted", precision=precision, check=False)


def _random_checkpoint() -> Path:
    """Return the random checkpoint of the 400M shape, made once."""
    folder = OUT / "blenderbot-400M-shape"
    if not (folder / "model.safetensors").is_file():
        if not REFERENCE.is_file():
            sys.exit("Give a checkpoint: python -m benchmarks --checkpoint FOLDER")
        folder.parent.mkdir(exist_ok=True)
        subprocess.run([sys.executable, REFERENCE, folder], check=True)
    return folder
