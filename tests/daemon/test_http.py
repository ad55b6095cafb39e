"""What the daemon answers to those who mean well, and to those who do not."""

from __future__ import annotations

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ktx_runtime.daemon.client import get_health
from tests.daemon.client import Client
from tests.support.waiting import wait_until


def test_an_operation_of_a_strangers_plugin_has_its_route(shared: Client) -> None:
    reply = shared.ask("/probe/sleep", {"text": "hé"})
    assert (reply.status, reply.body["text"]) == (200, "hé")
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": None},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic {token}"},
        {"Authorization": "{token}"},
        {"Authorization": "Bearer {token}x"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer \xff"},
    ],
)
@pytest.mark.parametrize("path", ["/probe/sleep", "/shutdown", "/openapi.json", "/nowhere"])
def test_without_the_right_token_nothing_is_told(shared: Client, path: str, headers: dict[str, str | None]) -> None:
    filled = {name: value and value.replace("{token}", shared.record.token) for name, value in headers.items()}
    reply = shared.ask(path, headers=filled)
    assert reply.status == 401
    assert reply.body["error"]["code"] == "unauthorized"
    assert get_health(shared.record, timeout_seconds=60).status == 200


def test_a_token_in_the_address_is_refused(shared: Client) -> None:
    reply = shared.ask(f"/probe/sleep?token={shared.record.token}", headers={"Authorization": None})
    assert (reply.status, reply.body["error"]["code"]) == (401, "token-in-url")
    assert shared.record.token not in reply.text


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "127.0.0.1@evil.example", "", "[::1", "127.0.0.2"]
)
def test_a_rebound_name_is_refused(shared: Client, host: str) -> None:
    reply = shared.ask("/health", method="GET", headers={"Host": host.replace("{port}", str(shared.record.port))})
    assert (reply.status, reply.body["error"]["code"]) == (403, "foreign-host")


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "127.0.0.1"])
def test_its_own_names_are_answered(shared: Client, host: str) -> None:
    headers = {"Host": host.replace("{port}", str(shared.record.port))}
    assert shared.ask("/health", method="GET", headers=headers).status == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost:1", "https://localhost:{port}", "http://localhost.evil.example"],
)
def test_a_page_of_another_origin_is_refused(shared: Client, origin: str) -> None:
    headers = {"Origin": origin.replace("{port}", str(shared.record.port))}
    reply = shared.ask("/probe/sleep", headers=headers)
    assert (reply.status, reply.body["error"]["code"]) == (403, "foreign-origin")
    assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid-json"),
        (b"{", 400, "invalid-json"),
        (b"[]", 400, "invalid-json"),
        (b"\xff\xfe{}", 400, "invalid-json"),
        (b'{"seconds": NaN}', 400, "invalid-json"),
        (b"[" * 100_000, 400, "invalid-json"),
        (b'{"a":' * 100_000, 400, "invalid-json"),
        (b'{"text": "' + b"x" * 64_000_000 + b'"}', 413, "body-too-large"),
        (b'{"secret-key-name": "secret-value"}', 422, "request-invalid"),
        (b'{"seconds": "secret-value"}', 422, "request-invalid"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else str(value),
)
def test_a_bad_body_is_refused_in_the_shape_of_the_contract_and_not_repeated(
    shared: Client, body: bytes, status: int, code: str
) -> None:
    reply = shared.ask("/probe/sleep", body)
    assert (reply.status, reply.body["error"]["code"]) == (status, code)
    assert set(reply.body) == {"detail", "error"}
    assert set(reply.body["error"]) == {"code", "message", "hint"}
    assert isinstance(reply.body["detail"], list if status == 422 else str)
    assert "secret-value" not in reply.text


def test_a_wrong_shape_names_each_place(shared: Client) -> None:
    detail = shared.ask("/probe/sleep", {"seconds": "x", "more": 1}).body["detail"]
    assert {tuple(problem["loc"]) for problem in detail} == {("seconds",), ("more",)}
    assert all(set(problem) == {"type", "loc", "msg"} for problem in detail)


def test_a_refusal_carries_its_code_and_no_escape_codes(shared: Client) -> None:
    reply = shared.ask("/probe/refuse")
    assert reply.status == 400
    assert reply.body["error"] == {"code": "no-good", "message": "no good", "hint": "ask otherwise"}


def test_an_unexpected_failure_names_its_log_and_not_its_text(shared: Client) -> None:
    reply = shared.ask("/probe/fail", {"text": "hunter2"})
    assert (reply.status, reply.body["error"]["code"]) == (500, "unexpected")
    assert "hunter2" not in reply.text
    log = Path(reply.body["error"]["hint"].rpartition(": ")[2])
    assert "RuntimeError" in log.read_text()
    log.unlink()


def test_an_operation_that_wants_to_end_the_process_fails_alone(shared: Client) -> None:
    reply = shared.ask("/probe/exit-process", {"text": "enough"})
    assert (reply.status, reply.body["error"]["code"]) == (500, "unexpected")
    Path(reply.body["error"]["hint"].rpartition(": ")[2]).unlink()
    assert get_health(shared.record, timeout_seconds=60).status == 200


def test_a_feature_that_is_not_installed_answers_with_the_command_that_installs_it(shared: Client) -> None:
    reply = shared.ask("/probe/absent")
    assert reply.status == 501
    assert reply.body["error"]["hint"] == "run: ktx runtime install --feature absent"


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/nowhere", "POST", {}, 404),
        ("/probe/sleep/", "POST", {}, 404),
        ("/probe/sleep", "GET", {}, 405),
        ("/health", "POST", {}, 405),
        ("/probe/sleep", "POST", {"Content-Type": "text/plain"}, 415),
        ("/shutdown", "GET", {}, 405),
        ("/docs", "GET", {}, 404),
    ],
)
def test_what_is_not_there_or_asked_wrongly(
    shared: Client, path: str, method: str, headers: dict[str, str | None], status: int
) -> None:
    assert shared.ask(path, method=method, headers=headers).status == status


