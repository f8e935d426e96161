"""A trained model as a folder: a checkpoint for any tool, and beside it the form Confab runs."""

from __future__ import annotations

import copy
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from bot.generation.checkpoint import open_checkpoint
from bot.generation.export import convert

if TYPE_CHECKING:
    from transformers import BlenderbotForConditionalGeneration, GenerationConfig

_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt")


def pack(
    model: BlenderbotForConditionalGeneration,
    out: Path,
    *,
    tokenizer: Path,
    decoding: GenerationConfig,
) -> None:
    """Write weights in half precision, configuration and the tokenizer of ``tokenizer``."""
    out.mkdir(parents=True, exist_ok=True)
    half = copy.deepcopy(model)
    torch.nn.Module.to(half, torch.device("cpu"), torch.float16)
    half.generation_config = decoding
    half.save_pretrained(out)
    for path in out.iterdir():
        path.chmod(0o644)  # safetensors writes for its owner alone
    for name in _TOKENIZER_FILES:
        if (tokenizer / name).is_file():
            shutil.copyfile(tokenizer / name, out / name)


def ship(checkpoint: Path, out: Path) -> None:
    """Write a checkpoint and its int8 form to ``out``, in place of what is there.

    Raises:
        StartupError: It is not a BlenderBot that Confab can run.
    """
    with tempfile.TemporaryDirectory() as cache:
        fast = convert(
            open_checkpoint(checkpoint, name=out.name), cache=Path(cache), precision="int8"
        )
        shutil.copytree(checkpoint, out, dirs_exist_ok=True)
        shutil.copytree(fast, out, dirs_exist_ok=True)
