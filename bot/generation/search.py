"""What a step asks of any way of choosing tokens: beams, the best one, or a draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.generation.beam_search import BeamSearch
from bot.generation.token_choice import TokenChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bot.generation.request import DecodingParams


class Search(Protocol):
    """One request's way to its reply, a token a step."""

    @property
    def rows(self) -> int:
        """How many rows of the batch it takes."""
        ...

    @property
    def parents(self) -> NDArray[np.int64]:
        """Which row of the last step each row continues."""
        ...

    @property
    def tokens(self) -> NDArray[np.int64]:
        """The newest token of each row."""
        ...

    @property
    def length(self) -> int:
        """How many ids each row has, the start token counted."""
        ...

    def advance(self, logits: NDArray[np.float32]) -> bool:
        """Choose the next tokens by ``logits`` of [rows, vocabulary]; return if it goes on."""
        ...

    def found(self) -> tuple[list[int], float | None]:
        """Return the output with its start token, and its score."""
        ...


def begin_search(
    *, params: DecodingParams, source: Sequence[int], start_id: int, eos_id: int
) -> Search:
    """Return the search that ``params`` ask for."""
    if params.num_beams == 1:
        return TokenChoice(params=params, source=source, start_id=start_id, eos_id=eos_id)
    return BeamSearch(params=params, source=source, start_id=start_id, eos_id=eos_id)