def test_a_request_that_takes_too_long_is_told_so_and_the_daemon_goes_on(shared: Client) -> None:
    reply = shared.ask("/probe/doze", {"seconds": 3})
    assert (reply.status, reply.body["error"]["code"]) == (500, "operation-timeout")
    assert shared.ask("/probe/compute", {"seconds": 0}).status == 200


def test_a_query_whose_time_is_up_is_ended_in_the_database(shared: Client, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    reply = shared.ask("/probe/query-operation", {"text": str(witness)})
    assert (reply.status, reply.body["error"]["code"]) == (500, "operation-timeout")
    wait_until(witness.exists)


def test_a_query_of_a_client_that_left_is_ended_in_the_database(shared: Client, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    body = json.dumps({"text": str(witness)}).encode()
    connection = socket.create_connection(("127.0.0.1", shared.record.port), timeout=60)
    connection.sendall(
        f"POST /probe/query-operation HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {shared.record.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    wait_until((tmp_path / "witness.begun").exists)
    connection.close()
    wait_until(witness.exists)


def test_health_is_answered_while_all_threads_compute(shared: Client, tmp_path: Path) -> None:
    """How quickly is for a benchmark; that it is answered before they are done can be told anywhere."""
    with ThreadPoolExecutor(8) as pool:
        for number in range(8):
            pool.submit(shared.ask, "/probe/hold", {"text": str(tmp_path / str(number))})
        try:
            wait_until(lambda: get_health(shared.record, timeout_seconds=60).body["activeRequests"] == 8)
            for _ in range(20):
                assert get_health(shared.record, timeout_seconds=60).body["activeRequests"] == 8
        finally:
            for number in range(8):
                (tmp_path / f"{number}.go").touch()


def test_too_many_requests_are_told_to_come_back(shared: Client) -> None:
    with ThreadPoolExecutor(170) as pool:
        replies = list(pool.map(lambda _: shared.ask("/probe/sleep", {"seconds": 0.05}), range(170)))
    assert {reply.status for reply in replies} == {200, 503}
    for reply in replies:
        if reply.status == 503:
            assert reply.body["error"]["code"] == "busy"
            assert int(reply.headers["retry-after"]) >= 1


def test_thousands_of_quick_requests_lose_none(shared: Client) -> None:
    """On eight connections at once, each with the next request as soon as it has the answer to the one before."""
    head = (
        f"POST /probe/compute HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {shared.record.token}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    )

    def ask(connection: socket.socket, text: str) -> bool:
        # As bytes: what http.client does for each costs more than what the daemon does.
        body = json.dumps({"text": text})
        connection.sendall(f"{head}{len(body)}\r\n\r\n{body}".encode())
        answer = b""
        while not answer.endswith(b"}"):
            received = connection.recv(4096)
            if not received:
                return False
            answer += received
        return answer.startswith(b"HTTP/1.1 200 ") and f'"text":"{text}"'.encode() in answer

    def many(number: int) -> int:
        with socket.create_connection(("127.0.0.1", shared.record.port), timeout=60) as connection:
            return sum(ask(connection, f"{number}-{index}") for index in range(1_250))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(many, range(8))) == 10_000


def test_clients_that_never_finish_their_requests_hold_nobody_up(shared: Client) -> None:
    slow = []
    try:
        for _ in range(500):
            connection = socket.create_connection(("127.0.0.1", shared.record.port), timeout=60)
            connection.sendall(b"POST /probe/sleep HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-")
            slow.append(connection)
        assert shared.ask("/probe/compute", {"seconds": 0}).status == 200
    finally:
        for connection in slow:
            connection.close()


def test_a_client_that_leaves_does_not_disturb_the_others(shared: Client) -> None:
    def leave() -> None:
        connection = socket.create_connection(("127.0.0.1", shared.record.port), timeout=60)
        token = shared.record.token
        connection.sendall(
            f"POST /probe/compute HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
            'Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{"seconds": 0.5}'.encode()
        )
        connection.close()

    threads = [threading.Thread(target=leave) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.ask("/probe/compute", {"seconds": 0}).status == 200
    wait_until(lambda: get_health(shared.record, timeout_seconds=60).body["activeRequests"] == 0)


def test_what_waits_for_clients_that_left_is_never_begun(shared: Client, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    body = json.dumps({"text": str(witness)}).encode()
    head = (
        "POST /probe/mark HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {shared.record.token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()

    def request() -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", shared.record.port), timeout=60)
        connection.sendall(head + body)
        return connection

    with request():
        wait_until(witness.exists)
        # One runs at a time: these wait.
        waiting = [request() for _ in range(20)]
        wait_until(lambda: get_health(shared.record, timeout_seconds=60).body["activeRequests"] == 21)
        for connection in waiting:
            connection.close()
        wait_until(lambda: get_health(shared.record, timeout_seconds=60).body["activeRequests"] == 1)
        (tmp_path / "witness.go").touch()
        wait_until(lambda: get_health(shared.record, timeout_seconds=60).body["activeRequests"] == 0)
    assert witness.read_text() == "x"


def test_the_openapi_document_has_every_installed_operation_and_no_other(shared: Client) -> None:
    reply = shared.ask("/openapi.json", method="GET")
    assert reply.status == 200
    assert reply.body["openapi"].startswith("3.1")
    assert "/probe/sleep" in reply.body["paths"]
    assert "/probe/absent" not in reply.body["paths"]
    assert reply.body["paths"]["/probe/sleep"]["post"]["operationId"] == "sleep"
