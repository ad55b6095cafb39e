"""The backend `sentence-transformers`: torch, on whatever device there is."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ktx_local_embeddings.model_files import MINILM, MODEL_PATH_VARIABLE
from ktx_runtime.api import BackendMissing, KtxError, UsageError, heeded, near_names, plain_text

if TYPE_CHECKING:
    from ktx_local_embeddings.model import SentenceTransformersModel

DEVICE_VARIABLE = "KTX_EMBEDDING_DEVICE"
PRECISION_VARIABLE = "KTX_EMBEDDING_PRECISION"
PRECISIONS = ("float32", "bfloat16")
FEATURE = "local-embeddings"
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
        from ktx_local_embeddings.model import load_model  # noqa: PLC0415 - seconds

        directory = MINILM.directory(environment)
        name = MINILM.name if MINILM.given_directory(environment) is None else _name_of(directory)
        precision = _precision(environment)
        try:
            return load_model(directory, name=name, device=environment.get(DEVICE_VARIABLE), precision=precision)
        except KtxError:
            raise
        except Exception as error:
            said = plain_text((str(error).strip() or type(error).__name__).splitlines()[0])
            raise KtxError(
                f"the model in {directory} cannot be loaded: {said}",
                code="model-damaged",
                hint=f"run: {environment.get('KTX_PROGRAM') or 'ktx'} setup {FEATURE}",
            ) from error


def _name_of(directory: Path) -> str:
    return directory.name or "model"


def _precision(environment: Mapping[str, str]) -> str:
    wanted = environment.get(PRECISION_VARIABLE, "").strip().lower() or PRECISIONS[0]
    if wanted not in PRECISIONS:
        near = near_names(wanted, PRECISIONS) or PRECISIONS
        raise UsageError(
            f"{PRECISION_VARIABLE} names no precision: {plain_text(wanted)}", hint=f"did you mean {' or '.join(near)}?"
        )
    return wanted
