"""Proof that the SDK works where it was installed."""

from __future__ import annotations

import anyio
from mcp import Client

from ktx_mcp.project import Limits, ProjectTools
from ktx_mcp.server import make_server
from ktx_runtime.api import Capabilities


def lists_tools() -> str | None:
    """A client in this process sees the tools. None when it does, otherwise the reason."""
    names = anyio.run(_names)
    return None if "run_query" in names else f"a client sees: {', '.join(names) or 'nothing'}"


async def _names() -> list[str]:
    server = make_server(ProjectTools(Capabilities(), project=None, limits=Limits(1, 1.0)))
    async with Client(server) as client:
        return [tool.name for tool in (await client.list_tools()).tools]
