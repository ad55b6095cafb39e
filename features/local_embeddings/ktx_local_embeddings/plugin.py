"""Declares `local-embeddings`. Light: nothing here imports what the feature needs."""

from ktx_local_embeddings.model_files import MINILM
from ktx_runtime.api import Command, Consent, DownloadHint, Feature, SmokeCheck, hookimpl

LOCAL_EMBEDDINGS = Feature(
    name="local-embeddings",
    summary="embeddings computed on this machine, with torch and all-MiniLM-L6-v2",
    requires=("embeddings",),
    extras=("local-embeddings",),
    consent=Consent.SEPARATE,
    # Linux x86-64, Python 3.11, torch 2.13 for the CPU: the wheels and the model, and what they unpack to.
    download=DownloadHint(what="torch for the CPU, sentence-transformers and the model", download_mb=386, disk_mb=1215),
    commands=(
        Command(
            name="setup local-embeddings",
            summary="install what computes embeddings on this machine, and see that it works",
            handler="ktx_local_embeddings.setup:run",
            answers="ktx_local_embeddings.answers:SETUP",
        ),
    ),
    smoke_checks=(
        SmokeCheck(
            name="vectors",
            summary="torch and the model give the right vector",
            check="ktx_local_embeddings.smoke:vectors",
            timeout_seconds=300,
        ),
    ),
    prefetch=(MINILM,),
)


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin."""
    return (LOCAL_EMBEDDINGS,)
