"""Which engine runs a checkpoint, decided from the settings and from what this machine has."""

from __future__ import annotations

import importlib.util
import logging
import os
from ctypes.util import find_library
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import PackageMissing
from bot.generation.checkpoint import find_checkpoint, open_checkpoint
from bot.generation.exported import exported_folder, is_exported
from bot.generation.onnx_model import OnnxModel
from bot.generation.transformers_model import TransformersModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.generation.checkpoint import Checkpoint
    from bot.generation.engine import Model
    from bot.generation.request import DecodingOverrides
    from config.settings import EngineChoice, Precision

    Progress = Callable[[str, float], None]

MOST_THREADS = 8

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
    device = "cuda" if choice.engine != "onnx" and has_cuda() else "cpu"
    if choice.engine == "transformers" or device == "cuda":
        return TransformersModel(checkpoint, overrides=choice.overrides, device=device)
    folder = convert_model(choice, checkpoint, _logged)
    return OnnxModel(
        open_checkpoint(folder, name=checkpoint.name, revision=checkpoint.revision),
        overrides=choice.overrides,
        threads=choice.threads or default_threads(os.cpu_count() or 1),
        capacity=choice.batch_size,
    )


def convert_model(choice: ModelChoice, checkpoint: Checkpoint, progress: Progress) -> Path:
    """Return the folder of the converted checkpoint, converting it unless that was done.

    Raises:
        StartupError: It cannot be converted; the text says why and the cure.
    """
    cache = choice.cache / "converted"
    folder = exported_folder(checkpoint, cache=cache, precision=choice.precision)
    if is_exported(folder):
        return folder
    try:
        from bot.generation.export import convert
    except ImportError as error:
        raise PackageMissing(
            f"{checkpoint.name} is not converted yet, and converting needs the reference extra.",
            cure="Run: make reference (or copy a converted model's folder here).",
        ) from error
    return convert(checkpoint, cache=cache, precision=choice.precision, progress=progress)


def default_threads(cores: int) -> int:
    """Return how many threads share a step on a machine of so many cores.

    A step reads every weight once: beyond a few cores memory is the limit, not arithmetic.
    """
    return min(cores, MOST_THREADS)


def _logged(what: str, part: float) -> None:
    log.info("model conversion: %s, %d %%", what, 100 * part)


def has_cuda() -> bool:
    """Return whether torch can use a GPU here; torch is only imported where a driver is."""
    if find_library("cuda") is None or importlib.util.find_spec("torch") is None:
        return False
    import torch

    return torch.cuda.is_available()
