"""Commands that are interrupted at any moment leave nothing behind for those that come after: no lock, no half."""

from __future__ import annotations

import json
import random
import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ktx_runtime.daemon.client import get_health
from tests.daemon.conftest import Daemons
from tests.support.waiting import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.deep

SOURCE = """\
name: orders
table: orders
grain: [id]
columns: [{name: id, type: number}, {name: status, type: string}, {name: amount, type: number}]
measures: [{name: revenue, expr: sum(amount)}]
"""
INTERRUPTIONS = 300


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "semantic-layer" / "shop").mkdir(parents=True)
    (tmp_path / "semantic-layer" / "shop" / "orders.yaml").write_text(SOURCE)
    (tmp_path / "ktx.yaml").write_text("connections: {shop: {driver: sqlite, path: shop.db}}\n")
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("CREATE TABLE orders (id INTEGER, status TEXT, amount INTEGER)")
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", [(n, f"s{n % 7}", n) for n in range(20_000)])
    connection.commit()
    connection.close()
    return tmp_path


def test_hundreds_of_interruptions_at_any_moment_spoil_nothing(daemons: Daemons, project: Path) -> None:
    record = daemons.ensure().record
    moments = random.Random("soak")  # noqa: S311 - moments, not secrets

    def opened(limit: int) -> socket.socket:
        # Another query each time: nothing of it is known, so it is compiled and kept.
        words = ["sl", "query", "--measure", "orders.revenue", "--dimension", "orders.status", "--execute"]
        request = {"arguments": [*words, "--limit", str(limit), "--json"], "workingDirectory": str(project)}
        body = json.dumps(request).encode()
        head = (
            f"POST /commands/run HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {record.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection = socket.create_connection(("127.0.0.1", record.port), timeout=PATIENCE_SECONDS)
        connection.sendall(head.encode() + body)
        return connection

    def interrupt(number: int, delay: float) -> None:
        with opened(1000 + number):
            time.sleep(delay)

    def answer(limit: int) -> list[list[object]]:
        with opened(limit) as connection:
            received = b""
            while piece := connection.recv(65536):
                received += piece
        lines = [json.loads(line) for line in received.partition(b"\r\n\r\n")[2].splitlines()]
        assert lines[-1] == {"exit": 0}, lines
        rows: list[list[object]] = json.loads("".join(line.get("stdout", "") for line in lines))["rows"]
        return rows

    before = answer(100)
    with ThreadPoolExecutor(4) as pool:
        delays = [moments.uniform(0, 0.08) for _ in range(INTERRUPTIONS)]
        list(pool.map(interrupt, range(INTERRUPTIONS), delays))
    wait_until(lambda: get_health(record, timeout_seconds=PATIENCE_SECONDS).body["activeRequests"] == 0)
    # Some that were interrupted, asked again, and one that is new.
    with ThreadPoolExecutor(4) as pool:
        for rows in pool.map(answer, [*range(1000, 1000 + INTERRUPTIONS, 10), 5000]):
            assert rows == before
    assert daemons.living() == [record.pid]
