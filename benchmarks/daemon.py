"""The daemon's start, answers and memory, against floors measured in the same run.

    python benchmarks/daemon.py [--rounds 7] [--python PYTHON]

Prints a table of figures with the bound that each must keep. Needs the dependency group `bench`. PYTHON is the
interpreter of a managed generation (`ktx runtime status` names it), as users have one; without it the daemon is the
checkout's, which has to ask all plugins what they declare at every start.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from figures import ENVIRONMENT, Figure, interleaved, percentile, report, seconds_of, timed

from ktx_runtime.daemon.client import get_health
from ktx_runtime.daemon.judgement import Wanted
from ktx_runtime.daemon.record import DaemonRecord
from ktx_runtime.daemon.spawn import DaemonProgram
from ktx_runtime.daemon.supervisor import DaemonPaths, ensure_daemon, stop_running
from ktx_runtime.version import VERSION
from semantic_layer import compile_query

QUERY = {
    "sources": [
        {
            "name": "orders",
            "table": "orders",
            "grain": ["id"],
            "columns": [
                {"name": "id", "type": "number"},
                {"name": "status", "type": "string"},
                {"name": "amount", "type": "number"},
            ],
            "measures": [{"name": "revenue", "expr": "sum(amount)"}],
        }
    ],
    "query": {"measures": ["orders.revenue"], "dimensions": ["orders.status"]},
}
FLOOR = [sys.executable, "-I", "-c", "import fastapi, uvicorn, sqlglot"]


def main() -> int:
    """Measure, print, and return 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--python", type=Path, default=Path(sys.executable))
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        return report(measure(Path(directory), words.rounds, words.python))


def measure(directory: Path, rounds: int, python: Path) -> list[Figure]:
    """The figures, one after another."""
    paths = DaemonPaths(directory, directory / "logs")
    start, floor = interleaved(lambda: healthy_after(paths, python), lambda: seconds_of(FLOOR), rounds)
    rows = [Figure("cold start to healthy / import fastapi, uvicorn, sqlglot", start / floor, 0.6)]
    record = start_daemon(paths, python)
    try:
        ask(record)
        rows.append(Figure("idle memory, MB", psutil.Process(record.pid).memory_info().rss / 1e6, 90))
        over_http, in_process = interleaved(lambda: timed(lambda: ask(record)), compile_here(), rounds * 20)
        rows.append(Figure("semantic-query over HTTP, ms more than in process", (over_http - in_process) * 1e3, 2))
        rows.append(Figure("/health p99 while all workers compile, ms", health_under_load(record) * 1e3, 20))
        rows.append(Figure("of 50 requests at once, lost", 50.0 - answered_of(record, 50), 0))
    finally:
        stop_running(paths, now=str)
    return rows


def start_daemon(paths: DaemonPaths, python: Path) -> DaemonRecord:
    program = DaemonProgram(python, ("-I", "-m", "ktx_daemon", "serve-http", "--port", "0"), paths.directory, VERSION)
    wanted = Wanted(VERSION, generation_of(python), frozenset())
    running = ensure_daemon(paths, program, wanted, environment=ENVIRONMENT, now=str)
    return running.record


def generation_of(python: Path) -> str:
    """Its generation's id; none is a checkout's."""
    home = python.parents[2]
    return home.name if home.parent.name == "generations" else ""


def healthy_after(paths: DaemonPaths, python: Path) -> float:
    taken = timed(lambda: start_daemon(paths, python))
    stop_running(paths, now=str)
    return taken


def ask(record: DaemonRecord) -> None:
    connection = http.client.HTTPConnection(record.host, record.port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {record.token}"}
    connection.request("POST", "/semantic-layer/query", json.dumps(QUERY), headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise SystemExit(body.decode())


def compile_here() -> Callable[[], float]:

    def once() -> float:
        return timed(lambda: compile_query(QUERY["sources"], QUERY["query"]))  # type: ignore[arg-type]

    return once


def health_under_load(record: DaemonRecord) -> float:
    """The 99th percentile of 300 answers, in seconds, while eight clients ask for distinct compilations."""
    until = time.monotonic() + 4
    taken = []
    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(keep_asking, record, until)
        time.sleep(0.3)
        while time.monotonic() < until and len(taken) < 300:
            taken.append(timed(lambda: get_health(record)))
            time.sleep(0.005)
    return percentile(taken, 0.99)


def keep_asking(record: DaemonRecord, until: float) -> None:
    while time.monotonic() < until:
        ask(record)


def answered_of(record: DaemonRecord, count: int) -> float:
    with ThreadPoolExecutor(count) as pool:
        return float(len(list(pool.map(lambda _: ask(record), range(count)))))


if __name__ == "__main__":
    raise SystemExit(main())
