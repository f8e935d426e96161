"""Which engine runs a checkpoint, decided from the settings and from what this machine has."""

from __future__ import annotations

import importlib.util
import logging
from ctypes.util import find_library
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.generation.checkpoint import find_checkpoint
from bot.generation.transformers_model import TransformersModel

if TYPE_CHECKING:
    from pathlib import Path

    from bot.generation.engine import Model
    from bot.generation.request import DecodingOverrides
    from config.settings import EngineChoice, Precision

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """What the owner wants to run.

    Attributes:
        model: ``starter``, a folder or a hub name.
        engine: Which engine, or ``auto``.
        precision: Weights of the onnx engine.
        threads: Threads of the model; 0 picks by the cores.
        batch_size: Requests that share a step of the onnx engine.
        overrides: Decoding parameters that differ from the checkpoint's.
        cache: Where downloads and converted models are kept.
        starter: The folder of the model that ships with Confab.
    """

    model: str
    engine: EngineChoice
    precision: Precision
    threads: int
    batch_size: int
    overrides: DecodingOverrides
    cache: Path
    starter: Path


def load_model(choice: ModelChoice) -> Model:
    """Return the loaded model; slow, so called on the worker thread.

    Raises:
        StartupError: It cannot be found, converted or loaded; the text says why and the cure.
    """
    checkpoint = find_checkpoint(choice.model, cache=choice.cache, starter=choice.starter)
    device = "cuda" if has_cuda() else "cpu"
    return TransformersModel(checkpoint, overrides=choice.overrides, device=device)


def has_cuda() -> bool:
    """Return whether torch can use a GPU here; torch is only imported where a driver is."""
    if find_library("cuda") is None or importlib.util.find_spec("torch") is None:
        return False
    import torch

    return torch.cuda.is_available()
