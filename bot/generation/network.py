"""A BlenderBot's blocks as graphs: an encoder run once a request, and a decoder's step.

The encoder returns the keys and values of every decoder layer's cross-attention at once, so
they are computed once and never copied for beams. The decoder's cache is a pool of places:
a step writes each row's key and value into the place it is told (into the input's own memory,
when the caller binds it as output too) and the bias says which places a row may look at. Beams
thus share their common past, and nothing is gathered or concatenated when they change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bot.errors import ModelUnusable
from bot.generation.graph import Graph, WeightFile
from bot.generation.quantisation import QuantisedMatrix, quantise_columns, quantise_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from bot.generation.architecture import Architecture
    from bot.generation.weights import Weights

    Linear = tuple["NDArray[Any] | QuantisedMatrix", str]

ENCODER = "encoder.onnx"
DECODER = "decoder.onnx"
_SHARED = "model.shared.weight"
_COPIES = (
    "lm_head.weight",
    "model.encoder.embed_tokens.weight",
    "model.decoder.embed_tokens.weight",
)


class NetworkWriter:
    """Writes the graphs, the tables and the weight file of one checkpoint.

    Args:
        architecture: The network's shape.
        weights: The checkpoint's parameters.
        precision: ``int8`` or ``float32``.
        file: Where the large weights go.
        report: Told the part done, from 0 to 1.
    """

    def __init__(
        self,
        *,
        architecture: Architecture,
        weights: Weights,
        precision: str,
        file: WeightFile,
        report: Callable[[float], None],
    ) -> None:
        self._architecture = architecture
        self._weights = weights
        self._is_int8 = precision == "int8"
        self._file = file
        self._report = report
        self._done = 0
        self._twice_read = 0

    @property
    def parameters(self) -> int:
        """How many weights the checkpoint has, tied ones once."""
        return self._weights.parameters - self._twice_read

    def write(self, folder: Path) -> dict[str, Any]:
        """Write both graphs and return where the tables are."""
        head = self._head()
        tables = {"embeddings": self._embeddings(head)}
        for side in ("encoder", "decoder"):
            positions = self._weights.read(f"model.{side}.embed_positions.weight")
            tables[f"{side}_positions"] = self._table(positions)
        self._encoder().save(folder / ENCODER)
        self._decoder(head).save(folder / DECODER)
        return tables

    # ------------------------------------------------------------------ tables

    def _head(self) -> tuple[NDArray[Any], NDArray[np.float32] | None, int]:
        """Store the table of input and output and return it with its scales and its place.

        int8 is stored as [width, vocabulary], float32 as [vocabulary, width].
        """
        matrix = self._weights.read(_SHARED)
        self._check_tied(matrix)
        if not self._is_int8:
            return matrix, None, self._file.append(matrix)
        quantised = quantise_columns(np.ascontiguousarray(matrix.T))
        return quantised.values, quantised.scales, self._file.append(quantised.values)

    def _check_tied(self, shared: NDArray[np.float32]) -> None:
        for name in _COPIES:
            if name in self._weights:
                if not np.array_equal(self._weights.read(name), shared):
                    raise ModelUnusable(
                        f"The checkpoint's {name} is a table of its own.",
                        cure="Set ENGINE=transformers to run it.",
                    )
                self._twice_read += shared.size

    def _embeddings(self, head: tuple[NDArray[Any], Any, int]) -> dict[str, Any]:
        values, scales, offset = head
        return {
            "offset": offset,
            "shape": list(values.shape),
            "dtype": values.dtype.name,
            "transposed": self._is_int8,
            "scales": self._file.append(scales) if self._is_int8 else None,
        }

    def _table(self, matrix: NDArray[np.float32]) -> dict[str, Any]:
        values: NDArray[Any] = matrix
        scales = None
        if self._is_int8:
            quantised = quantise_rows(matrix)
            values, scales = quantised.values, self._file.append(quantised.scales)
        return {
            "offset": self._file.append(values),
            "shape": list(values.shape),
            "dtype": values.dtype.name,
            "transposed": False,
            "scales": scales,
        }

    # ----------------------------------------------------------------- encoder

    def _encoder(self) -> Graph:
        shape = self._architecture
        graph = Graph(name="encoder", weights=self._file)
        embedded = graph.input("embedded", ["batch", "tokens", shape.width])
        positions = graph.input("positions", ["batch", "tokens", shape.width])
        [state] = graph.node("Add", [embedded, positions])
        steps = (
            (self._encoder_attention, "self_attn_layer_norm"),
            (self._feed_forward, "final_layer_norm"),
        )
        blocks = [
            (run, norm, layer) for layer in range(shape.encoder_layers) for run, norm in steps
        ]
        if not shape.norms_first:
            state = self._norm(graph, state, "model.encoder.layernorm_embedding")
        state = self._run_blocks(graph, state, "encoder", blocks)
        self._cross_attention_memory(graph, state)
        return graph

    def _encoder_attention(self, graph: Graph, state: str, prefix: str) -> str:
        query, keys, values = graph.split(self._qkv(graph, state, f"{prefix}.self_attn"), 3)
        heads = self._architecture.encoder_heads
        mixed = graph.attention(query, keys, values, heads=heads)
        return self._linear(graph, mixed, f"{prefix}.self_attn.out_proj")

    def _cross_attention_memory(self, graph: Graph, state: str) -> None:
        """Add every decoder layer's keys and values: [2 * layers, batch, heads, tokens, head]."""
        shape = self._architecture
        for layer in range(shape.decoder_layers):
            prefix = f"model.decoder.layers.{layer}.encoder_attn"
            for part, name in (("k", "cross_key"), ("v", "cross_value")):
                projected = self._linear(graph, state, f"{prefix}.{part}_proj")
                heads = graph.reshape(projected, [0, 0, shape.decoder_heads, shape.head_width])
                [turned] = graph.node("Transpose", [heads], perm=[0, 2, 1, 3])
                sizes: list[int | str] = ["batch", shape.decoder_heads, "tokens", shape.head_width]
                graph.output(turned, f"{name}_{layer}", sizes)

    # ----------------------------------------------------------------- decoder

    def _decoder(self, head: tuple[NDArray[Any], Any, int]) -> Graph:
        shape = self._architecture
        graph = Graph(name="decoder", weights=self._file)
        embedded = graph.input("embedded", ["batch", "rows", shape.width])
        positions = graph.input("positions", ["batch", "rows", shape.width])
        graph.input("places", ["heads_of_rows", 3], np.int64)
        graph.input("self_bias", ["batch", 1, "rows", "pool"])
        graph.input("cross_bias", ["batch", 1, "rows", "tokens"])
        if not shape.norms_first:
            embedded = self._norm(graph, embedded, "model.decoder.layernorm_embedding")
        [state] = graph.node("Add", [embedded, positions])
        steps = (
            (self._self_attention, "self_attn_layer_norm"),
            (self._cross_attention, "encoder_attn_layer_norm"),
            (self._feed_forward, "final_layer_norm"),
        )
        blocks = [
            (run, norm, layer) for layer in range(shape.decoder_layers) for run, norm in steps
        ]
        state = self._run_blocks(graph, state, "decoder", blocks)
        logits = self._logits(graph, state, head)
        graph.output(logits, "logits", ["batch", "rows", shape.vocabulary])
        return graph

    def _self_attention(self, graph: Graph, state: str, prefix: str) -> str:
        shape = self._architecture
        layer = prefix.rsplit(".", 1)[1]
        query, *news = graph.split(self._qkv(graph, state, f"{prefix}.self_attn"), 3)
        sizes: list[int | str] = ["batch", shape.decoder_heads, "pool", shape.head_width]
        pools = []
        for name, new in zip(("key", "value"), news, strict=True):
            past = graph.input(f"past_{name}_{layer}", sizes)
            update = graph.reshape(new, [-1, shape.head_width])
            [pool] = graph.node("ScatterND", [past, "places", update])
            graph.output(pool, f"{name}_{layer}", sizes)
            pools.append(f"{name}_{layer}")
        mixed = graph.attention(query, *pools, heads=shape.decoder_heads, bias="self_bias")
        return self._linear(graph, mixed, f"{prefix}.self_attn.out_proj")

    def _cross_attention(self, graph: Graph, state: str, prefix: str) -> str:
        shape = self._architecture
        layer = prefix.rsplit(".", 1)[1]
        sizes: list[int | str] = ["batch", shape.decoder_heads, "tokens", shape.head_width]
        keys = graph.input(f"cross_key_{layer}", sizes)
        values = graph.input(f"cross_value_{layer}", sizes)
        query = self._linear(graph, state, f"{prefix}.encoder_attn.q_proj")
        heads = shape.decoder_heads
        mixed = graph.attention(query, keys, values, heads=heads, bias="cross_bias")
        return self._linear(graph, mixed, f"{prefix}.encoder_attn.out_proj")

    def _logits(self, graph: Graph, state: str, head: tuple[NDArray[Any], Any, int]) -> str:
        values, scales, offset = head
        bias = np.zeros(self._architecture.vocabulary, np.float32)
        if "final_logits_bias" in self._weights:
            bias = self._weights.read("final_logits_bias").reshape(-1)
        offset_name, bias_name = "head", graph.constant(bias)
        graph.stored(offset_name, values, offset)
        if scales is not None:
            return graph.quantised_linear(state, offset_name, graph.constant(scales), bias_name)
        [product] = graph.node("FusedMatMul", [state, offset_name], contrib=True, transB=1)
        return graph.node("Add", [product, bias_name])[0]

    # ------------------------------------------------------------------ shared

    def _run_blocks(
        self, graph: Graph, state: str, side: str, blocks: list[tuple[Any, str, int]]
    ) -> str:
        """Chain blocks with their residuals; return the state that the next part reads."""
        prefix = f"model.{side}.layers"
        if not self._architecture.norms_first:
            for run, norm, layer in blocks:
                change = run(graph, state, f"{prefix}.{layer}")
                names = self._norm_weights(graph, f"{prefix}.{layer}.{norm}")
                state, _ = graph.add_and_norm(change, state, *names)
                self._advance()
            return state
        norms = [f"{prefix}.{layer}.{norm}" for _, norm, layer in blocks]
        norms.append(f"model.{side}.layer_norm")
        normed = self._norm(graph, state, norms[0])
        for (run, _, layer), norm in zip(blocks, norms[1:], strict=True):
            change = run(graph, normed, f"{prefix}.{layer}")
            normed, state = graph.add_and_norm(change, state, *self._norm_weights(graph, norm))
            self._advance()
        return normed

    def _feed_forward(self, graph: Graph, state: str, prefix: str) -> str:
        inner = self._linear(graph, state, f"{prefix}.fc1")
        active = graph.activate(inner, self._architecture.activation)
        return self._linear(graph, active, f"{prefix}.fc2")

    def _norm(self, graph: Graph, value: str, prefix: str) -> str:
        return graph.norm(value, *self._norm_weights(graph, prefix))

    def _norm_weights(self, graph: Graph, prefix: str) -> tuple[str, str]:
        weight = graph.constant(self._weights.read(f"{prefix}.weight"))
        return weight, graph.constant(self._weights.read(f"{prefix}.bias"))

    def _linear(self, graph: Graph, value: str, prefix: str) -> str:
        matrix = self._matrix([f"{prefix}.weight"])
        return graph.linear(value, matrix, graph.constant(self._weights.read(f"{prefix}.bias")))

    def _qkv(self, graph: Graph, value: str, prefix: str) -> str:
        """Project queries, keys and values by one matrix."""
        names = [f"{prefix}.{part}_proj" for part in "qkv"]
        bias = np.concatenate([self._weights.read(f"{name}.bias") for name in names])
        matrix = self._matrix([f"{name}.weight" for name in names])
        return graph.linear(value, matrix, graph.constant(bias))

    def _matrix(self, names: list[str]) -> NDArray[Any] | QuantisedMatrix:
        """Return the matrices side by side, each turned to [in, out]."""
        joined = np.concatenate([self._weights.read(name) for name in names])
        matrix = np.ascontiguousarray(joined.T)
        return quantise_columns(matrix) if self._is_int8 else matrix

    def _advance(self) -> None:
        shape = self._architecture
        self._done += 1
        self._report(self._done / (2 * shape.encoder_layers + 3 * shape.decoder_layers))
