"""A trained model as a checkpoint folder that any tool for BlenderBot can load."""

from __future__ import annotations

import copy
import shutil
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from pathlib import Path

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
    for name in _TOKENIZER_FILES:
        if (tokenizer / name).is_file():
            shutil.copyfile(tokenizer / name, out / name)
