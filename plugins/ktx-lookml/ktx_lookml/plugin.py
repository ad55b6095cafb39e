"""Declares the feature `lookml` and its operation. Imports neither lkml nor sqlglot."""

from ktx_runtime.api import DownloadHint, Feature, Operation, SmokeCheck, hookimpl

ktx_api_version = 1

PARSE = Operation(
    name="lookml-parse",
    path="/lookml/parse",
    summary="turn LookML views and explores into sources and joins",
    request="ktx_lookml.wire:ParseRequest",
    response="ktx_lookml.wire:ParseResponse",
    handler="ktx_lookml.handler:parse",
    timeout_seconds=120.0,
    concurrency=2,
    max_body_bytes=64 * 1024 * 1024,
)


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin."""
    return (
        Feature(
            name="lookml",
            summary="LookML projects, turned into sources of a semantic layer",
            requires=("core",),
            download=DownloadHint(what="lkml", download_mb=0.1, disk_mb=0.2),
            operations=(PARSE,),
            smoke_checks=(
                SmokeCheck(name="lookml-parses", summary="a view is understood", check="ktx_lookml.smoke:parses"),
            ),
        ),
    )
