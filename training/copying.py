"""First weights that lean towards saying again what was read, so that names are copied early.

Three attention heads are given one circuit, which training otherwise takes long to find. An
encoder head looks at the piece before, so that each place knows what it followed. In the
decoder's last two layers a head looks for the place that followed the piece just said, and says
what stands there. To keep its parts apart, a quarter of the stream begins as the place, a half
as the piece, and a quarter as the piece before. Everything stays trainable.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from transformers import BlenderbotForConditionalGeneration

_WAVE = 0.3
_LOOK_BACK, _KEEP, _MATCH, _SAY = 2.0, 0.5, 1.0, 1.5


def lean_towards_copying(model: BlenderbotForConditionalGeneration) -> None:
    """Change a model's fresh weights; its heads must be a quarter of its width."""
    width, count = model.config.d_model, model.config.max_position_embeddings
    size = width // 4
    eye = torch.eye(width)
    place, piece, piece_too, before = (eye[at : at + size] for at in range(0, width, size))
    waves, back = _waves(count, size)
    both: Any = model.model
    with torch.no_grad():
        both.shared.weight *= (piece + piece_too).sum(0) * math.sqrt(2)
        for side in (both.encoder, both.decoder):
            side.embed_positions.weight[:, :size] = waves
        look = both.encoder.layers[0].self_attn
        look.q_proj.weight[:size] = _LOOK_BACK * back @ place
        look.k_proj.weight[:size] = _LOOK_BACK * place
        look.v_proj.weight[:size] = _KEEP * piece
        look.out_proj.weight[:, :size] = before.T
        for layer, part in zip(both.decoder.layers[-2:], (piece, piece_too), strict=True):
            copy = layer.encoder_attn
            copy.q_proj.weight[:size] = _MATCH * piece
            copy.k_proj.weight[:size] = _MATCH * before
            copy.v_proj.weight[:size] = part
            copy.out_proj.weight[:, :size] = _SAY * part.T


def _waves(count: int, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return sines of each place, and what turns those of a place into those before it."""
    rates = torch.arange(1, size // 2 + 1) * (math.pi / (size // 2 + 1))
    angles = torch.arange(count).unsqueeze(1) * rates
    waves = torch.zeros(count, size)
    waves[:, 0::2], waves[:, 1::2] = torch.sin(angles), torch.cos(angles)
    back = torch.zeros(size, size)
    for pair, rate in enumerate(rates.tolist()):
        cosine, sine = math.cos(rate), math.sin(rate)
        at = 2 * pair
        back[at : at + 2, at : at + 2] = torch.tensor([[cosine, -sine], [sine, cosine]])
    return waves * _WAVE, back
