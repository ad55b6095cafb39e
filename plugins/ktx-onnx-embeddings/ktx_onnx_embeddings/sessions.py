"""The graphs, opened. The only module that imports the ONNX runtime."""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ktx_onnx_embeddings.model_files import WEIGHTS
from ktx_onnx_embeddings.quantize import matrices, quantized, roundings

_SLOWER = "SkipLayerNormFusion"
"""On CPUs the node that it makes takes ten times as long as those that it takes away."""

_SPINNING = "session.intra_op.allow_spinning"
_FOLDER = "session.model_external_initializers_file_folder_path"


class Sessions:
    """Opens one graph as often as wanted, over the same weights. They have to live as long as what was opened."""

    def __init__(self, directory: Path, precision: str, *, graph: bytes | None = None) -> None:
        self._directory = directory
        self._graph = graph or files("ktx_onnx_embeddings").joinpath("graphs", f"{precision}.onnx").read_bytes()
        self._given = dict(_quantized(directory / WEIGHTS)) if precision == "int8" else {}

    def open(self, *, threads: int) -> Any:  # noqa: ANN401 - the runtime is not typed
        """A session that computes with `threads` threads, the caller's among them."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry(_FOLDER, str(self._directory))
        # A thread that spins while it waits is in the way of the one it waits for, wherever something else runs, too.
        options.add_session_config_entry(_SPINNING, "0")
        # The arena keeps what the longest batch took for ever.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        # The runtime refers to these arrays.
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in self._given.values()]
        options.add_external_initializers(list(self._given), values)
        return onnxruntime.InferenceSession(
            self._graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOWER]
        )


def _quantized(file: Path) -> Iterator[tuple[str, NDArray[Any]]]:
    header, base = _read_header(file)
    places = {name: header[f"{name}.weight"] for name in matrices(header)}
    sizes = {name: int(np.prod(entry["shape"])) for name, entry in places.items()}
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for name, upwards in roundings(sizes):
            begin, end = places[name]["data_offsets"]
            weight = np.frombuffer(content[base + begin : base + end], dtype="<f4").reshape(places[name]["shape"])
            numbers, scales = quantized(weight, upwards)
            yield f"{name}.numbers", numbers
            yield f"{name}.scales", scales


def _read_header(file: Path) -> tuple[Mapping[str, Any], int]:
    with file.open("rb") as stream:
        (size,) = struct.unpack("<Q", stream.read(8))
        return json.loads(stream.read(size)), 8 + size
