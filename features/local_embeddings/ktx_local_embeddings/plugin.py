"""Declares `local-embeddings`. Light: nothing here imports what the feature needs."""

from ktx_runtime.api import Consent, DownloadHint, Feature, hookimpl

LOCAL_EMBEDDINGS = Feature(
    name="local-embeddings",
    summary="the libraries for sentence embeddings on this machine; it has no operations yet",
    requires=("core",),
    extras=("local-embeddings",),
    consent=Consent.SEPARATE,
    # Linux x86-64, Python 3.11, torch 2.13 for the CPU: the wheels together, and what they unpack to.
    download=DownloadHint(what="torch for the CPU and sentence-transformers", download_mb=295, disk_mb=1000),
    heavy=True,
)


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin."""
    return (LOCAL_EMBEDDINGS,)
