"""Write `ktx_onnx_embeddings/graphs/*.onnx`: the architecture of BERT, with references to the weights of a file.

    python scripts/build_graphs.py MODEL.SAFETENSORS OUTPUT-DIRECTORY

Needs the package `onnx`. The layout is that of `transformers`' BertModel; attention and activations are
operators that the ONNX runtime fuses anyway. `float32.onnx` refers to all weights in place. `int8.onnx` leaves out the
matrices of the layers, which the backend quantizes when it loads the model, and multiplies whole numbers: each
activation is the sum of two terms of seven bits, so that it keeps fourteen, and each matrix is multiplied with both.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

RUNTIME = "com.microsoft"
LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
WEIGHTS_FILE = "model.safetensors"
TERM = 63
"""The largest number of a term."""

Weights = Mapping[str, NDArray[np.float32]]


class GraphBuilder:
    """Nodes and initializers, added one after the other; each node is called like what it gives.

    A subclass says how a layer's matrices are multiplied. `multiplied` has for each of them the name of what it is
    multiplied with.
    """

    def __init__(self, header: dict[str, Any], base: int) -> None:
        self._header, self._base = header, base
        self._nodes: list[Any] = []
        self._initializers: dict[str, TensorProto] = {}
        self.multiplied: dict[str, str] = {}

    def build(self, *, more_outputs: Sequence[str] = (), kind: int = TensorProto.FLOAT) -> ModelProto:
        """The whole model; what is named in `more_outputs`, all of one kind, comes after the vectors."""
        hidden = self._embeddings()
        self._node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
        for number in range(LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{number}")
        self._pooled(hidden)
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
            for name in ("input_ids", "attention_mask")
        ]
        outputs = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])]
        outputs += [helper.make_tensor_value_info(name, kind, None) for name in more_outputs]
        graph = helper.make_graph(self._nodes, "bert", inputs, outputs, list(self._initializers.values()))
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
        projected = [self._product(hidden, f"{attention}.self.{part}") for part in ("query", "key", "value")]
        heads = self._node(
            "MultiHeadAttention", [*projected, "", "mask"], f"{name}.heads", domain=RUNTIME, num_heads=HEADS
        )
        mixed = self._normed(self._product(heads, f"{attention}.output.dense"), hidden, f"{attention}.output")
        wide = self._product(mixed, f"{name}.intermediate.dense")
        active = self._node("Gelu", [wide], f"{name}.active", domain=RUNTIME)
        return self._normed(self._product(active, f"{name}.output.dense"), mixed, f"{name}.output")

    def _product(self, hidden: str, name: str) -> str:
        """`hidden` times a layer's matrix, and its bias."""
        self.multiplied[name] = hidden
        return self._multiplied(hidden, name)

    def _multiplied(self, hidden: str, name: str) -> str:
        raise NotImplementedError

    def _normed(self, product: str, residual: str, name: str) -> str:
        """Not the runtime's `SkipLayerNormalization`: on CPUs it takes ten times as long as these two nodes."""
        summed = self._node("Add", [product, residual], f"{name}.summed")
        parts = [self._weight(f"{name}.LayerNorm.{part}") for part in ("weight", "bias")]
        return self._node("LayerNormalization", [summed, *parts], f"{name}.normed", axis=-1, epsilon=EPSILON)

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
        return self._given(name, np.array(value, np.int64))

    def _given(self, name: str, value: NDArray[Any]) -> str:
        self._initializers[name] = numpy_helper.from_array(value, name)
        return name

    def _weight(self, name: str) -> str:
        entry = self._header[name]
        begin, end = entry["data_offsets"]
        place = {"location": WEIGHTS_FILE, "offset": str(self._base + begin), "length": str(end - begin)}
        self._external(name, TensorProto.FLOAT, entry["shape"], place)
        return name

    def _computed(self, name: str, kind: int, shape: list[int]) -> str:
        """A place for what is given when the model is loaded."""
        self._external(name, kind, shape, {"location": "computed", "offset": "0", "length": "1"})
        return name

    def _external(self, name: str, kind: int, shape: list[int], place: dict[str, str]) -> None:
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        for key, value in place.items():
            tensor.external_data.add(key=key, value=value)
        self._initializers[name] = tensor


class Float32Builder(GraphBuilder):
    """All in float32."""

    def _multiplied(self, hidden: str, name: str) -> str:
        turned = self._node("Transpose", [self._weight(f"{name}.weight")], f"{name}.turned", perm=[1, 0])
        product = self._node("MatMul", [hidden, turned], f"{name}.product")
        return self._node("Add", [product, self._weight(f"{name}.bias")], f"{name}.biased")


