"""What a BlenderBot's config.json says about its network, as export and run-time need it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import ModelUnusable

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIVATIONS = ("gelu", "relu")


@dataclass(frozen=True, slots=True)
class Architecture:
    """The shape of a network and the ids that it reserves.

    Attributes:
        kind: ``blenderbot`` (norms before each block) or ``blenderbot-small`` (after, and
            normed embeddings).
        width: The size of a hidden state.
        encoder_layers: Blocks of the encoder.
        decoder_layers: Blocks of the decoder.
        inner: The size of a feed-forward block's inside, the larger one's where they differ.
        encoder_heads: Attention heads of the encoder.
        decoder_heads: Attention heads of the decoder.
        vocabulary: Rows of the embedding table.
        positions: The longest input and output, in ids.
        activation: The feed-forward block's function.
        scales_embeddings: Whether embeddings are multiplied by the root of the width.
        start_id: What every reply begins with.
        eos_id: What ends a reply.
    """

    kind: str
    width: int
    encoder_layers: int
    decoder_layers: int
    inner: int
    encoder_heads: int
    decoder_heads: int
    vocabulary: int
    positions: int
    activation: str
    scales_embeddings: bool
    start_id: int
    eos_id: int

    @property
    def norms_first(self) -> bool:
        """Whether a block norms its input rather than its output."""
        return self.kind == "blenderbot"

    @property
    def head_width(self) -> int:
        """The size of one decoder head."""
        return self.width // self.decoder_heads

    @property
    def largest_matrix(self) -> int:
        """How many weights the largest matrix has."""
        return self.width * max(self.inner, self.vocabulary, 3 * self.width)

    @property
    def parameters(self) -> int:
        """About how many weights there are: enough to know what room they take."""
        attention, feed = 4 * self.width**2, 2 * self.width * self.inner
        encoder = self.encoder_layers * (attention + feed)
        decoder = self.decoder_layers * (2 * attention + feed)
        return encoder + decoder + self.width * (self.vocabulary + 2 * self.positions)

    @property
    def encoder_scale(self) -> float:
        """What the encoder multiplies its embeddings with."""
        return math.sqrt(self.width) if self.scales_embeddings else 1.0

    @property
    def decoder_scale(self) -> float:
        """What the decoder multiplies its embeddings with.

        transformers' BlenderbotSmall decoder leaves the scale out: it norms the embeddings.
        """
        return self.encoder_scale if self.norms_first else 1.0


def read_architecture(config: Mapping[str, Any]) -> Architecture:
    """Return what ``config`` describes.

    Raises:
        ModelUnusable: A value is missing or not one that Confab can run.
    """
    try:
        found = Architecture(
            kind=str(config["model_type"]),
            width=int(config["d_model"]),
            encoder_layers=int(config["encoder_layers"]),
            decoder_layers=int(config["decoder_layers"]),
            inner=max(int(config["encoder_ffn_dim"]), int(config["decoder_ffn_dim"])),
            encoder_heads=int(config["encoder_attention_heads"]),
            decoder_heads=int(config["decoder_attention_heads"]),
            vocabulary=int(config["vocab_size"]),
            positions=int(config["max_position_embeddings"]),
            activation=str(config.get("activation_function", "gelu")),
            scales_embeddings=bool(config.get("scale_embedding", False)),
            start_id=int(config.get("decoder_start_token_id", 1)),
            eos_id=int(config.get("eos_token_id", 2)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelUnusable(
            f"The checkpoint's config.json has no usable {error}.",
            cure="Copy the checkpoint's own config.json there again.",
        ) from error
    if found.activation not in ACTIVATIONS:
        raise ModelUnusable(
            f"The checkpoint's activation is {found.activation}.",
            cure=f"Confab runs {' and '.join(ACTIVATIONS)}; set ENGINE=transformers for others.",
        )
    return found
