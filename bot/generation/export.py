"""From a checkpoint's weights to the graphs that run without torch: once, checked, and cached."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import FolderNotWritable, ModelUnusable
from bot.generation.architecture import read_architecture
from bot.generation.exported import (
    FORMAT,
    MANIFEST,
    Manifest,
    exported_folder,
    is_exported,
    read_manifest,
)
from bot.generation.graph import WEIGHTS, WeightFile
from bot.generation.network import NetworkWriter
from bot.generation.tokenizer import load_tokenizer
from bot.generation.verification import VERIFICATION, verify
from bot.generation.weights import open_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.generation.architecture import Architecture
    from bot.generation.checkpoint import Checkpoint

    Progress = Callable[[str, float], None]

_COPIED = ("config.json", "generation_config.json", "vocab.json", "merges.txt")
_BYTES = {"int8": 1.05, "float32": 4.0}
_MARGIN_BYTES = 64 * 2**20
_MEMINFO = Path("/proc/meminfo")


def convert(
    checkpoint: Checkpoint,
    *,
    cache: Path,
    precision: str,
    progress: Progress = lambda *_: None,
    check: bool = True,
) -> Path:
    """Return the folder of the converted checkpoint, converting it unless that was done.

    Args:
        checkpoint: Where the weights are.
        cache: The folder of all converted models.
        precision: ``int8`` or ``float32``.
        progress: Told what is being done and how much of the whole is, from 0 to 1.
        check: Compare the result with transformers before it is kept.

    Raises:
        ModelUnusable: Not a BlenderBot that can be run, or the comparison failed.
        ModelNotFound: The weights or the tokenizer are missing.
        FolderNotWritable: The cache cannot be written or is too small.
        PackageMissing: torch or transformers are not installed.
    """
    target = exported_folder(checkpoint, cache=cache, precision=precision)
    if is_exported(target):
        read_manifest(target)
        return target
    architecture = read_architecture(checkpoint.config)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _check_room(cache, architecture, precision)
        with tempfile.TemporaryDirectory(prefix=".converting-", dir=cache) as name:
            folder = Path(name) / target.name
            folder.mkdir()
            _write(checkpoint, architecture, folder, precision, progress)
            if check:
                progress("checking against transformers", 0.6)
                figures = verify(checkpoint, folder)
                (folder / VERIFICATION).write_text(json.dumps(figures, indent=2) + "\n")
            _keep(folder, target)
    except OSError as error:
        raise FolderNotWritable(
            f"{cache} cannot be written ({error.strerror or error}).",
            cure="Free some room or set DATA_DIR to another folder.",
        ) from error
    progress("converted", 1.0)
    return target


def _write(
    checkpoint: Checkpoint,
    architecture: Architecture,
    folder: Path,
    precision: str,
    progress: Progress,
) -> None:
    weights = open_weights(checkpoint.folder)
    with (folder / WEIGHTS).open("wb") as file:
        writer = NetworkWriter(
            architecture=architecture,
            weights=weights,
            precision=precision,
            file=WeightFile(file),
            report=lambda part: progress("writing the graphs", 0.6 * part),
        )
        tables = writer.write(folder)
    _write_tokenizer(checkpoint, folder)
    manifest = Manifest(
        name=checkpoint.name,
        revision=checkpoint.revision,
        precision=precision,
        parameters=writer.parameters,
        tables=tables,
    )
    content = {"format": FORMAT, **asdict(manifest)}
    (folder / MANIFEST).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _write_tokenizer(checkpoint: Checkpoint, folder: Path) -> None:
    """Copy the small files; a byte-level tokenizer is saved with its ``</s>``."""
    source = checkpoint.folder
    is_words = checkpoint.architecture == "blenderbot-small"
    if (source / "tokenizer.json").is_file() or not is_words:
        load_tokenizer(source).save(str(folder / "tokenizer.json"))
    for name in _COPIED if is_words else _COPIED[:2]:
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / name)


def _keep(folder: Path, target: Path) -> None:
    try:
        folder.rename(target)
    except OSError:
        # Another process was faster: its result is as good.
        if not is_exported(target):
            raise


def _check_room(cache: Path, architecture: Architecture, precision: str) -> None:
    needed = int(architecture.parameters * _BYTES[precision]) + _MARGIN_BYTES
    free = shutil.disk_usage(cache).free
    if free < needed:
        raise FolderNotWritable(
            f"{cache} has {free // 2**20} MB free, converting needs {needed // 2**20} MB.",
            cure="Free some room or set DATA_DIR to another folder.",
        )
    available = _available_bytes(_MEMINFO)
    largest = 12 * architecture.largest_matrix
    if available is not None and available < largest:
        raise ModelUnusable(
            f"Converting needs {largest // 2**20} MB of free memory, {available // 2**20} MB is.",
            cure="Stop other programs or choose a smaller model.",
        )


def _available_bytes(meminfo: Path) -> int | None:
    """Return the memory that programs can have, or None where the system does not tell.

    What is free does not count the pages of files, which a downloaded checkpoint has just filled.
    """
    try:
        found = re.search(r"^MemAvailable: +(\d+) kB$", meminfo.read_text("ascii"), re.MULTILINE)
    except (OSError, ValueError):
        return None
    return None if found is None else 1024 * int(found[1])
