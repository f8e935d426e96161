"""What a request's parameters do to the next token's scores, in transformers' order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.generation.ngram_ban import SourceRuns, ban_repeats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.generation.request import DecodingParams


class ScoreRules:
    """One request's rules, applied to logits (one row) or log-probabilities (beams) in place."""

    def __init__(self, *, params: DecodingParams, source: Sequence[int], eos_id: int) -> None:
        self._params = params
        self._eos_id = eos_id
        size = params.encoder_no_repeat_ngram_size
        self._source = SourceRuns(source, size) if size else None

    def apply(self, scores: NDArray[np.float32], sequences: NDArray[np.int64]) -> None:
        """Change ``scores`` of [rows, vocabulary] for what follows ``sequences``."""
        params = self._params
        length = sequences.shape[1]
        if params.repetition_penalty != 1.0:
            _penalise(scores, sequences, params.repetition_penalty)
        if params.no_repeat_ngram_size:
            ban_repeats(scores, sequences, params.no_repeat_ngram_size)
        if self._source:
            self._source.ban(scores, sequences)
        if length < params.min_length:
            scores[:, self._eos_id] = -np.inf
        if params.forced_eos and length == params.max_length - 1:
            scores[:] = -np.inf
            scores[:, self._eos_id] = 0


def _penalise(scores: NDArray[np.float32], sequences: NDArray[np.int64], penalty: float) -> None:
    said = np.take_along_axis(scores, sequences, axis=1)
    factor = np.float32(penalty)
    lowered = np.where(said < 0, said * factor, said / factor)
    np.put_along_axis(scores, sequences, lowered, axis=1)
