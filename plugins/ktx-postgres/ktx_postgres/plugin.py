"""Declares the feature `postgres`. Imports no psycopg."""

from ktx_runtime.api import DownloadHint, Feature, SmokeCheck, hookimpl

ktx_api_version = 1


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin: its driver is found by its entry point."""
    return (
        Feature(
            name="postgres",
            summary="queries over PostgreSQL",
            requires=("core",),
            download=DownloadHint(what="psycopg and libpq", download_mb=5, disk_mb=16),
            smoke_checks=(
                SmokeCheck(
                    name="postgres-client",
                    summary="PostgreSQL's client library loads",
                    check="ktx_postgres.smoke:loads",
                ),
            ),
        ),
    )
