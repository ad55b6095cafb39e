"""`ktx mcp` where it is used: added to an empty runtime, started by the command line, asked by the SDK's client."""

from __future__ import annotations

import anyio
import pytest
from mcp import Client, StdioServerParameters

from tests.authors.conftest import CHECKOUT, Machine

pytestmark = pytest.mark.runtime


def test_the_demo_is_asked_by_an_agent(machine: Machine) -> None:
    machine.do("runtime", "plugins", "add", str(CHECKOUT / "plugins" / "ktx-mcp"), "--yes", "--progress", "none")
    machine.do("setup", "demo", "shop", "--yes")
    server = StdioServerParameters(
        command=str(machine.python),
        args=["-I", "-m", "ktx_runtime", "mcp", "--project-dir", "shop"],
        env=machine.environment(),
        cwd=str(machine.work),
    )

    async def ask() -> None:
        async with Client(server, read_timeout_seconds=120) as client:
            found = await client.call_tool("search_sources", {"text": "revenue"})
            assert found.structured_content is not None
            measures = [hit["name"] for hit in found.structured_content["hits"] if hit["kind"] == "measure"]
            rows = await client.call_tool("run_query", {"measures": measures[:1]})
            assert not rows.is_error, rows.content
            assert rows.structured_content is not None
            assert rows.structured_content["rowCount"] == 1

    anyio.run(ask)
