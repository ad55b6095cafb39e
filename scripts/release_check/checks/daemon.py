"""The daemon, from the outside."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

from scripts.release_check.bench import Bench
from scripts.release_check.check import CheckFailed, require
from scripts.release_check.checks.first_run import demo_of

SECONDS = 60
"""Until a process that was told to end is gone."""


def the_daemon(bench: Bench) -> str:
    """One is started, answers, is used again and by commands, wants its token, and is gone when it is told to go."""
    machine = bench.prepared
    first = machine.ktx("runtime", "start", "--yes", "--json").json()["daemon"]
    health = call_daemon(first, "GET", "/health")
    require(health == (200, "healthy"), f"/health answers {health}")
    status, _ = call_daemon(first, "POST", "/semantic-layer/validate")
    require(status == 401, f"without its token it answers {status}")
    again = machine.ktx("runtime", "start", "--yes", "--json").json()
    require(again["reused"] and again["daemon"]["pid"] == first["pid"], "a second start made a second daemon")
    listed = machine.ktx("sl", "list", "--json", "--project-dir", str(demo_of(machine))).json()
    require(listed["ok"], "a command beside the daemon failed")
    machine.ktx("runtime", "stop")
    until = time.monotonic() + SECONDS
    while is_listening(first):
        require(time.monotonic() < until, f"process {first['pid']} still listens")
        time.sleep(0.1)
    require(not machine.ktx("runtime", "status", "--json").json().get("daemon"), "status still tells of it")
    return f"port {first['port']}, reused, stopped"


def call_daemon(record: dict[str, Any], method: str, path: str) -> tuple[int, str | None]:
    """Status, and what the answer says of its own."""
    connection = http.client.HTTPConnection(record["host"], record["port"], timeout=30)
    try:
        body, headers = ("{}", {"Content-Type": "application/json"}) if method == "POST" else (None, {})
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()).get("status")
    except OSError as error:
        raise CheckFailed(f"the daemon does not answer: {error}") from None
    finally:
        connection.close()


def is_listening(record: dict[str, Any]) -> bool:
    try:
        call_daemon(record, "GET", "/health")
    except CheckFailed:
        return False
    return True
