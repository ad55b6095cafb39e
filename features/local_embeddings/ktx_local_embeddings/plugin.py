"""Declares `local-embeddings`. Light: nothing here imports what the feature needs."""

from ktx_runtime.api import Consent, Feature, hookimpl

LOCAL_EMBEDDINGS = Feature(
    name="local-embeddings",
    summary="sentence embeddings computed on this machine, without a service",
    requires=("core",),
    extras=("local-embeddings",),
    consent=Consent.SEPARATE,
    heavy=True,
)


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin."""
    return (LOCAL_EMBEDDINGS,)
