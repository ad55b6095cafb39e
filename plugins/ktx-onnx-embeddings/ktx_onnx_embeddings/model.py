"""all-MiniLM-L6-v2, loaded."""

from __future__ import annotations

import hashlib
import os
import struct
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from ktx_onnx_embeddings.model_files import MINILM, TOKENIZER
from ktx_onnx_embeddings.sessions import Sessions
from ktx_runtime.api import Embedded, KtxError

HEADER_SHA256 = "a1621c79b67c1aa27f5784108b97e010fa884e26b187ba5c351328d9125e10a7"
"""Of the header of the file of weights: it says where each of them lies, and the graphs rely on it."""


MOST_LANES = 8
"""A batch takes up to twelve megabytes while it is computed. With more processors than that a lane has several."""

BATCH_TOKENS = {"float32": 384, "int8": 256}
"""The fastest (ADR 84): what lies between two layers is gone over several times, and fits in a processor's cache."""


class OnnxModel:
    """In one precision: all in float32, or the products of whole numbers."""

    name = MINILM.name
    dimensions = 384
    most_tokens = 256
    batch_texts = 64

    def __init__(self, directory: Path, *, precision: str) -> None:
        self.detail = f"ONNX runtime on cpu, {precision}"
        self.batch_tokens = BATCH_TOKENS[precision]
        processors = _processors()
        self.lanes = min(processors, MOST_LANES)
        # Those who call compute themselves; what processors are left beside them help whoever there is.
        self._threads_of_lanes = processors - self.lanes + 1
        self._tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
        # The file says 128 for both.
        self._tokenizer.enable_truncation(max_length=self.most_tokens)
        self._tokenizer.no_padding()
        self._opening = threading.Lock()
        self._sessions: Sessions | None = Sessions(directory, precision)
        self._whole: Any = self._sessions.open(threads=processors)
        self._shared: Any = self._whole if self.lanes == 1 else None
        self.embed(["x"])

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Tokenize, pad to the longest, compute: with all processors."""
        return self._embed(self._whole, texts)

    def embed_beside(self, texts: Sequence[str]) -> Embedded:
        """The same with one lane's share of the processors."""
        return self._embed(self._session_of_lanes(), texts)

    def close(self) -> None:
        """Give back the weights."""
        self._whole = self._shared = self._sessions = None

    def _session_of_lanes(self) -> Any:  # noqa: ANN401 - the runtime is not typed
        """Opened when it is first wanted: most processes embed one text and end."""
        with self._opening:
            if self._shared is None and self._sessions is not None:
                self._shared = self._sessions.open(threads=self._threads_of_lanes)
            return self._shared

    def _embed(self, session: Any, texts: Sequence[str]) -> Embedded:  # noqa: ANN401 - the runtime is not typed
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        counts = [len(ids) for ids in encoded]
        ids, mask = np.zeros((2, len(texts), max(counts)), np.int64)
        for row, numbers in enumerate(encoded):
            ids[row, : counts[row]] = numbers
            mask[row, : counts[row]] = 1
        (vectors,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
        return Embedded(vectors, counts)


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


def _processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
