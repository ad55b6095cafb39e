"""Declares `core`. Light: nothing here imports what the feature needs."""

from ktx_runtime.api import Feature, hookimpl

from ktx_core.operations import OPERATIONS

CORE = Feature(
    name="core",
    summary="semantic queries, SQL analysis and database introspection",
    default=True,
    extras=("core",),
    operations=OPERATIONS,
)


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin."""
    return (CORE,)
