"""A command runs inside the daemon as if it ran where the client is."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from ktx_runtime.daemon.client import get_health
from tests.daemon.client import Client
from tests.support.waiting import wait_until


def run(client: Client, *arguments: str, cwd: str = "/", **more: object) -> list[dict[str, Any]]:
    reply = client.ask("/commands/run", {"arguments": arguments, "workingDirectory": cwd, **more})
    assert reply.status == 200, reply.text
    return [json.loads(line) for line in reply.text.splitlines()]


def test_the_clients_directory_environment_terminal_and_words_count(shared: Client, tmp_path: Path) -> None:
    lines = run(
        shared,
        "probe",
        "echo",
        "--month",
        "jänner",
        cwd=str(tmp_path),
        environment={"ONLY": "this"},
        terminal={"width": 123, "stdoutIsTerminal": True},
        program="npx @kaelio/ktx",
    )
    assert lines[0] == {"stderr": "progress\n"}
    assert lines[-1] == {"exit": 7}
    said = json.loads("".join(line.get("stdout", "") for line in lines))
    assert said == {
        "arguments": ["--month", "jänner"],
        "cwd": str(tmp_path),
        "environment": {"ONLY": "this"},
        "width": 123,
        "color": True,
        "program": "npx @kaelio/ktx",
        "mode": "daemon",
    }


def test_data_and_messages_arrive_in_the_order_of_writing(shared: Client) -> None:
    assert run(shared, "probe", "in-turn") == [{"stdout": "one"}, {"stderr": "two"}, {"stdout": "three"}, {"exit": 0}]


def test_an_expected_failure_is_worded_and_has_its_exit_code(shared: Client) -> None:
    lines = run(shared, "probe", "complain")
    shown = "".join(line.get("stderr", "") for line in lines)
    assert "it cannot be done" in shown
    assert "do something else" in shown
    assert lines[-1] == {"exit": 1}


def test_a_command_that_ends_its_process_ends_only_itself(shared: Client) -> None:
    assert run(shared, "probe", "leave", "5") == [{"exit": 5}]
    assert run(shared, "probe", "leave") == [{"stderr": "enough\n"}, {"exit": 1}]


def test_a_command_that_reads_stdin_is_sent_back_before_it_has_done_anything(shared: Client) -> None:
    assert run(shared, "probe", "ask") == [{"elsewhere": "it reads stdin"}]


def test_a_command_that_does_not_allow_it_is_refused(shared: Client) -> None:
    reply = shared.ask("/commands/run", {"arguments": ["probe", "own"], "workingDirectory": "/"})
    assert (reply.status, reply.body["error"]["code"]) == (409, "not-in-daemon")


def test_an_unknown_command_is_refused(shared: Client) -> None:
    reply = shared.ask("/commands/run", {"arguments": ["prob"], "workingDirectory": "/"})
    assert reply.status >= 400


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"\xff",
        b'{"arguments": [], "workingDirectory": "/"}',
        b'{"arguments": ["x"], "workingDirectory": "."}',
    ],
)
def test_a_bad_request_is_refused(shared: Client, body: bytes) -> None:
    assert shared.ask("/commands/run", body).status == 400


def test_the_token_is_wanted(shared: Client) -> None:
    body = {"arguments": ["probe", "echo"], "workingDirectory": "/"}
    assert shared.ask("/commands/run", body, headers={"Authorization": None}).status == 401


def test_much_output_arrives_whole_and_in_order(shared: Client) -> None:
    lines = run(shared, "probe", "flood")
    text = "".join(line.get("stdout", "") for line in lines)
    assert [int(row.split()[0]) for row in text.splitlines()] == list(range(200_000))
    assert lines[-1] == {"exit": 0}


def open_command(client: Client, *arguments: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", client.record.port, timeout=60)
    body = json.dumps({"arguments": arguments, "workingDirectory": "/"})
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {client.record.token}"}
    connection.request("POST", "/commands/run", body, headers)
    return connection


def test_a_client_that_leaves_interrupts_its_command(shared: Client, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    connection = open_command(shared, "probe", "spin", str(witness))
    response = connection.getresponse()
    assert json.loads(response.readline()) == {"stderr": "spinning\n"}
    assert connection.sock is not None
    connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()
    response.close()
    wait_for(witness)
    wait_until_idle(shared)


def test_a_command_whose_client_left_before_it_began_is_never_run(shared: Client, tmp_path: Path) -> None:
    """A launcher that finds the daemon hung runs the command itself: one that wakes up must not run it once more."""
    pid, file = shared.record.pid, tmp_path / "copies"
    os.kill(pid, signal.SIGSTOP)
    try:
        for number in range(20):
            open_command(shared, "probe", "touch", f"{file}.{number}").close()
    finally:
        os.kill(pid, signal.SIGCONT)
    run(shared, "probe", "touch", str(file))
    wait_until_idle(shared)
    assert [path.name for path in tmp_path.iterdir()] == ["copies"]


def test_a_client_that_leaves_ends_a_query_that_does_not_come_back_to_python(shared: Client, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    connection = open_command(shared, "probe", "query", str(witness))
    wait_for(tmp_path / "witness.begun")
    connection.close()
    wait_for(witness)
    wait_until_idle(shared)


def test_a_client_that_does_not_read_holds_nobody_up_and_leaves_nothing_behind(shared: Client) -> None:
    connection = open_command(shared, "probe", "flood")
    time.sleep(0.5)
    assert run(shared, "probe", "echo")[-1] == {"exit": 7}
    assert get_health(shared.record, timeout_seconds=60).body["activeRequests"] == 1
    connection.close()
    wait_until_idle(shared)


def wait_for(file: Path) -> None:
    wait_until(file.exists, what=file.name)


def wait_until_idle(client: Client) -> None:
    wait_until(lambda: get_health(client.record, timeout_seconds=60).body["activeRequests"] == 0)
