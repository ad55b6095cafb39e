"""`ktx mcp` as real processes, asked by the SDK's own client over both transports."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import httpx2
import psutil
import pytest
from ktx_mcp.exact import exact
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from tests.support.environments import make_plugin_environment

PATIENCE_SECONDS = 60
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}

SOURCES = """
name: orders
table: orders
description: what was bought
grain: [id]
columns:
  - {name: id, type: number}
  - {name: amount, type: number}
  - {name: country, type: string}
  - {name: at, type: time}
  - {name: secret, type: string, visibility: hidden}
  - {name: exact, type: number}
  - {name: text, type: string}
measures:
  - {name: revenue, expr: sum(amount), description: what came in}
segments:
  - {name: large, expr: amount > 15}
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A project, and an environment with the plugin."""

    python: Path
    project: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "KTX_RUNTIME_ROOT": str(self.home / "root"),
        }

    def argv(self, *words: str) -> list[str]:
        return [str(self.python), "-I", "-m", "ktx_daemon", "run", "mcp", *words]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    environment = make_plugin_environment(tmp_path_factory.mktemp("mcp environment"))
    plugin = Path(__file__).parents[1]
    (environment.plugins / "ktx-mcp.pth").write_text("")
    packages = next(environment.directory.glob("lib/python*/site-packages"))
    (packages / "ktx_mcp.pth").write_text(f"{plugin}\n")
    info = environment.plugins / "ktx_mcp-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ktx-mcp\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[ktx.plugins]\nmcp = ktx_mcp.plugin\n")
    return environment.python


@pytest.fixture
def place(python: Path, tmp_path: Path) -> Place:
    project = tmp_path / "shöp project"
    (project / "semantic-layer" / "shop").mkdir(parents=True)
    (project / "semantic-layer" / "shop" / "orders.yaml").write_text(SOURCES, encoding="utf-8")
    (project / "ktx.yaml").write_text("connections:\n  shop: {driver: sqlite, path: shop.db}\n")
    with closing(sqlite3.connect(project / "shop.db")) as connection, connection:
        connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, amount, country, at, secret, exact, text)")
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?, 'x', ?, ?)",
            [
                (1, 10, "fr", "2026-01-05", 9007199254740993, "é"),
                (2, 20, "fr", "2026-02-05", 1, "x" * 400_000),
                (3, 30, None, "2026-02-06", 2, "z"),
            ],
        )
    home = tmp_path / "home"
    home.mkdir()
    return Place(python, project, home)


Body = Callable[[Client], Awaitable[None]]


@asynccontextmanager
async def over_stdio(place: Place, *words: str) -> AsyncIterator[Client]:
    argv = place.argv("--project-dir", str(place.project), *words)
    server = StdioServerParameters(command=argv[0], args=argv[1:], env=place.environment, cwd=str(place.home))
    async with Client(server, read_timeout_seconds=PATIENCE_SECONDS) as client:
        yield client


@contextlib.contextmanager
def serving(place: Place, *words: str, **variables: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    """A server over HTTP; what it says first, and its process."""
    process = subprocess.Popen(
        place.argv("--http", "--project-dir", str(place.project), *words),
        env=place.environment | variables,
        cwd=place.home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield json.loads(line), process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


@asynccontextmanager
async def over_http(url: str, token: str) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=PATIENCE_SECONDS) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        yield client


@pytest.fixture(params=["stdio", "http"])
def ask(request: pytest.FixtureRequest, place: Place) -> Callable[..., None]:
    """Runs a body with a client, over each transport."""
    return asker(place, request.param)


@pytest.fixture
def ask_once(place: Place) -> Callable[..., None]:
    """Runs a body with a client over stdio: where the transport makes no difference."""
    return asker(place, "stdio")


def asker(place: Place, transport: str) -> Callable[..., None]:
    def run(body: Body, *words: str) -> None:
        async def go() -> None:
            if transport == "stdio":
                async with over_stdio(place, *words) as client:
                    await body(client)
                return
            with serving(place, *words) as (told, _):
                async with over_http(told["url"], Path(told["tokenFile"]).read_text()) as client:
                    await body(client)

        anyio.run(go)

    return run


async def answered(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert result.is_error, result.structured_content
    told = (result.structured_content or {})["error"]
    assert told["code"] in result.content[0].text  # type: ignore[union-attr]
    return told


def test_a_project_is_explored_and_asked(ask: Callable[..., None]) -> None:
    async def body(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {
            "list_sources", "search_sources", "read_source", "compile_query", "explain_query", "run_query",
            "validate_model",
        }  # fmt: skip
        for tool in tools.values():
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert tool.description
            assert tool.output_schema is not None

        (source,) = (await answered(client, "list_sources"))["sources"]
        assert (source["name"], source["measures"], source["connectionId"]) == ("orders", ["revenue"], "shop")
        assert "secret" not in source["dimensions"]
        hits = await answered(client, "search_sources", text="--revenue came in")
        assert hits["hits"][0]["name"] == "orders.revenue"
        detail = await answered(client, "read_source", name="orders")
        assert detail["source"]["measures"][0]["expr"] == "sum(amount)"

        query = {"measures": ["orders.revenue"], "dimensions": ["orders.country"], "order_by": ["orders.country"]}
        compiled = await answered(client, "compile_query", **query)
        assert compiled["sql"].startswith("SELECT")
        assert [column["provenance"] for column in compiled["columns"]] == ["dimension", "verified"]
        explained = await answered(client, "explain_query", **query)
        assert any("sum" in line.lower() for line in explained["explanation"])
        rows = await answered(client, "run_query", **query)
        assert (rows["rows"], rows["truncated"], rows["rowCount"]) == ([["fr", 30], [None, 30]], False, 2)
        by_month = await answered(
            client,
            "run_query",
            measures=[{"expr": "count(orders.id)", "name": "n"}, "orders.revenue"],
            dimensions=[{"field": "orders.at", "granularity": "month"}],
            segments=["orders.large"],
            filters=["orders.amount < 100"],
            order_by=[{"field": "orders.at", "direction": "desc"}],
        )
        assert [row[1:] for row in by_month["rows"]] == [[2, 50]]
        assert (await answered(client, "validate_model"))["valid"]

        (resource,) = (await client.list_resources()).resources
        assert str(resource.uri) == "ktx://source/shop/orders"
        (content,) = (await client.read_resource(resource.uri)).contents
        assert json.loads(content.text)["source"]["name"] == "orders"  # type: ignore[union-attr]
        with pytest.raises(MCPError):
            await client.read_resource("ktx://source/shop/no-such")

    ask(body)


def test_what_is_refused_is_a_tool_error_with_code_and_hint(ask: Callable[..., None]) -> None:
    async def body(client: Client) -> None:
        unknown = await refused(client, "compile_query", measures=["orders.revenu"])
        assert unknown["code"] == "unknown-measure"
        assert "revenue" in json.dumps(unknown)
        assert (await refused(client, "read_source", name="--help"))["code"] == "source-unknown"
        assert (await refused(client, "list_sources", connection_id="--json"))["code"] == "connection-unknown"
        written = await client.call_tool(
            "run_query", {"measures": ["orders.revenue"], "filters": ["1=1; DROP TABLE x"]}
        )
        assert written.is_error
        hidden = await refused(client, "run_query", dimensions=["orders.secret"])
        assert hidden["code"] == "hidden-column"
        for arguments in ({"measurs": ["x"]}, {"measures": [{"expr": "x", "nam": "y"}]}, {"limit": -1}):
            result = await client.call_tool("run_query", arguments)
            assert result.is_error or result.structured_content is None, arguments

    ask(body)


def test_large_answers_are_cut_and_say_so(ask_once: Callable[..., None]) -> None:
    async def body(client: Client) -> None:
        two = await answered(client, "run_query", dimensions=["orders.id"], order_by=["orders.id"])
        assert (two["rows"], two["truncated"]) == ([[1], [2]], True)
        assert any(warning["code"] == "max-rows-cut" for warning in two["warnings"])
        one = await answered(client, "run_query", dimensions=["orders.id"], max_rows=1)
        assert one["rowCount"] == 1
        long = await answered(client, "run_query", dimensions=["orders.text"], order_by=["orders.text"])
        assert long["truncated"]
        assert any(warning["code"] == "bytes-cut" for warning in long["warnings"])
        assert len(json.dumps(long)) < 300_000

    ask_once(body, "--max-rows", "2")


def test_no_digit_of_a_number_is_lost(ask_once: Callable[..., None]) -> None:
    async def body(client: Client) -> None:
        found = await answered(client, "run_query", dimensions=["orders.exact"], filters=["orders.id = 1"])
        assert found["rows"] == [["9007199254740993"]]

    ask_once(body)


def test_numbers_that_clients_may_round_are_text() -> None:
    assert exact("é\udc80") == "é?"
    given = [1, 2**53 - 1, 2**53, -(2**60), 1.5, True, None, Decimal("0.10000000000000000001"), {"a": [2**70]}]
    assert exact(given) == [
        1, 2**53 - 1, str(2**53), str(-(2**60)), 1.5, True, None, "0.10000000000000000001", {"a": [str(2**70)]},
    ]  # fmt: skip


def test_many_calls_at_once_get_each_their_own_answer(ask: Callable[..., None]) -> None:
    async def body(client: Client) -> None:
        found: dict[int, Any] = {}

        async def one(number: int) -> None:
            filters = [f"orders.id = {number % 3 + 1}"]
            found[number] = (await answered(client, "run_query", measures=["orders.revenue"], filters=filters))["rows"]

        async with anyio.create_task_group() as group:
            for number in range(24):
                group.start_soon(one, number)
        assert found == {number: [[(number % 3 + 1) * 10]] for number in range(24)}

    ask(body)


def describe_endless(place: Place) -> None:
    """A source whose query never ends by itself."""
    endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n"
    text = (
        f"name: endless\nsql: {endless}\ngrain: [id]\ncolumns: [{{name: id, type: number}}]\n"
        "measures: [{name: n, expr: count(id)}]\n"
    )
    (place.project / "semantic-layer" / "shop" / "endless.yaml").write_text(text)


async def cancel_and_go_on(client: Client, server: psutil.Process) -> None:
    with anyio.move_on_after(4) as scope:
        await client.call_tool("run_query", {"measures": ["endless.n"]})
    assert scope.cancelled_caught
    # What is cancelled takes no more time of a processor.
    with anyio.fail_after(PATIENCE_SECONDS):
        busy = 1.0
        while busy > 0.1:
            before = sum(server.cpu_times()[:2])
            await anyio.sleep(0.5)
            busy = sum(server.cpu_times()[:2]) - before
    assert (await answered(client, "run_query", measures=["orders.revenue"]))["rows"] == [[60]]


def serves(child: psutil.Process, place: Place) -> bool:
    """Whether it is the server: children of other tests may be there too, living or dead."""
    try:
        return str(place.project) in child.cmdline()
    except psutil.Error:
        return False


def test_a_call_that_is_cancelled_stops_the_query_and_the_server_goes_on(place: Place) -> None:
    describe_endless(place)

    async def go() -> None:
        async with over_stdio(place, "--timeout", "3000") as client:
            (server,) = (child for child in psutil.Process().children() if serves(child, place))
            await cancel_and_go_on(client, server)

    anyio.run(go)


def test_over_http_a_call_that_is_cancelled_stops_the_query_too(place: Place) -> None:
    describe_endless(place)
    with serving(place, "--timeout", "3000") as (told, process):

        async def go() -> None:
            async with over_http(told["url"], Path(told["tokenFile"]).read_text()) as client:
                await cancel_and_go_on(client, psutil.Process(process.pid))

        anyio.run(go)


def test_a_client_that_goes_in_the_middle_of_a_query_takes_the_server_along(place: Place) -> None:
    describe_endless(place)
    call = {"name": "run_query", "arguments": {"measures": ["endless.n"]}}
    lines = [
        INITIALIZE,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
    ]
    process = subprocess.Popen(
        place.argv("--project-dir", str(place.project), "--timeout", "3000"),
        env=place.environment,
        cwd=place.home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("".join(json.dumps(line) + "\n" for line in lines))
    process.stdin.flush()
    process.stdout.readline()
    time.sleep(1)
    process.stdin.close()
    assert process.wait(PATIENCE_SECONDS) == 0
    process.stdout.close()


def test_nothing_but_the_protocol_is_on_stdout_and_the_end_of_stdin_ends_it(place: Place) -> None:
    lines = [
        INITIALIZE,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_sources", "arguments": {}}},
    ]
    process = subprocess.Popen(
        place.argv("--project-dir", str(place.project)),
        env=place.environment,
        cwd=place.home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("".join(json.dumps(line) + "\n" for line in lines) + "this is no JSON\n")
    process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for _ in range(2)]
    process.stdin.close()
    rest = process.stdout.read()
    assert process.wait(PATIENCE_SECONDS) == 0
    assert {answer.get("id") for answer in answers} | {json.loads(line).get("id") for line in rest.splitlines()} >= {
        1,
        2,
    }
    for line in rest.splitlines():
        assert json.loads(line)["jsonrpc"] == "2.0"
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()


def test_a_driver_that_is_not_installed_is_told_with_the_command_and_nothing_is_installed(
    ask_once: Callable[..., None], place: Place
) -> None:
    (place.project / "ktx.yaml").write_text("connections:\n  shop: {driver: postgres, url: 'postgresql://u:pw@h/d'}\n")
    before = sorted(path for path in place.home.rglob("*"))

    async def body(client: Client) -> None:
        told = await refused(client, "run_query", measures=["orders.revenue"])
        assert "install" in told["hint"] or "plugins add" in told["hint"]
        assert "pw" not in json.dumps(told)

    ask_once(body)
    assert sorted(path for path in place.home.rglob("*")) == before


def test_without_a_project_the_server_runs_and_tools_say_what_is_missing(
    ask_once: Callable[..., None], place: Place
) -> None:
    (place.project / "ktx.yaml").unlink()

    async def body(client: Client) -> None:
        assert (await refused(client, "list_sources"))["code"].startswith("project-")
        assert (await client.list_resources()).resources == []

    ask_once(body)


def test_over_http_nobody_comes_in_without_the_token_or_from_elsewhere(place: Place) -> None:
    with serving(place) as (told, process):
        file = Path(told["tokenFile"])
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        token = file.read_text()
        good = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
        }
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        for changed, status in (
            ({"Authorization": ""}, 401),
            ({"Authorization": f"Bearer {token}x"}, 401),
            ({"Authorization": f"Basic {token}"}, 401),
            ({"Host": "evil.example"}, 421),
            ({"Origin": "http://evil.example"}, 403),
        ):
            answer = httpx2.post(told["url"], json=ping, headers=good | changed, timeout=PATIENCE_SECONDS)
            assert answer.status_code == status, changed
            assert token not in answer.text
        assert not any(token in word for word in psutil.Process(process.pid).cmdline())
        listening = [c.laddr.ip for c in psutil.Process(process.pid).net_connections() if c.status == "LISTEN"]
        assert listening == ["127.0.0.1"]
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) in {0, 130, -signal.SIGTERM}
    assert not file.exists()


def test_a_token_of_ones_own_is_taken_and_a_weak_one_refused(place: Place) -> None:
    mine = "my-own-token-of-some-length"
    with serving(place, KTX_MCP_TOKEN=mine) as (told, _):
        assert told["tokenFile"] is None

        async def go() -> None:
            async with over_http(told["url"], mine) as client:
                assert (await answered(client, "list_sources"))["sources"]

        anyio.run(go)
    environment = place.environment | {"KTX_MCP_TOKEN": "short"}
    done = subprocess.run(
        place.argv("--http"), env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert "short" not in done.stderr.replace("shortest", "")


def test_a_port_that_is_taken_is_told(place: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = place.argv("--http", "--port", str(taken.getsockname()[1]))
        done = subprocess.run(words, env=place.environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "cannot listen" in done.stderr


def test_only_the_public_api_is_used() -> None:
    for file in (Path(__file__).parents[1] / "ktx_mcp").glob("*.py"):
        for line in file.read_text().splitlines():
            if line.startswith(("from ktx", "import ktx")):
                assert line.startswith(("from ktx_runtime.api import", "from ktx_mcp")), f"{file.name}: {line}"


def test_the_declaration_imports_no_sdk() -> None:
    code = "import sys, ktx_mcp.plugin; print('mcp' in sys.modules, 'anyio' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": f"{Path(__file__).parents[1]}{os.pathsep}{Path(__file__).parents[3]}"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
