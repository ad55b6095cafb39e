"""Write `ktx_onnx_embeddings/graphs/*.onnx`: the architecture of BERT, with references to the weights of a file.

    python scripts/build_graphs.py MODEL.SAFETENSORS OUTPUT-DIRECTORY

Needs the package `onnx`. The layout is that of `transformers`' BertModel; attention and activations are
operators that the ONNX runtime fuses anyway. `float32.onnx` refers to all weights in place. `int8.onnx` leaves out the
matrices of the layers, which the backend quantizes when it loads the model.
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

RUNTIME = "com.microsoft"
LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
BLOCK = 32
WEIGHTS_FILE = "model.safetensors"


class GraphBuilder:
    """Nodes and initializers, added one after the other; each node is called like what it gives."""

    def __init__(self, header: dict[str, Any], base: int, *, quantized: bool) -> None:
        self._header, self._base, self._quantized = header, base, quantized
        self._nodes: list[Any] = []
        self._initializers: dict[str, TensorProto] = {}

    def build(self) -> ModelProto:
        """The whole model."""
        hidden = self._embeddings()
        self._node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
        for number in range(LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{number}")
        self._pooled(hidden)
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
            for name in ("input_ids", "attention_mask")
        ]
        output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])
        graph = helper.make_graph(self._nodes, "bert", inputs, [output], list(self._initializers.values()))
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(RUNTIME, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="ktx-onnx-embeddings")

    def _embeddings(self) -> str:
        self._node("Shape", ["input_ids"], "shape")
        self._node("Slice", ["shape", self._constant("one", [1]), self._constant("two", [2])], "length")
        zero = self._constant("zero", [0])
        places = self._weight("embeddings.position_embeddings.weight")
        self._node("Slice", [places, zero, "length", zero], "places")
        kinds = self._weight("embeddings.token_type_embeddings.weight")
        self._node("Slice", [kinds, zero, "one", zero], "kind")
        self._node("Gather", [self._weight("embeddings.word_embeddings.weight"), "input_ids"], "words")
        self._node("Add", ["places", "kind"], "placed")
        self._node("Add", ["words", "placed"], "summed")
        norm = [self._weight(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
        return self._node("LayerNormalization", ["summed", *norm], "embedded", axis=-1, epsilon=EPSILON)

    def _layer(self, hidden: str, name: str) -> str:
        attention = f"{name}.attention"
        projected = []
        for part in ("query", "key", "value"):
            product = self._product(hidden, f"{attention}.self.{part}")
            projected.append(
                self._node("Add", [product, self._weight(f"{attention}.self.{part}.bias")], f"{name}.{part}")
            )
        heads = self._node(
            "MultiHeadAttention", [*projected, "", "mask"], f"{name}.heads", domain=RUNTIME, num_heads=HEADS
        )
        mixed = self._normed(self._product(heads, f"{attention}.output.dense"), hidden, f"{attention}.output")
        wide = self._product(mixed, f"{name}.intermediate.dense")
        bias = self._weight(f"{name}.intermediate.dense.bias")
        active = self._node("BiasGelu", [wide, bias], f"{name}.active", domain=RUNTIME)
        return self._normed(self._product(active, f"{name}.output.dense"), mixed, f"{name}.output")

    def _normed(self, product: str, residual: str, name: str) -> str:
        """Not the runtime's `SkipLayerNormalization`: on CPUs it takes ten times as long as these three nodes."""
        biased = self._node("Add", [product, self._weight(f"{name}.dense.bias")], f"{name}.biased")
        summed = self._node("Add", [biased, residual], f"{name}.summed")
        parts = [self._weight(f"{name}.LayerNorm.{part}") for part in ("weight", "bias")]
        return self._node("LayerNormalization", [summed, *parts], f"{name}.normed", axis=-1, epsilon=EPSILON)

    def _product(self, hidden: str, name: str) -> str:
        rows, columns = self._header[f"{name}.weight"]["shape"]
        if not self._quantized:
            turned = self._node("Transpose", [self._weight(f"{name}.weight")], f"{name}.turned", perm=[1, 0])
            return self._node("MatMul", [hidden, turned], f"{name}.product")
        blocks = columns // BLOCK
        self._computed(f"{name}.quantized", TensorProto.UINT8, [rows, blocks, BLOCK])
        self._computed(f"{name}.scales", TensorProto.FLOAT, [rows * blocks])
        return self._node(
            "MatMulNBits",
            [hidden, f"{name}.quantized", f"{name}.scales"],
            f"{name}.product",
            domain=RUNTIME,
            K=columns,
            N=rows,
            bits=8,
            block_size=BLOCK,
            accuracy_level=1,
        )

    def _pooled(self, hidden: str) -> None:
        """The mean of what is not padding, of unit length."""
        self._node("Cast", ["attention_mask"], "counted", to=TensorProto.FLOAT)
        self._node("Unsqueeze", ["counted", "two"], "kept")
        self._node("Mul", [hidden, "kept"], "masked")
        self._node("ReduceSum", ["masked", "one"], "sum", keepdims=0)
        self._node("ReduceSum", ["kept", "one"], "count", keepdims=0)
        self._node("Div", ["sum", "count"], "mean")
        self._node("LpNormalization", ["mean"], "embedding", axis=1, p=2)

    def _node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:  # noqa: ANN401 - as onnx has it
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def _constant(self, name: str, value: list[int]) -> str:
        self._initializers[name] = numpy_helper.from_array(np.array(value, np.int64), name)
        return name

    def _weight(self, name: str) -> str:
        entry = self._header[name]
        begin, end = entry["data_offsets"]
        place = {"location": WEIGHTS_FILE, "offset": str(self._base + begin), "length": str(end - begin)}
        self._external(name, TensorProto.FLOAT, entry["shape"], place)
        return name

    def _computed(self, name: str, kind: int, shape: list[int]) -> None:
        """A place for what is given when the model is loaded."""
        self._external(name, kind, shape, {"location": "computed", "offset": "0", "length": "1"})

    def _external(self, name: str, kind: int, shape: list[int], place: dict[str, str]) -> None:
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        for key, value in place.items():
            tensor.external_data.add(key=key, value=value)
        self._initializers[name] = tensor


def read_header(file: Path) -> tuple[dict[str, Any], int]:
    """The header of a safetensors file, and where the numbers begin."""
    with file.open("rb") as stream:
        (size,) = struct.unpack("<Q", stream.read(8))
        return json.loads(stream.read(size)), 8 + size


def main() -> int:
    """Write both graphs."""
    weights, output = Path(sys.argv[1]), Path(sys.argv[2])
    header, base = read_header(weights)
    for name, quantized in (("float32", False), ("int8", True)):
        model = GraphBuilder(header, base, quantized=quantized).build()
        (output / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
