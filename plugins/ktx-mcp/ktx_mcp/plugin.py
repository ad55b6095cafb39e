"""Declares the feature `mcp`. Imports nothing of the protocol's SDK."""

from ktx_runtime.api import Command, DownloadHint, Feature, SmokeCheck, hookimpl

ktx_api_version = 1


@hookimpl
def ktx_features() -> tuple[Feature, ...]:
    """The one feature of this plugin."""
    return (
        Feature(
            name="mcp",
            summary="a server for agents (Model Context Protocol)",
            requires=("core",),
            download=DownloadHint(what="the protocol's SDK", download_mb=10, disk_mb=35),
            commands=(
                Command(
                    name="mcp",
                    summary="serve a project to agents, over stdio or HTTP",
                    handler="ktx_mcp.command:run",
                ),
            ),
            smoke_checks=(
                SmokeCheck(
                    name="mcp-lists-tools", summary="a client sees the tools", check="ktx_mcp.smoke:lists_tools"
                ),
            ),
        ),
    )
