"""Serve over stdio: stdin and stdout are the protocol's alone."""

from __future__ import annotations

import anyio

from ktx_mcp.project import ProjectTools
from ktx_mcp.server import make_server


def serve_stdio(project: ProjectTools) -> int:
    """Serve until stdin ends. While it runs, whatever else is printed goes to stderr: the SDK sees to that."""
    anyio.run(make_server(project).run_stdio_async)
    return 0
