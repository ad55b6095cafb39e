"""The backend `sentence-transformers`: torch, on whatever device there is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ktx_local_embeddings.device import DEVICE_VARIABLE
from ktx_local_embeddings.model_files import MINILM, MODEL_PATH_VARIABLE
from ktx_local_embeddings.precision import PRECISION_VARIABLE, wanted_precision
from ktx_runtime.api import BackendMissing, KtxError, heeded, plain_text

if TYPE_CHECKING:
    from ktx_local_embeddings.model import SentenceTransformersModel

FEATURE = "local-embeddings"
SPIN_COUNT = "60000"
"""A fifth of what OpenMP takes by itself: as fast where nothing else runs, and hardly in anybody's way (ADR 79)."""

_WAITING = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")
_LIBRARIES = ("torch", "sentence_transformers")


class SentenceTransformersBackend:
    """`KTX_EMBEDDING_MODEL_PATH` may name the directory of another model; nothing is ever fetched here."""

    def missing(self, environment: Mapping[str, str]) -> BackendMissing | None:
        """The libraries, or the model's files."""
        absent = [name for name in _LIBRARIES if find_spec(name) is None]
        if absent:
            return BackendMissing(f"{' and '.join(absent)} are not installed", install=FEATURE)
        directory = MINILM.directory(environment)
        if not (directory / "config.json").is_file():
            program = environment.get("KTX_PROGRAM") or "ktx"
            return BackendMissing(f"there is no model in {directory}", hint=f"run: {program} setup {FEATURE}")
        return None

    def settings(self, environment: Mapping[str, str]) -> Mapping[str, str]:
        """Which model, on which device, how precise."""
        return heeded(environment, (MODEL_PATH_VARIABLE, DEVICE_VARIABLE, PRECISION_VARIABLE))

    def load(self, environment: Mapping[str, str]) -> SentenceTransformersModel:
        """Load the model and compute once. Raises `KtxError` (`model-damaged`) for files that are no model."""
        _spin_shortly()
        from ktx_local_embeddings.model import load_model  # noqa: PLC0415 - seconds

        directory = MINILM.directory(environment)
        ours = MINILM.given_directory(environment) is None
        precision = wanted_precision(environment)
        try:
            return load_model(
                directory,
                name=MINILM.name if ours else directory.name or "model",
                device=environment.get(DEVICE_VARIABLE),
                precision=precision,
                keep=ours,
            )
        except KtxError:
            raise
        except Exception as error:
            said = plain_text((str(error).strip() or type(error).__name__).splitlines()[0])
            raise KtxError(
                f"the model in {directory} cannot be loaded: {said}",
                code="model-damaged",
                hint=f"run: {environment.get('KTX_PROGRAM') or 'ktx'} setup {FEATURE}"
                if ours
                else f"put the model's files there anew, or unset {MODEL_PATH_VARIABLE}",
            ) from error


def _spin_shortly() -> None:
    """Let torch's threads sleep soon while they wait for each other. OpenMP reads this once, when torch is imported.

    Left to itself a thread spins for milliseconds; where something else wants the processor it spins in the way of the
    one it waits for, and a batch takes ten times as long.
    """
    if not any(os.environ.get(name) for name in _WAITING):
        os.environ["GOMP_SPINCOUNT"] = SPIN_COUNT
