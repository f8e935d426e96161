"""One row a request: the likeliest token each time, or one drawn by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.generation.score_rules import ScoreRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.generation.request import DecodingParams

_ONLY_ROW = np.zeros(1, np.int64)


class TokenChoice:
    """Greedy decoding or sampling, with the meaning of transformers' ``generate()``."""

    def __init__(
        self, *, params: DecodingParams, source: Sequence[int], start_id: int, eos_id: int
    ) -> None:
        self._params = params
        self._rules = ScoreRules(params=params, source=source, eos_id=eos_id)
        self._eos_id = eos_id
        self._ids = [start_id]
        self._random = np.random.default_rng(params.seed)

    @property
    def rows(self) -> int:
        """Always one."""
        return 1

    @property
    def parents(self) -> NDArray[np.int64]:
        """The only row."""
        return _ONLY_ROW

    @property
    def tokens(self) -> NDArray[np.int64]:
        """The newest token."""
        return np.array(self._ids[-1:], np.int64)

    @property
    def length(self) -> int:
        """How many ids there are, the start token counted."""
        return len(self._ids)

    def advance(self, logits: NDArray[np.float32]) -> bool:
        """Choose the next token; return whether the reply goes on."""
        scores = logits[:1].copy()
        self._rules.apply(scores, np.array([self._ids], np.int64))
        if self._params.do_sample:
            chosen = draw(scores[0], self._params, self._random)
        else:
            chosen = int(scores[0].argmax())
        self._ids.append(chosen)
        return chosen != self._eos_id and len(self._ids) < self._params.max_length

    def found(self) -> tuple[list[int], None]:
        """Return the output; it has no score."""
        return self._ids, None


def draw(scores: NDArray[np.float32], params: DecodingParams, random: np.random.Generator) -> int:
    """Return a token drawn by ``scores`` after temperature, top-k and top-p."""
    kept = scores / np.float32(params.temperature)
    if 0 < params.top_k < kept.size:
        kept[kept < np.partition(kept, -params.top_k)[-params.top_k]] = -np.inf
    if params.top_p < 1.0:
        order = np.argsort(kept, kind="stable")
        reached = np.cumsum(_probabilities(kept[order]))
        unlikely = reached <= 1 - params.top_p
        unlikely[-1] = False
        kept[order[unlikely]] = -np.inf
    reached = np.cumsum(_probabilities(kept))
    return int(np.searchsorted(reached, random.random() * reached[-1], side="right"))


def _probabilities(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    weights = np.exp((scores - scores.max()).astype(np.float64))
    probabilities: NDArray[np.float64] = weights / weights.sum()
    return probabilities
