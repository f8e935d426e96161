"""The starter model's shape, and how its first weights are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from transformers import (
    AutoModelForSeq2SeqLM,
    BlenderbotConfig,
    BlenderbotForConditionalGeneration,
    GenerationConfig,
)

from training.build import POSITIONS
from training.copying import lean_towards_copying
from training.vocabulary import EOS_ID, PAD_ID, START_ID

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the model is.

    The default was chosen by size (with its int8 form at most 15 MB) and by speed on two CPU
    cores: at the same time a step, width teaches more than depth. Heads of 64 copy whole names.
    """

    width: int = 256
    encoder_layers: int = 2
    decoder_layers: int = 3
    heads: int = 4
    encoder_inner: int = 768
    decoder_inner: int = 640


def new_model(shape: Shape, *, vocabulary: int) -> BlenderbotForConditionalGeneration:
    """Return a model with fresh weights."""
    model = BlenderbotForConditionalGeneration(
        BlenderbotConfig(
            vocab_size=vocabulary,
            max_position_embeddings=POSITIONS,
            d_model=shape.width,
            encoder_layers=shape.encoder_layers,
            decoder_layers=shape.decoder_layers,
            encoder_attention_heads=shape.heads,
            decoder_attention_heads=shape.heads,
            encoder_ffn_dim=shape.encoder_inner,
            decoder_ffn_dim=shape.decoder_inner,
            encoder_no_repeat_ngram_size=0,
            dropout=0.0,
            scale_embedding=True,
            pad_token_id=PAD_ID,
            bos_token_id=START_ID,
            eos_token_id=EOS_ID,
            decoder_start_token_id=START_ID,
            forced_eos_token_id=EOS_ID,
        )
    )
    lean_towards_copying(model)
    return model


def load_model(folder: Path) -> BlenderbotForConditionalGeneration:
    """Return the model of a checkpoint folder in float32, without dropout."""
    model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32, dropout=0.0)
    if not isinstance(model, BlenderbotForConditionalGeneration):
        raise TypeError(f"{folder} holds a {type(model).__name__}, not a Blenderbot")
    return model


def decoding_defaults() -> GenerationConfig:
    """Return how the starter model's replies are searched for.

    Measured with ``evaluate``; see docs/training.md. No n-gram of the input is forbidden, or a
    name could not be said back.
    """
    return GenerationConfig(  # type: ignore[no-untyped-call] # untyped upstream
        num_beams=4,
        min_length=8,
        max_length=60,
        length_penalty=1.0,
        no_repeat_ngram_size=3,
        encoder_no_repeat_ngram_size=0,
        pad_token_id=PAD_ID,
        bos_token_id=START_ID,
        eos_token_id=EOS_ID,
        decoder_start_token_id=START_ID,
        forced_eos_token_id=EOS_ID,
    )
