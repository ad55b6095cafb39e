"""Declares `core`. Light: nothing here imports what the feature needs."""

from ktx_core.commands import COMMANDS
from ktx_core.operations import OPERATIONS
from ktx_runtime.api import DownloadHint, Feature, SmokeCheck, hookimpl

CORE = Feature(
    name="core",
    summary="semantic queries, SQL analysis and database introspection",
    default=True,
    extras=("core",),
    download=DownloadHint(what="libraries for SQL and for serving", download_mb=6, disk_mb=24),
    operations=OPERATIONS,
    commands=COMMANDS,
    smoke_checks=(SmokeCheck(name="query", summary="a query gives the right numbers", check="ktx_core.smoke:query"),),
)


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin."""
    return (CORE,)