class Int8Builder(GraphBuilder):
    """Matrices of eight bits, times activations of two terms of seven bits each.

    An activation x is high * step + low * step / 126, both terms rounded to whole numbers from -63 to 63. `step` is a
    constant for each place, 1/63 of the most that x can be there: so no text changes the vector of another, and none is
    cut off. Whatever goes in, the bound holds: what a LayerNorm gives has at most sqrt(width) times its weight in
    each component and a norm of sqrt(width) before it is weighted, and attention mixes values without enlarging them.

    Eight bits for a term would be one more than x86 processors without VNNI can do: they add two products in sixteen
    bits, and what does not fit is cut off in silence. 2 * 127 * 127 fits.
    """

    def __init__(self, header: dict[str, Any], base: int, weights: Weights) -> None:
        super().__init__(header, base)
        self._weights = weights
        self._terms: dict[str, tuple[str, str]] = {}
        self._zero = self._given("unsigned zero", np.array(TERM + 1, np.uint8))
        self._plain_zero = self._given("signed zero", np.array(0, np.int8))

    def _multiplied(self, hidden: str, name: str) -> str:
        rows, columns = self._header[f"{name}.weight"]["shape"]
        numbers = self._computed(f"{name}.numbers", TensorProto.INT8, [columns, rows])
        scales = self._computed(f"{name}.scales", TensorProto.FLOAT, [rows])
        products = []
        for term, bias in zip(self._split(hidden, name), ([self._weight(f"{name}.bias")], []), strict=True):
            factors = [term, numbers, f"{term}.step", scales, self._zero, self._plain_zero, *bias]
            products.append(
                self._node("MatMulIntegerToFloat", factors, f"{name}.{term.rpartition('.')[2]}", domain=RUNTIME)
            )
        return self._node("Add", products, f"{name}.product")

    def _split(self, hidden: str, name: str) -> tuple[str, str]:
        """The two terms of `hidden`; what several matrices are multiplied with is split once."""
        if hidden not in self._terms:
            step = np.float32(_rounded_up(self._most(name)) / TERM)
            high_step = self._given(f"{hidden}.high.step", np.array(step))
            low_step = self._given(f"{hidden}.low.step", np.array(step / np.float32(2 * TERM)))
            high = self._node("QuantizeLinear", [hidden, high_step, self._zero], f"{hidden}.high")
            near = self._node("DequantizeLinear", [high, high_step, self._zero], f"{hidden}.near")
            rest = self._node("Sub", [hidden, near], f"{hidden}.rest")
            self._terms[hidden] = high, self._node("QuantizeLinear", [rest, low_step, self._zero], f"{hidden}.low")
        return self._terms[hidden]

    def _most(self, name: str) -> float:
        """How large a component of what the matrix `name` is multiplied with can be."""
        layer = ".".join(name.split(".")[:3])
        number = int(layer.rpartition(".")[2])
        before = f"encoder.layer.{number - 1}.output.LayerNorm" if number else "embeddings.LayerNorm"
        within = f"{layer}.attention.output.LayerNorm"
        if ".attention.self." in name:
            return self._most_normed(before)
        if ".attention.output." in name:
            return self._most_product(f"{layer}.attention.self.value", before)
        if ".intermediate." in name:
            return self._most_normed(within)
        return self._most_product(f"{layer}.intermediate.dense", within)

    def _most_normed(self, norm: str) -> float:
        weight, bias = (self._weights[f"{norm}.{part}"].astype(np.float64) for part in ("weight", "bias"))
        return float((np.abs(weight) * WIDTH**0.5 + np.abs(bias)).max())

    def _most_product(self, name: str, norm: str) -> float:
        """Of a matrix and its bias, applied to what a LayerNorm gives; GELU makes nothing larger."""
        weight, bias = (self._weights[f"{norm}.{part}"].astype(np.float64) for part in ("weight", "bias"))
        matrix, added = (self._weights[f"{name}.{part}"].astype(np.float64) for part in ("weight", "bias"))
        return float((np.linalg.norm(matrix * weight, axis=1) * WIDTH**0.5 + np.abs(matrix @ bias + added)).max())


def _rounded_up(number: float) -> float:
    """To a tenth: the same on every machine that builds the graph."""
    return math.ceil(number * 10) / 10


def read_header(file: Path) -> tuple[dict[str, Any], int]:
    """The header of a safetensors file, and where the numbers begin."""
    with file.open("rb") as stream:
        (size,) = struct.unpack("<Q", stream.read(8))
        return json.loads(stream.read(size)), 8 + size


def read_weights(file: Path) -> Weights:
    """All float32 tensors of a safetensors file."""
    header, base = read_header(file)
    content = file.read_bytes()
    found = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            begin, end = entry["data_offsets"]
            found[name] = np.frombuffer(content[base + begin : base + end], "<f4").reshape(entry["shape"])
    return found


def main() -> int:
    """Write both graphs."""
    file, output = Path(sys.argv[1]), Path(sys.argv[2])
    header, base = read_header(file)
    builders = {"float32": Float32Builder(header, base), "int8": Int8Builder(header, base, read_weights(file))}
    for name, builder in builders.items():
        (output / f"{name}.onnx").write_bytes(builder.build().SerializeToString(deterministic=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
