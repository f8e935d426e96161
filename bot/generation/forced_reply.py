"""A reply that is known beforehand: how likely the model finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.generation.beam_search import log_softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class ForcedReply:
    """A search that takes the tokens it is given and notes their log-probabilities."""

    def __init__(self, *, reply: Sequence[int], start_id: int) -> None:
        self._ids = [start_id, *reply]
        self._known: list[float] = []

    @property
    def rows(self) -> int:
        """Always one."""
        return 1

    @property
    def parents(self) -> NDArray[np.int64]:
        """The only row."""
        return np.zeros(1, np.int64)

    @property
    def tokens(self) -> NDArray[np.int64]:
        """The token before the one that is asked about next."""
        return np.array([self._ids[len(self._known)]], np.int64)

    @property
    def length(self) -> int:
        """How many tokens have been fed, the start token counted."""
        return len(self._known) + 1

    @property
    def log_probabilities(self) -> NDArray[np.float32]:
        """The log-probability of each token so far."""
        return np.array(self._known, np.float32)

    def advance(self, logits: NDArray[np.float32]) -> bool:
        """Note the next token's log-probability; return whether there are more."""
        self._known.append(float(log_softmax(logits)[0, self._ids[self.length]]))
        return self.length < len(self._ids)

    def found(self) -> tuple[list[int], float]:
        """Return the reply and the sum of its log-probabilities."""
        return self._ids, float(sum(self._known))
