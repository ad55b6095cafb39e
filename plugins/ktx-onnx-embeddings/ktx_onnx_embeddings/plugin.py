"""Declares the feature `onnx-embeddings`. Imports no ONNX runtime."""

from ktx_onnx_embeddings.model_files import MINILM
from ktx_runtime.api import DownloadHint, Feature, SmokeCheck, hookimpl

ktx_api_version = 1


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin: its backend is found by its entry point."""
    return (
        Feature(
            name="onnx-embeddings",
            summary="embeddings computed on this machine without torch, with all-MiniLM-L6-v2",
            requires=("embeddings",),
            download=DownloadHint(what="the ONNX runtime and the model", download_mb=140, disk_mb=290),
            smoke_checks=(
                SmokeCheck(
                    name="onnx-vectors",
                    summary="the ONNX runtime and the model give the right vector",
                    check="ktx_onnx_embeddings.smoke:vectors",
                    timeout_seconds=120,
                ),
            ),
            prefetch=(MINILM,),
        ),
    )
