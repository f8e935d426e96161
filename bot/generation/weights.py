"""A checkpoint's parameters by name, read one at a time so that large models fit in memory."""

from __future__ import annotations

import json
import pickle
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from bot.errors import ModelNotFound, ModelUnusable, PackageMissing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_BUFFER = "final_logits_bias"  # saved with the weights, but not one of them


class Weights(Protocol):
    """A checkpoint's parameters."""

    @property
    def parameters(self) -> int:
        """How many weights have been read, each once."""
        ...

    def __contains__(self, name: str) -> bool:
        """Return whether there is a parameter ``name``."""
        ...

    def read(self, name: str) -> NDArray[np.float32]:
        """Return a parameter as float32.

        Raises:
            ModelUnusable: There is none of this name.
        """
        ...


class CheckpointWeights:
    """Parameters in safetensors or PyTorch files, whole or in shards."""

    def __init__(self, loaders: dict[str, Callable[[], Any]], *, folder: Path) -> None:
        self._loaders = loaders
        self._folder = folder
        self._sizes: dict[str, int] = {}

    @property
    def parameters(self) -> int:
        """How many weights have been read, each once."""
        return sum(self._sizes.values())

    def __contains__(self, name: str) -> bool:
        """Return whether there is a parameter ``name``."""
        return name in self._loaders

    def read(self, name: str) -> NDArray[np.float32]:
        """Return a parameter as float32."""
        if name not in self._loaders:
            raise ModelUnusable(
                f"{self._folder} has no weights called {name}.",
                cure="Use a checkpoint saved by transformers, with all of its weights.",
            )
        array: NDArray[np.float32] = self._loaders[name]().float().numpy()
        if name != _BUFFER:
            self._sizes[name] = array.size
        return array


def open_weights(folder: Path) -> CheckpointWeights:
    """Return the parameters in ``folder``.

    Raises:
        PackageMissing: torch is not installed.
        ModelNotFound: There are no weights in the folder.
        ModelUnusable: They cannot be read.
    """
    try:
        import torch
    except ImportError as error:
        raise PackageMissing(
            "Converting a model needs torch.", cure="Run: make reference."
        ) from error
    loaders: dict[str, Callable[[], Any]] = {}
    try:
        for path in _files(folder):
            if path.suffix == ".safetensors":
                _add_safetensors(loaders, path)
            else:
                state = torch.load(path, map_location="cpu", mmap=True, weights_only=True)
                loaders |= {name: partial(_same, tensor) for name, tensor in state.items()}
    except (RuntimeError, ValueError, OSError, pickle.UnpicklingError) as error:
        raise ModelUnusable(
            f"The weights in {folder} cannot be read ({error}).",
            cure="Download or copy the checkpoint again.",
        ) from error
    return CheckpointWeights(loaders, folder=folder)


def _files(folder: Path) -> list[Path]:
    for name in ("model.safetensors", "pytorch_model.bin"):
        index = folder / f"{name}.index.json"
        if (folder / name).is_file():
            return [folder / name]
        if index.is_file():
            shards = json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
            return [folder / shard for shard in sorted(set(shards))]
    raise ModelNotFound(
        f"There are no weights in {folder}.",
        cure="Put model.safetensors or pytorch_model.bin there.",
    )


def _add_safetensors(loaders: dict[str, Callable[[], Any]], path: Path) -> None:
    import safetensors  # with torch, an extra that only converting needs

    try:
        file: Any = safetensors.safe_open(path, framework="pt")
    except safetensors.SafetensorError as error:
        raise ValueError(str(error)) from error
    for name in file.keys():  # noqa: SIM118 - not a mapping
        loaders[name] = partial(file.get_tensor, name)


def _same(tensor: Any) -> Any:
    return tensor
