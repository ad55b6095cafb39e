"""A sentence-transformers model, loaded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from transformers.utils import logging

from ktx_local_embeddings.bfloat16 import find_out, finding_key, in_bfloat16, may_have_bfloat16
from ktx_local_embeddings.computation import Computation, Features
from ktx_local_embeddings.device import device_name
from ktx_local_embeddings.precision import Precision, keep_finding, read_finding
from ktx_local_embeddings.threads import Team, lanes, most_threads, use_threads
from ktx_runtime.api import Embedded, KtxError, plain_text

BATCH_TOKENS = 1024
BATCH_TEXTS = 128
ACCELERATED_BATCH_TOKENS = 32_768
ACCELERATED_BATCH_TEXTS = 512

EXAMPLES = (("a short text", "x"), ("x",), ("x", "a text of some more words", "another"), ("word " * 512, "x"))
"""Batches that differ in how many texts they have, how long the longest is, and whether any is padded."""

EXAMPLE_TOKENS = 256
"""How long the longest may be: a large model takes seconds for more."""


@dataclass(slots=True, eq=False)
class SentenceTransformersModel:
    """On one device, in one precision."""

    name: str
    dimensions: int
    most_tokens: int
    batch_tokens: int
    batch_texts: int
    lanes: int
    detail: str
    _model: Any
    _compute: Any
    _device: torch.device
    _team: Team

    @property
    def is_graph(self) -> bool:
        """Whether Python has no part in a batch."""
        return bool(self._compute.is_graph)

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Tokenize, compute, and bring to unit length in float32: with all threads that torch takes."""
        return self._team.run(lambda: self._embed(texts, threads=most_threads()))

    def embed_beside(self, texts: Sequence[str]) -> Embedded:
        """The same with one lane's share of the threads."""
        return self._embed(texts, threads=most_threads() // self.lanes)

    def _embed(self, texts: Sequence[str], *, threads: int) -> Embedded:
        if self._device.type == "cpu":
            use_threads(threads)
        features = _tokens(self._model, texts, self.most_tokens)
        counts = features["attention_mask"].sum(dim=1).tolist()
        with torch.inference_mode():
            found: NDArray[np.float32] = self._compute(features).cpu().numpy()
        return Embedded(found, [int(count) for count in counts])

    def roughly(self) -> SentenceTransformersModel:
        """The same model with its matrices in bfloat16."""
        rough = in_bfloat16(self._model)
        return replace(self, _model=rough, _compute=_computation(rough, self._device, self.most_tokens))

    def close(self) -> None:
        """Let go of the weights, also of those on a device."""
        self._model = self._compute = None
        self._team.close()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()


def load_model(
    directory: Path, *, name: str, device: str | None, precision: Precision, keep: bool = False
) -> SentenceTransformersModel:
    """Load what lies in `directory`. bfloat16 is taken only where it holds what float32 gives.

    What is found out about that is remembered in `directory` where `keep` says that it is ours.
    """
    logging.disable_progress_bar()
    where = _device(device)
    team = Team()
    try:
        chosen = team.run(lambda: _chosen(directory, name, where, precision, team, keep=keep))
        chosen.embed(["x"])
    except BaseException:
        team.close()
        raise
    return chosen


def _chosen(
    directory: Path, name: str, where: torch.device, precision: Precision, team: Team, *, keep: bool
) -> SentenceTransformersModel:
    exact = _load(directory, name, where, team)
    if precision is Precision.FLOAT32:
        return exact
    if not may_have_bfloat16(where):
        if precision is Precision.BFLOAT16:
            exact.detail += " (bfloat16 is not what this processor computes)"
        return exact
    key = finding_key(directory, where)
    finding = read_finding(directory, key)
    if finding is not None and finding.against(precision):
        exact.detail += f" ({finding.against(precision)})"
        return exact
    rough = exact.roughly()
    if finding is None:
        # What else runs here does not count against the one or the other.
        clock = time.process_time if where.type == "cpu" else time.perf_counter
        finding = find_out(exact, rough, clock=clock)
        if keep:
            keep_finding(directory, key, finding)
    against = finding.against(precision)
    if against:
        exact.detail += f" ({against})"
        return exact
    rough.detail = f"torch on {where}, bfloat16 (cosine to float32 at least {finding.cosine:.5f})"
    return rough


def _load(directory: Path, name: str, device: torch.device, team: Team) -> SentenceTransformersModel:
    model = SentenceTransformer(
        str(directory), device=str(device), local_files_only=True, model_kwargs={"dtype": torch.float32}
    )
    model.eval()
    accelerated = device.type != "cpu"
    most_tokens = int(model.max_seq_length or 512)
    with torch.inference_mode():
        dimensions = len(model.encode("x", show_progress_bar=False))
    return SentenceTransformersModel(
        name=name,
        dimensions=dimensions,
        most_tokens=most_tokens,
        batch_tokens=ACCELERATED_BATCH_TOKENS if accelerated else BATCH_TOKENS,
        batch_texts=ACCELERATED_BATCH_TEXTS if accelerated else BATCH_TEXTS,
        lanes=1 if accelerated else lanes(),
        detail=f"torch on {device}, float32",
        _model=model,
        _compute=_computation(model, device, most_tokens),
        _device=device,
        _team=team,
    )


def _computation(model: SentenceTransformer, device: torch.device, most_tokens: int) -> Computation:
    longest = min(most_tokens, EXAMPLE_TOKENS)
    return Computation(model, device, [_tokens(model, texts, longest) for texts in EXAMPLES])


def _tokens(model: SentenceTransformer, texts: Sequence[str], most: int) -> Features:
    found: Features = model.tokenizer(list(texts), padding=True, truncation=True, max_length=most, return_tensors="pt")
    return found


def _device(named: str | None) -> torch.device:
    """The device to compute on. Raises `KtxError` for one that is not there."""
    wanted = device_name(named, cuda=torch.cuda.is_available(), mps=torch.backends.mps.is_available())
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
