"""The tokenizer of a model made here: trained on the corpus, laid out as BlenderBot's is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# The order gives the ids: pad 0, start 1, end 2, unknown 3, as in the published vocabularies.
# They list <mask> beyond the embedding's last row; here it has a row, so nothing can crash on it.
SPECIAL = ("<pad>", "<s>", "</s>", "<unk>", "<mask>")
PAD_ID, START_ID, EOS_ID = range(3)


def train_tokenizer(lines: Iterable[str], *, size: int) -> Tokenizer:
    """Return a byte-level BPE of ``size`` ids in BlenderBot's layout."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A $B:1", special_tokens=[("</s>", EOS_ID)]
    )
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path, *, positions: int) -> None:
    """Write what both ``tokenizers`` and transformers' AutoTokenizer load."""
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "add_prefix_space": True,
        "bos_token": "<s>",
        "cls_token": "<s>",
        "eos_token": "</s>",
        "errors": "replace",
        "mask_token": "<mask>",
        "model_max_length": positions,
        "pad_token": "<pad>",
        "sep_token": "</s>",
        "tokenizer_class": "BlenderbotTokenizer",
        "unk_token": "<unk>",
    }
    text = json.dumps(settings, indent=2) + "\n"
    (folder / "tokenizer_config.json").write_text(text, encoding="utf-8")
