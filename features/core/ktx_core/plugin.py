"""Declares `core`. Light: nothing here imports what the feature needs."""

from ktx_core.commands import COMMANDS
from ktx_core.operations import OPERATIONS
from ktx_runtime.api import Feature, hookimpl

CORE = Feature(
    name="core",
    summary="semantic queries, SQL analysis and database introspection",
    default=True,
    extras=("core",),
    operations=OPERATIONS,
    commands=COMMANDS,
)


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin."""
    return (CORE,)
