"""The backend `onnx`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ktx_onnx_embeddings.model_files import MINILM, MODEL_PATH_VARIABLE, TOKENIZER, WEIGHTS
from ktx_runtime.api import BackendMissing, KtxError, UsageError, heeded, plain_text

if TYPE_CHECKING:
    from ktx_onnx_embeddings.model import OnnxModel

PRECISION_VARIABLE = "KTX_EMBEDDING_PRECISION"
PRECISIONS = ("float32", "int8")


class OnnxBackend:
    """all-MiniLM-L6-v2 and no other model: the graph refers to places in its file of weights."""

    def missing(self, environment: Mapping[str, str]) -> BackendMissing | None:
        """The libraries, or the model's files."""
        absent = [name for name in ("onnxruntime", "tokenizers") if find_spec(name) is None]
        if absent:
            return BackendMissing(f"{' and '.join(absent)} are not installed", install="onnx-embeddings")
        directory = MINILM.directory(environment)
        if all((directory / name).is_file() for name in (WEIGHTS, TOKENIZER)):
            return None
        program = environment.get("KTX_PROGRAM") or "ktx"
        return BackendMissing(
            f"there is no model in {directory}",
            hint=f"run: {program} runtime install --feature onnx-embeddings --force",
        )

    def settings(self, environment: Mapping[str, str]) -> Mapping[str, str]:
        """Where the model is, and how precise its weights are."""
        return heeded(environment, (MODEL_PATH_VARIABLE, PRECISION_VARIABLE))

    def load(self, environment: Mapping[str, str]) -> OnnxModel:
        """Load the model and compute once. Raises `KtxError` (`model-damaged`, `model-not-supported`)."""
        from ktx_onnx_embeddings.model import OnnxModel, demand_weights  # noqa: PLC0415 - the runtime

        precision = environment.get(PRECISION_VARIABLE, "").strip().lower() or PRECISIONS[0]
        if precision not in PRECISIONS:
            raise UsageError(
                f"{PRECISION_VARIABLE} names no precision of the backend onnx: {plain_text(precision)}",
                hint=f"it has: {', '.join(PRECISIONS)}",
            )
        directory = MINILM.directory(environment)
        demand_weights(directory / WEIGHTS)
        try:
            return OnnxModel(directory, precision=precision)
        except Exception as error:
            said = plain_text((str(error).strip() or type(error).__name__).splitlines()[0])
            program = environment.get("KTX_PROGRAM") or "ktx"
            raise KtxError(
                f"the model in {directory} cannot be loaded: {said}",
                code="model-damaged",
                hint=f"run: {program} runtime install --feature onnx-embeddings --force",
            ) from error
