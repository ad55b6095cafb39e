"""all-MiniLM-L6-v2, loaded. The only module that imports the ONNX runtime."""

from __future__ import annotations

import hashlib
import json
import mmap
import struct
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from ktx_onnx_embeddings.model_files import MINILM, TOKENIZER, WEIGHTS
from ktx_onnx_embeddings.quantize import matrices, quantized
from ktx_runtime.api import Embedded, KtxError

HEADER_SHA256 = "a1621c79b67c1aa27f5784108b97e010fa884e26b187ba5c351328d9125e10a7"
"""Of the header of the file of weights: it says where each of them lies, and the graphs rely on it."""

_SLOWER = "SkipLayerNormFusion"
"""On CPUs the node that it makes takes ten times as long as those that it takes away."""

_SPINNING = "session.intra_op.allow_spinning"
_FOLDER = "session.model_external_initializers_file_folder_path"


class OnnxModel:
    """In one precision of its weights; activations are float32."""

    name = MINILM.name
    dimensions = 384
    most_tokens = 256
    batch_tokens = 1024
    batch_texts = 64

    def __init__(self, directory: Path, *, precision: str) -> None:
        self.detail = f"ONNX runtime on cpu, {precision}"
        self._tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
        # The file says 128 for both.
        self._tokenizer.enable_truncation(max_length=self.most_tokens)
        self._tokenizer.no_padding()
        self._kept: list[Any] = []
        self._session: Any = self._open(directory, precision)
        self.embed(["x"])

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Tokenize, pad to the longest, compute."""
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        counts = [len(ids) for ids in encoded]
        ids = np.zeros((len(encoded), max(counts)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(encoded):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return Embedded(vectors, counts)

    def close(self) -> None:
        """Give back the weights."""
        self._session = None
        self._kept.clear()

    def _open(self, directory: Path, precision: str) -> Any:  # noqa: ANN401 - the runtime is not typed
        options = onnxruntime.SessionOptions()
        options.add_session_config_entry(_FOLDER, str(directory))
        # The arena keeps what the longest batch took for ever.
        options.enable_cpu_mem_arena = False
        # A thread that spins while it waits is in the way of the one it waits for, wherever something else runs, too.
        options.add_session_config_entry(_SPINNING, "0")
        options.log_severity_level = 3
        if precision == "int8":
            self._give_quantized(options, directory / WEIGHTS)
        graph = files("ktx_onnx_embeddings").joinpath("graphs", f"{precision}.onnx").read_bytes()
        return onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOWER]
        )

    def _give_quantized(self, options: Any, file: Path) -> None:  # noqa: ANN401 - as above
        header, base = _read_header(file)
        names, values = [], []
        with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            for name in matrices(iter(header)):
                entry = header[f"{name}.weight"]
                begin, end = entry["data_offsets"]
                weight = np.frombuffer(content[base + begin : base + end], dtype="<f4").reshape(entry["shape"])
                for part, value in zip(("quantized", "scales"), quantized(weight), strict=True):
                    # The runtime refers to these arrays: they have to live as long as the session.
                    self._kept.append(value)
                    names.append(f"{name}.{part}")
                    values.append(onnxruntime.OrtValue.ortvalue_from_numpy(value))
        self._kept += values
        options.add_external_initializers(names, values)


def demand_weights(file: Path) -> None:
    """Raise `KtxError` (`model-not-supported`) unless the weights lie in `file` where the graphs look for them."""
    try:
        with file.open("rb") as stream:
            (size,) = struct.unpack("<Q", stream.read(8))
            header = stream.read(min(size, 1 << 20))
        right = hashlib.sha256(header).hexdigest() == HEADER_SHA256 and file.stat().st_size == MINILM.files[-1].bytes
    except (OSError, struct.error):
        right = False
    if not right:
        raise KtxError(
            f"the backend onnx computes with {MINILM.name} only, and this is another model: {file}",
            code="model-not-supported",
            hint="unset KTX_EMBEDDING_MODEL_PATH, or set KTX_EMBEDDING_BACKEND to sentence-transformers",
        )


def _read_header(file: Path) -> tuple[Mapping[str, Any], int]:
    with file.open("rb") as stream:
        (size,) = struct.unpack("<Q", stream.read(8))
        return json.loads(stream.read(size)), 8 + size
