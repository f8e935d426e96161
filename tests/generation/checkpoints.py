"""Tiny random BlenderBot checkpoints, built from a config; no weights are downloaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BlenderbotConfig,
    BlenderbotForConditionalGeneration,
    BlenderbotSmallConfig,
    BlenderbotSmallForConditionalGeneration,
    GenerationConfig,
    PreTrainedTokenizerFast,
)

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

TEXT = [
    "hello there , how are you today ?",
    "My name is Jackson, and I'm studying Computer Science",
    "i like tea and long walks by the sea.",
    "your persona: i am a small program.",
]
SHAPE: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 1,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "decoder_start_token_id": 1,
    "forced_eos_token_id": 2,
}
DECODING = {
    "num_beams": 3,
    "min_length": 6,
    "max_length": 24,
    "length_penalty": 0.65,
    "no_repeat_ngram_size": 3,
    "encoder_no_repeat_ngram_size": 3,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "decoder_start_token_id": 1,
    "forced_eos_token_id": 2,
}


def byte_level_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        TEXT,
        trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=["<pad>", "<s>", "</s>", "<unk>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 2)]
    )
    return tokenizer


def save_blenderbot(folder: Path) -> Path:
    """Write a random Blenderbot with a byte-level tokenizer of its own."""
    tokenizer = byte_level_tokenizer()
    wrapper: Any = PreTrainedTokenizerFast
    wrapper(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = BlenderbotConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=64, **SHAPE
    )
    return _save(BlenderbotForConditionalGeneration(config), folder)


def save_small(folder: Path) -> Path:
    """Write a random BlenderbotSmall with a word vocabulary of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    words = sorted({word for line in TEXT for word in line.lower().split()})
    letters = sorted({letter for word in words for letter in word} | set(",.?!'"))
    specials = ["__null__", "__start__", "__end__", "__unk__", "__newln__"]
    entries = [*specials, *dict.fromkeys([*words, *letters, *(f"{c}@@" for c in letters)])]
    merges = ["h e", "he l", "hel l", "hell o</w>"]
    entries += ["he@@", "hel@@", "hell@@"]
    vocabulary = {entry: index for index, entry in enumerate(entries)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    torch.manual_seed(0)
    config = BlenderbotSmallConfig(vocab_size=len(vocabulary), max_position_embeddings=64, **SHAPE)
    return _save(BlenderbotSmallForConditionalGeneration(config), folder)


def _save(network: PreTrainedModel, folder: Path) -> Path:
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    generation: Any = GenerationConfig
    network.generation_config = generation(**DECODING)
    network.save_pretrained(folder)
    return folder
