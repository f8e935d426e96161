"""A converted model on disk: which files it has, and how they are opened."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import onnxruntime as ort

from bot.errors import ModelUnusable
from bot.generation.tables import Table, read_table

if TYPE_CHECKING:
    from pathlib import Path

    from bot.generation.checkpoint import Checkpoint

FORMAT = 1
MANIFEST = "manifest.json"
WEIGHTS = "weights.bin"
ENCODER = "encoder.onnx"
DECODER = "decoder.onnx"
# How long a thread waits awake for its next part. onnxruntime's own default is without end:
# on a busy machine the waiting threads then keep the working ones from the cores.
_SPIN_US = "50"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a converted model's folder says about itself.

    Attributes:
        name: The checkpoint's name.
        revision: The hub's commit, or a folder's mark.
        precision: ``int8`` or ``float32``.
        parameters: How many weights the checkpoint has.
        tables: Where the embeddings lie in the weight file.
    """

    name: str
    revision: str
    precision: str
    parameters: int
    tables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Network:
    """A converted model's open files."""

    encoder: ort.InferenceSession
    decoder: ort.InferenceSession
    embeddings: Table
    encoder_positions: Table
    decoder_positions: Table


def is_exported(folder: Path) -> bool:
    """Return whether ``folder`` holds a converted model."""
    return (folder / MANIFEST).is_file()


def exported_folder(checkpoint: Checkpoint, *, cache: Path, precision: str) -> Path:
    """Return where the converted ``checkpoint`` is or will be: itself, when it is one.

    A converted model that still has its weights can be converted to another precision.
    """
    if is_exported(checkpoint.folder):
        shipped = read_manifest(checkpoint.folder).precision
        if shipped == precision or not checkpoint.has_weights:
            return checkpoint.folder
    name = checkpoint.name.strip("/").replace("/", "--")[-80:]
    return cache / f"{name}--{_mark(checkpoint)}--{precision}--v{FORMAT}"


def read_manifest(folder: Path) -> Manifest:
    """Return what the folder says about itself.

    Raises:
        ModelUnusable: It is not readable, or of another format.
    """
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        version = content.pop("format")
        manifest = Manifest(**content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(
            f"{folder} is not a converted model ({error}).", cure="Delete it and start again."
        ) from error
    if version != FORMAT:
        raise ModelUnusable(
            f"{folder} was converted for format {version}, this Confab reads {FORMAT}.",
            cure="Delete it and start again.",
        )
    return manifest


def open_network(folder: Path, manifest: Manifest, *, threads: int) -> Network:
    """Open the graphs for ``threads`` threads.

    Raises:
        ModelUnusable: A file is missing or damaged.
    """
    try:
        return Network(
            encoder=open_session(folder / ENCODER, threads),
            decoder=open_session(folder / DECODER, threads),
            **{name: read_table(folder / WEIGHTS, at) for name, at in manifest.tables.items()},
        )
    except Exception as error:
        raise ModelUnusable(
            f"{folder} cannot be opened ({error}).", cure="Delete it and start again."
        ) from error


def open_session(path: Path, threads: int) -> ort.InferenceSession:
    """Open one graph for ``threads`` threads."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.spin_duration_us", _SPIN_US)
    # The graphs are written with fused operations: looking for more only delays the start.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _mark(checkpoint: Checkpoint) -> str:
    """Return a short mark of the revision; a folder's is what its files look like now."""
    if checkpoint.revision != "local":
        return checkpoint.revision[:12]
    files = sorted(path for path in checkpoint.folder.iterdir() if path.is_file())
    seen = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr((str(checkpoint.folder.resolve()), seen)).encode()).hexdigest()[:12]
