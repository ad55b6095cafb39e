"""Declares the feature `duckdb`. Imports no DuckDB."""

from ktx_runtime.api import DownloadHint, Feature, SmokeCheck, hookimpl

ktx_api_version = 1


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin: its driver is found by its entry point."""
    return (
        Feature(
            name="duckdb",
            summary="queries over DuckDB, Parquet and CSV files",
            requires=("core",),
            download=DownloadHint(what="duckdb", download_mb=21, disk_mb=73),
            smoke_checks=(
                SmokeCheck(name="duckdb-answers", summary="DuckDB runs a query", check="ktx_duckdb.smoke:answers"),
            ),
        ),
    )
