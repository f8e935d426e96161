"""A checkpoint's own tokenizer as prompts need it, on the ``tokenizers`` library alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

from bot.errors import ModelNotFound, ModelUnusable
from bot.generation.word_codec import WordCodec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.conversation.prompt import TokenCodec

_END = "</s>"
_SPECIAL_TOKENS = ("<pad>", "<s>", _END, "<unk>")


class ByteLevelCodec:
    """Blenderbot's byte-level pairs: any text goes in and comes out whole."""

    def __init__(self, *, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        # Control tokens that people type are then cut like any other text.
        self._tokenizer.encode_special_tokens = True
        self._eos_id = int(tokenizer.token_to_id(_END) or 0)
        self._delimiter = tuple(self._ids("  "))

    @property
    def eos_id(self) -> int:
        """The id that ends every input and reply."""
        return self._eos_id

    @property
    def delimiter_ids(self) -> tuple[int, ...]:
        """Two spaces."""
        return self._delimiter

    @property
    def ends_with_eos(self) -> bool:
        """Always: Blenderbot's inputs end in ``</s>``."""
        return True

    def encode(self, text: str) -> list[int]:
        """Return the ids of one message, which opens with the one space it was trained with."""
        return self._ids(" " + text.strip())

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of a reply."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True)).strip()

    def _ids(self, text: str) -> list[int]:
        whole = text.encode("utf-8", "replace").decode("utf-8")  # no lone surrogates
        return list(self._tokenizer.encode(whole, add_special_tokens=False).ids)


def load_codec(folder: Path) -> TokenCodec:
    """Return the codec of a checkpoint folder.

    Raises:
        ModelNotFound: There is no tokenizer in the folder.
        ModelUnusable: Its tokenizer is not one that BlenderBot uses.
    """
    config = _read_config(folder)
    has_parts = all((folder / name).is_file() for name in ("vocab.json", "merges.txt"))
    if (folder / "tokenizer.json").is_file() or (has_parts and not _is_small(config)):
        return ByteLevelCodec(tokenizer=load_tokenizer(folder))
    if has_parts:
        return WordCodec.load(folder)
    raise ModelNotFound(
        f"There is no tokenizer in {folder}.",
        cure="Put tokenizer.json there, or vocab.json and merges.txt.",
    )


def load_tokenizer(folder: Path) -> Tokenizer:
    """Return the folder's byte-level tokenizer, with ``</s>`` appended by its post-processor.

    transformers 5 appends no ``</s>`` to a tokenizer that it makes from ``vocab.json`` and
    ``merges.txt``; one made here does.
    """
    path = folder / "tokenizer.json"
    try:
        if not path.is_file():
            return _from_parts(folder)
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise ModelUnusable(
            f"The tokenizer in {folder} cannot be read ({error}).",
            cure="Copy its files there again.",
        ) from error
    if "ByteLevel" not in repr(tokenizer.pre_tokenizer) or not tokenizer.token_to_id(_END):
        raise ModelUnusable(
            f"The tokenizer in {folder} is not a byte-level one with a </s>.",
            cure="Use a Blenderbot checkpoint with its own tokenizer.json.",
        )
    return tokenizer


def _from_parts(folder: Path) -> Tokenizer:
    vocabulary, merges = models.BPE.read_file(
        str(folder / "vocab.json"), str(folder / "merges.txt")
    )
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([token for token in _SPECIAL_TOKENS if token in vocabulary])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {_END}", special_tokens=[(_END, vocabulary[_END])]
    )
    return tokenizer


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        return {}
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return config


def _is_small(config: dict[str, Any]) -> bool:
    return config.get("model_type") == "blenderbot-small"
