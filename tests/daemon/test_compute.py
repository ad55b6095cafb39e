"""What computes for long does so in processes of the daemon's, which may be lost without loss to others."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from ktx_runtime.daemon.client import get_health, post
from ktx_runtime.daemon.stop import How
from ktx_runtime.daemon.supervisor import stop_running
from tests.daemon.client import Client
from tests.daemon.conftest import Daemons
from tests.support.waiting import PATIENCE_SECONDS, wait_until


def spinning(client: Client, witness: Path) -> tuple[socket.socket, int]:
    """Let a process compute for ever: the connection that waits for it, and its pid."""
    body = json.dumps({"text": f"spin {witness}"}).encode()
    connection = socket.create_connection(("127.0.0.1", client.record.port), timeout=PATIENCE_SECONDS)
    head = f"POST /probe/crunch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {client.record.token}\r\n"
    length = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall((head + length).encode() + body)
    return connection, pid_in(witness)


def pid_in(witness: Path) -> int:
    wait_until(lambda: witness.exists() and witness.read_text())
    return int(witness.read_text())


def wait_until_ended(pid: int) -> None:
    wait_until(lambda: is_ended(pid), what=f"the end of process {pid}")


def is_ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_process_is_made_once_and_kept(shared: Client) -> None:
    replies = [shared.ask("/probe/crunch", {"text": "hé"}) for _ in range(3)]
    assert {(reply.status, reply.body["text"]) for reply in replies} == {(200, "hé")}
    (pid,) = {reply.body["pid"] for reply in replies}
    assert psutil.Process(pid).ppid() == shared.record.pid


def test_refusals_and_failures_are_told_as_if_they_came_from_the_daemon_itself(shared: Client) -> None:
    refused = shared.ask("/probe/crunch", {"text": "refuse"})
    assert (refused.status, refused.body["error"]["code"], refused.body["error"]["hint"]) == (
        400, "no-good", "ask otherwise",
    )  # fmt: skip
    misshapen = shared.ask("/probe/crunch", {"nothing": 1})
    assert (misshapen.status, misshapen.body["detail"][0]["loc"]) == (422, ["nothing"])
    failed = shared.ask("/probe/crunch", {"text": "fail hunter2"})
    assert (failed.status, failed.body["error"]["code"]) == (500, "unexpected")
    assert "hunter2" not in failed.text
    Path(failed.body["error"]["hint"].rpartition(": ")[2]).unlink()


def test_a_process_that_dies_costs_its_own_request_and_no_other(shared: Client) -> None:
    with ThreadPoolExecutor(2) as pool:
        others = pool.submit(
            lambda: [shared.ask("/probe/crunch", {"text": str(number), "seconds": 0.1}) for number in range(12)]
        )
        deaths = [shared.ask("/probe/crunch", {"text": "die"}) for _ in range(4)]
    assert {(reply.status, reply.body["error"]["code"]) for reply in deaths} == {(500, "process-died")}
    assert [reply.body.get("text") for reply in others.result()] == [str(number) for number in range(12)]
    assert get_health(shared.record, timeout_seconds=60).body["activeRequests"] == 0


def test_a_process_is_ended_when_the_time_of_its_request_is_up(shared: Client, tmp_path: Path) -> None:
    answers = []
    request = {"text": f"spin {tmp_path / 'witness'}"}
    asking = threading.Thread(target=lambda: answers.append(shared.ask("/probe/crunch-briefly", request)))
    asking.start()
    wait_until_ended(pid_in(tmp_path / "witness"))
    asking.join()
    assert (answers[0].status, answers[0].body["error"]["code"]) == (500, "operation-timeout")
    assert shared.ask("/probe/crunch", {"text": "x"}).status == 200


def test_a_process_is_ended_when_its_client_leaves(shared: Client, tmp_path: Path) -> None:
    connection, pid = spinning(shared, tmp_path / "witness")
    connection.close()
    wait_until_ended(pid)
    assert shared.ask("/probe/crunch", {"text": "x"}).status == 200


def test_a_request_is_computed_by_several_at_once_and_answered_as_one(shared: Client) -> None:
    texts = [f"text {number}" for number in range(6)]
    pairs = shared.ask("/probe/tell", {"texts": texts}).body["pids"]
    assert [text for text, _ in pairs] == texts
    assert len({pid for _, pid in pairs}) == min(2, os.cpu_count() or 1)
    small = shared.ask("/probe/tell", {"texts": ["a"]}).body["pids"]
    assert small == [["a", shared.record.pid]]


def test_a_part_that_dies_fails_the_request_and_the_next_is_answered(shared: Client) -> None:
    dead = shared.ask("/probe/tell", {"texts": ["one", "two", "three", "die"]})
    assert (dead.status, dead.body["error"]["code"]) == (500, "process-died")
    assert shared.ask("/probe/tell", {"texts": ["one", "two", "three", "four"]}).status == 200


def test_no_process_outlives_a_daemon_that_is_killed(daemons: Daemons, tmp_path: Path) -> None:
    record = daemons.ensure().record
    connection, pid = spinning(Client(record), tmp_path / "witness")
    with connection:
        os.kill(record.pid, signal.SIGKILL)
        wait_until_ended(pid)


def test_a_stop_waits_for_a_process_that_computes_and_leaves_none(daemons: Daemons) -> None:
    record = daemons.ensure().record
    pid = post(record, "/probe/crunch", {"text": "x"}, timeout_seconds=PATIENCE_SECONDS).body["pid"]
    answers = []

    def ask() -> None:
        answers.append(post(record, "/probe/crunch", {"seconds": 1.5}, timeout_seconds=PATIENCE_SECONDS))

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: get_health(record, timeout_seconds=60).body["activeRequests"])
    assert stop_running(daemons.paths, now=str) is How.REQUEST
    asking.join()
    assert answers[0].status == 200
    wait_until_ended(pid)
