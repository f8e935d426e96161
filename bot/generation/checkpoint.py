"""A model by its name: which folder holds it, what it is, and which decoding it was made for."""

from __future__ import annotations

import errno
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from bot.errors import FolderNotWritable, ModelNotFound, ModelUnusable
from bot.generation.request import DecodingOverrides, DecodingParams

if TYPE_CHECKING:
    from collections.abc import Mapping

ARCHITECTURES = ("blenderbot", "blenderbot-small")
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
INDEXES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
HUB_FILES = ("*.json", "*.txt", "*.safetensors", "pytorch_model*.bin")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A BlenderBot's files in one folder.

    Attributes:
        name: The hub name or the folder as it was given.
        revision: The hub's commit, or ``local`` for a folder.
        folder: Where the files are.
        config: The content of config.json.
        generation: The content of generation_config.json, or what config.json says of decoding.
    """

    name: str
    revision: str
    folder: Path
    config: Mapping[str, Any]
    generation: Mapping[str, Any]

    @property
    def architecture(self) -> str:
        """``blenderbot`` or ``blenderbot-small``."""
        return cast("str", self.config["model_type"])

    @property
    def positions(self) -> int:
        """The longest input and output, in ids."""
        return int(self.config["max_position_embeddings"])

    @property
    def has_weights(self) -> bool:
        """Whether the weights lie in the folder."""
        return any((self.folder / name).is_file() for name in (*WEIGHTS, *INDEXES))

    def decoding(self, overrides: DecodingOverrides | None = None) -> DecodingParams:
        """Return the checkpoint's decoding parameters with the owner's overrides applied.

        Lengths are cut to the model's positions: one id more would be outside its table. Sampling
        takes the place of a search, so it leaves one beam.
        """
        names = DecodingOverrides.__annotations__
        own = {k: v for k, v in self.generation.items() if k in names and v is not None}
        params = replace(DecodingParams(**own), forced_eos=self._forces_eos)
        params = replace(params, **(overrides or {}))
        return replace(
            params,
            num_beams=1 if params.do_sample else params.num_beams,
            max_length=(longest := min(params.max_length, self.positions)),
            min_length=min(params.min_length, longest),
        )

    @property
    def _forces_eos(self) -> bool:
        configured = self.generation.get("forced_eos_token_id", self.config.get("eos_token_id", 2))
        return configured is not None


def open_checkpoint(
    folder: Path, *, name: str | None = None, revision: str = "local"
) -> Checkpoint:
    """Return the checkpoint that lies in ``folder``.

    Raises:
        ModelNotFound: There is no config.json in the folder.
        ModelUnusable: The files are not those of a BlenderBot.
    """
    config = _read_json(folder / "config.json")
    if config is None:
        raise ModelNotFound(
            f"{folder} has no config.json.",
            cure="Set MODEL to a hub name or to the folder of a BlenderBot checkpoint.",
        )
    if config.get("model_type") not in ARCHITECTURES:
        raise ModelUnusable(
            f"{folder} holds a {config.get('model_type', 'model of unknown type')}.",
            cure="Confab runs blenderbot and blenderbot-small checkpoints.",
        )
    generation = _read_json(folder / "generation_config.json")
    return Checkpoint(
        name=name or str(folder),
        revision=revision,
        folder=folder,
        config=config,
        generation=config if generation is None else generation,
    )


def find_checkpoint(model: str, *, cache: Path, starter: Path) -> Checkpoint:
    """Return the checkpoint that ``model`` names, downloading it when it is a hub name.

    Args:
        model: ``starter``, a folder, or a hub name such as ``facebook/blenderbot-400M-distill``.
        cache: Where downloads are kept.
        starter: The folder of the model that ships with Confab.

    Raises:
        ModelNotFound: Neither a folder nor reachable on the hub.
        FolderNotWritable: The disk is too full for the download.
        ModelUnusable: Not a BlenderBot.
    """
    if model == "starter":
        return open_checkpoint(starter, name="starter")
    folder = Path(model).expanduser()
    if folder.is_dir():
        return open_checkpoint(folder, name=model)
    if model.count("/") != 1 or model.startswith((".", "/", "~")):
        raise ModelNotFound(
            f"There is no model folder {model}.",
            cure="Set MODEL to 'starter', to an existing folder, or to a hub name like owner/name.",
        )
    return _download(model, cache)


def _download(model: str, cache: Path) -> Checkpoint:
    from huggingface_hub import snapshot_download  # slow to import, and only needed here

    by_hand = cache / model.replace("/", "--")
    if by_hand.is_dir():
        return open_checkpoint(by_hand, name=model)
    try:
        folder = Path(
            snapshot_download(model, cache_dir=cache / "hub", allow_patterns=list(HUB_FILES))
        )
    except Exception as error:  # of the hub's, of either of its ways to fetch, of the disk
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise FolderNotWritable(
                f"{cache} has no room for {model} ({error.strerror}).",
                cure="Free some room or set DATA_DIR to another folder.",
            ) from error
        raise ModelNotFound(
            f"{model} could not be downloaded ({type(error).__name__}).",
            cure=f"Check the name and the network, or put its files into {by_hand}.",
        ) from error
    return open_checkpoint(folder, name=model, revision=folder.name)


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ModelUnusable(
            f"{path} is not valid JSON.", cure="Download or copy the checkpoint again."
        ) from error
