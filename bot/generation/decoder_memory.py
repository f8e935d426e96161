"""The arrays that decoder steps read and write in place, with room for more requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bot.generation.architecture import Architecture
    from bot.generation.exported import Network
    from bot.generation.place_pool import PlacePool

    Floats = NDArray[np.float32]

_HIDDEN = np.float32(-1e9)
# Input tokens are rounded up to this when several requests share arrays.
_TOKENS_STEP = 16


class DecoderMemory:
    """Keys and values of ``rows`` rows a request, and the decoder bound to them.

    The first dimension of each array is the request, so that the first ``n`` requests are one
    piece of memory. A step's new keys and values are written where the old ones lie, because
    each cache is bound both as the graph's input and as its output.
    """

    def __init__(self, *, architecture: Architecture, network: Network, rows: int) -> None:
        self._shape = architecture
        self._network = network
        self._rows = rows
        self._requests = self._tokens = self._places = 0
        self._cross: list[Floats] = []
        self._cache: list[Floats] = []
        self._lengths: list[int] = []
        self._bound: tuple[int, int, tuple[int, ...]] | None = None

    @property
    def places(self) -> int:
        """How many places each request has."""
        return self._places

    def add(self, memory: Sequence[Floats]) -> None:
        """Take in a request's cross-attention keys and values, a pair a layer."""
        tokens, index = memory[0].shape[2], len(self._lengths)
        if index >= self._requests or tokens > self._tokens:
            self._grow(requests=index + 1, tokens=tokens)
        for array, content in zip(self._cross, memory, strict=True):
            array[index, :, :tokens] = content[0]
            array[index, :, tokens:] = 0
        self._lengths.append(tokens)
        self._bound = None

    def remove(self, index: int) -> None:
        """Forget a request; the last one takes its index."""
        length = self._lengths.pop()
        if index < len(self._lengths):
            self._lengths[index] = length
            for array in (*self._cross, *self._cache):
                array[index] = array[len(self._lengths)]
        self._bound = None
        if not self._lengths:
            self._requests = self._tokens = self._places = 0
            self._cross, self._cache = [], []

    def reserve(self, places: int) -> None:
        """See to it that each request has ``places`` places."""
        if places <= self._places:
            return
        self._places = max(places, 4 * self._rows, self._places * 3 // 2)
        size = (self._requests, self._shape.decoder_heads, self._places, self._shape.head_width)
        _enlarge(self._cache, size, 2 * self._shape.decoder_layers)
        self._bound = None

    def run(
        self, ids: NDArray[np.int64], ages: Sequence[int], pools: Sequence[PlacePool]
    ) -> Floats:
        """Run the decoder for ``ids`` of [requests, rows]; return logits valid until the next.

        Args:
            ids: The newest token of each row.
            ages: How many tokens each request's rows had before.
            pools: Where each request's rows look; they get a place for the new token.
        """
        requests, rows = ids.shape
        self._bind(requests, rows)
        shape, network = self._shape, self._network
        embedded = network.embeddings.rows(ids)
        np.multiply(embedded, np.float32(shape.decoder_scale), out=self._embedded)
        self._positions[:] = network.decoder_positions.rows(np.array(ages))[:, None]
        self._self_bias.fill(_HIDDEN)
        for index, pool in enumerate(pools):
            claimed = pool.claim(rows, capacity=self._places)
            self._writes[index, :, :, 2] = claimed[:, None]
            np.put_along_axis(self._self_bias[index, 0], pool.pasts, 0, axis=1)
        network.decoder.run_with_iobinding(self._binding)
        return self._logits

    def _grow(self, *, requests: int, tokens: int) -> None:
        if tokens > self._tokens:
            # A lone request's arrays fit exactly; shared ones leave room for longer inputs.
            step = 1 if requests == 1 else _TOKENS_STEP
            self._tokens = -(-tokens // step) * step
        if requests > self._requests:
            self._requests = 1 if requests == 1 else 2 * requests
        heads, width = self._shape.decoder_heads, self._shape.head_width
        count = 2 * self._shape.decoder_layers
        size = (self._requests, heads, self._tokens, width)
        _enlarge(self._cross, size, count)
        size = (self._requests, heads, self._places, width)
        _enlarge(self._cache, size, count)

    def _bind(self, requests: int, rows: int) -> None:
        """Point the decoder's inputs and outputs at the arrays, when they have changed."""
        wanted = (requests, rows, tuple(self._lengths))
        if self._bound == wanted:
            return
        shape = self._shape
        self._embedded = np.zeros((requests, rows, shape.width), np.float32)
        self._positions = np.zeros_like(self._embedded)
        self._self_bias = np.zeros((requests, 1, rows, self._places), np.float32)
        self._cross_bias = np.full((requests, 1, rows, self._tokens), _HIDDEN, np.float32)
        for index, length in enumerate(self._lengths):
            self._cross_bias[index, ..., :length] = 0
        self._writes = np.zeros((requests, rows, shape.decoder_heads, 3), np.int64)
        self._writes[..., 0] = np.arange(requests)[:, None, None]
        self._writes[..., 1] = np.arange(shape.decoder_heads)
        self._logits = np.zeros((requests, rows, shape.vocabulary), np.float32)
        self._binding = self._network.decoder.io_binding()
        inputs: dict[str, NDArray[Any]] = {
            "embedded": self._embedded,
            "positions": self._positions,
            "self_bias": self._self_bias,
            "cross_bias": self._cross_bias,
            "places": self._writes.reshape(-1, 3),
        }
        for name, array in inputs.items():
            _bind_array(self._binding.bind_input, name, array)
        _bind_array(self._binding.bind_output, "logits", self._logits)
        for number in range(len(self._cross)):
            name = f"{('key', 'value')[number % 2]}_{number // 2}"
            cache = self._cache[number][:requests]
            _bind_array(self._binding.bind_input, f"cross_{name}", self._cross[number][:requests])
            _bind_array(self._binding.bind_input, f"past_{name}", cache)
            _bind_array(self._binding.bind_output, name, cache)
        self._bound = wanted


def _bind_array(bind: Callable[..., None], name: str, array: NDArray[Any]) -> None:
    bind(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)


def _enlarge(arrays: list[Floats], size: tuple[int, ...], count: int) -> None:
    """Make ``arrays`` ``count`` arrays of ``size`` that begin with what they held.

    One after the other: all of them twice would be most of what a crowd needs.
    """
    arrays += [np.zeros((0, size[1], 0, size[3]), np.float32)] * (count - len(arrays))
    for number, old in enumerate(arrays):
        requests, _, length, _ = old.shape
        arrays[number] = np.zeros(size, np.float32)
        arrays[number][:requests, :, :length] = old
