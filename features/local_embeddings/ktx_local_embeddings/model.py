"""A sentence-transformers model, loaded. The only module that imports torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from transformers.utils import logging

from ktx_runtime.api import Embedded, KtxError, plain_text

BATCH_TOKENS = 2048
BATCH_TEXTS = 128
ACCELERATED_BATCH_TOKENS = 32_768
ACCELERATED_BATCH_TEXTS = 512

LEAST_COSINE = 0.9999
"""How near vectors in another precision must be to those in float32."""

SAMPLE = (
    "revenue by country and month",
    "How many customers came back within thirty days of their first order?",
    "SELECT sum(amount) FROM orders WHERE status = 'paid' GROUP BY country",
    "Umsatz je Straße",
    "売上高を国別に",
    "x",
    "An order line belongs to one order and names one product; its price is what was paid, without tax. " * 8,
    "0123456789 !@#$%^&*() 3.14159",
)


@dataclass(slots=True)
class SentenceTransformersModel:
    """On one device, in one precision."""

    name: str
    dimensions: int
    most_tokens: int
    batch_tokens: int
    batch_texts: int
    detail: str
    _model: Any
    _device: torch.device

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Tokenize, compute, and bring to unit length in float32."""
        features = self._model.tokenizer(
            list(texts), padding=True, truncation=True, max_length=self.most_tokens, return_tensors="pt"
        )
        counts = features["attention_mask"].sum(dim=1).tolist()
        with torch.inference_mode():
            computed = self._model({name: tensor.to(self._device) for name, tensor in features.items()})
            vectors = torch.nn.functional.normalize(computed["sentence_embedding"].float(), dim=-1)
        found: NDArray[np.float32] = vectors.cpu().numpy()
        return Embedded(found, [int(count) for count in counts])

    def close(self) -> None:
        """Let go of the weights, also of those on a device."""
        self._model = None
        if self._device.type == "cuda":
            torch.cuda.empty_cache()


def load_model(directory: Path, *, name: str, device: str | None, precision: str) -> SentenceTransformersModel:
    """Load what lies in `directory`. Other precisions than float32 are taken only as far as they hold."""
    logging.disable_progress_bar()
    where = _device(device)
    exact = _load(directory, name, where, torch.float32, "float32")
    exact.embed(SAMPLE[:1])
    if precision == "float32":
        return exact
    if where.type == "cpu" and not torch.ops.mkldnn._is_mkldnn_bf16_supported():  # noqa: SLF001 - there is no other way to ask
        exact.detail += " (bfloat16 is not what this processor computes)"
        return exact
    rough = _load(directory, name, where, torch.bfloat16, "bfloat16")
    cosine = least_cosine(exact, rough)
    if cosine < LEAST_COSINE:
        exact.detail += f" (bfloat16 strays too far: cosine {cosine:.5f})"
        return exact
    rough.detail += f" (cosine at least {cosine:.5f})"
    return rough


def least_cosine(exact: SentenceTransformersModel, other: SentenceTransformersModel) -> float:
    """How far `other` strays from `exact` on the sample, at worst."""
    pairs = zip(exact.embed(SAMPLE).vectors, other.embed(SAMPLE).vectors, strict=True)
    return min(float(one @ another) for one, another in pairs)


def _load(
    directory: Path, name: str, device: torch.device, dtype: torch.dtype, precision: str
) -> SentenceTransformersModel:
    model = SentenceTransformer(
        str(directory), device=str(device), local_files_only=True, model_kwargs={"dtype": dtype}
    )
    model.eval()
    accelerated = device.type != "cpu"
    with torch.inference_mode():
        dimensions = len(model.encode("x", show_progress_bar=False))
    return SentenceTransformersModel(
        name=name,
        dimensions=dimensions,
        most_tokens=int(model.max_seq_length or 512),
        batch_tokens=ACCELERATED_BATCH_TOKENS if accelerated else BATCH_TOKENS,
        batch_texts=ACCELERATED_BATCH_TEXTS if accelerated else BATCH_TEXTS,
        detail=f"torch on {device}, {precision}",
        _model=model,
        _device=device,
    )


def _device(named: str | None) -> torch.device:
    """The one that is named, else what accelerates, else the processor."""
    wanted = (named or "auto").strip().lower()
    if wanted == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps") if torch.backends.mps.is_available() else torch.device("cpu")
    try:
        device = torch.device(wanted)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise KtxError(
            f"there is no device {plain_text(wanted)} that torch can use here",
            code="device-missing",
            hint="set KTX_EMBEDDING_DEVICE to cpu, or leave it out",
        ) from error
    return device
