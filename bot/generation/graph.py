"""The one place that writes ONNX nodes: a graph whose weights lie in a file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from bot.generation.quantisation import QuantisedMatrix

WEIGHTS = "weights.bin"
_CONTRIB = "com.microsoft"
_OPSETS = {"": 20, _CONTRIB: 1}
_IR_VERSION = 10
_PAGE = 4096
_EPSILON = 1e-5
# Below this a weight is kept within the graph: a mapped page would be larger.
_INLINE_BYTES = 65_536
_TYPES = {
    np.dtype(np.float32): TensorProto.FLOAT,
    np.dtype(np.int8): TensorProto.INT8,
    np.dtype(np.int64): TensorProto.INT64,
}


class WeightFile:
    """The large weights of a model's graphs, one after the other, each at a page's start."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def append(self, array: NDArray[Any]) -> int:
        """Write ``array`` and return where it begins."""
        self._file.seek(-self._file.tell() % _PAGE, 1)
        offset = self._file.tell()
        self._file.write(np.ascontiguousarray(array).data)
        return offset


class Graph:
    """A graph under construction; every method adds nodes and returns the name of their output."""

    def __init__(self, *, name: str, weights: WeightFile) -> None:
        self._name = name
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, shape: Sequence[int | str], dtype: type = np.float32) -> str:
        """Declare an input."""
        kind = _TYPES[np.dtype(dtype)]
        self._inputs.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return name

    def output(self, value: str, name: str, shape: Sequence[int | str]) -> None:
        """Declare ``value`` as an output called ``name``."""
        for node in self._nodes:
            renamed = [name if output == value else output for output in node.output]
            node.output[:] = renamed
            node.input[:] = [name if given == value else given for given in node.input]
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)))

    def node(
        self,
        operation: str,
        inputs: Sequence[str],
        *,
        outputs: int = 1,
        contrib: bool = False,
        **attributes: Any,
    ) -> list[str]:
        """Add one node and return the names of its outputs."""
        number = len(self._nodes)
        names = [f"{operation}_{number}_{index}" for index in range(outputs)]
        domain = _CONTRIB if contrib else ""
        self._nodes.append(
            helper.make_node(
                operation, inputs, names, name=f"{operation}_{number}", domain=domain, **attributes
            )
        )
        return names

    def constant(self, array: NDArray[Any]) -> str:
        """Add a weight and return its name."""
        name = f"weight_{len(self._initializers)}"
        if array.nbytes < _INLINE_BYTES:
            self._initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        else:
            self.stored(name, array, self._weights.append(array))
        return name

    def stored(self, name: str, array: NDArray[Any], offset: int) -> None:
        """Add a weight that already lies at ``offset`` of the weight file."""
        tensor = onnx.TensorProto()
        tensor.name = name
        tensor.data_type = _TYPES[array.dtype]
        tensor.dims.extend(array.shape)
        tensor.data_location = TensorProto.EXTERNAL
        places = {"location": WEIGHTS, "offset": str(offset), "length": str(array.nbytes)}
        for key, value in places.items():
            tensor.external_data.add(key=key, value=value)
        self._initializers.append(tensor)

    def linear(self, value: str, matrix: NDArray[Any] | QuantisedMatrix, bias: str) -> str:
        """Multiply by a matrix of [in, out] and add a bias."""
        if isinstance(matrix, np.ndarray):
            [product] = self.node("MatMul", [value, self.constant(matrix)])
            return self.node("Add", [product, bias])[0]
        values = self.constant(matrix.values)
        return self.quantised_linear(value, values, self.constant(matrix.scales), bias)

    def quantised_linear(self, value: str, values: str, scales: str, bias: str) -> str:
        """Multiply by int8 ``values``; the activation is quantised as it passes."""
        inputs = [value, values, scales, "", bias]
        return self.node("DynamicQuantizeMatMul", inputs, contrib=True)[0]

    def norm(self, value: str, weight: str, bias: str) -> str:
        """Norm each hidden state."""
        return self.node("LayerNormalization", [value, weight, bias], epsilon=_EPSILON)[0]

    def add_and_norm(self, value: str, residual: str, weight: str, bias: str) -> tuple[str, str]:
        """Return the normed sum and the sum.

        Two operations: onnxruntime's fused SkipLayerNormalization takes three times as long.
        """
        [total] = self.node("Add", [value, residual])
        return self.norm(total, weight, bias), total

    def activate(self, value: str, kind: str) -> str:
        """Apply the feed-forward block's function."""
        if kind == "relu":
            return self.node("Relu", [value])[0]
        return self.node("Gelu", [value], contrib=True)[0]

    def reshape(self, value: str, shape: Sequence[int]) -> str:
        """Give ``value`` another shape; 0 keeps a dimension, -1 takes what is left."""
        return self.node("Reshape", [value, self.constant(np.array(shape, np.int64))])[0]

    def split(self, value: str, parts: int) -> list[str]:
        """Cut the last dimension into equal parts."""
        return self.node("Split", [value], outputs=parts, axis=-1, num_outputs=parts)

    def attention(
        self, query: str, keys: str, values: str, *, heads: int, bias: str | None = None
    ) -> str:
        """Let each query of [batch, rows, width] look at keys and values."""
        inputs = [query, keys, values] + (["", "", bias] if bias else [])
        return self.node("MultiHeadAttention", inputs, contrib=True, num_heads=heads)[0]

    def save(self, path: Path) -> None:
        """Write the graph without its large weights."""
        graph = helper.make_graph(
            self._nodes, self._name, self._inputs, self._outputs, self._initializers
        )
        opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
        model = helper.make_model(
            graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="confab"
        )
        path.write_bytes(model.SerializeToString())
