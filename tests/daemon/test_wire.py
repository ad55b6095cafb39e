"""What no well-meaning client sends is answered in the contract's shape, or dropped, and nobody else notices."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from ktx_runtime.daemon.client import get_health
from tests.daemon.client import Client
from tests.support.waiting import PATIENCE_SECONDS, wait_until

HEAD = (
    b"POST /probe/sleep HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    b"Content-Type: application/json\r\n"
)


def exchange(client: Client, sent: bytes, *, half_close: bool = False) -> bytes:
    """What comes back until the daemon closes the connection, or keeps silent with nothing more to say."""
    with socket.create_connection(("127.0.0.1", client.record.port), timeout=PATIENCE_SECONDS) as connection:
        # Who is refused early may find the door shut before all is said.
        with suppress(OSError):
            connection.sendall(sent.replace(b"{token}", client.record.token.encode()))
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        found = b""
        # What is not read to its end is answered with a reset.
        with suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                found += piece
        return found


def answers(received: bytes) -> Iterator[tuple[int, dict[str, object]]]:
    """Status and body of each answer, by its Content-Length."""
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        length = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:"))
        yield int(lines[0].split()[1]), json.loads(rest[:length])
        received = rest[length:]


@pytest.fixture(autouse=True)
def still_well(shared: Client) -> Iterator[None]:
    yield
    assert shared.ask("/probe/sleep", {"text": "x"}).body["text"] == "x"
    wait_until(lambda: get_health(shared.record, timeout_seconds=60).body["activeRequests"] == 0)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /health\r\n\r\n",
        b"\x00" * 1000 + b"\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        HEAD + b"Content-Length: -1\r\n\r\n{}",
        HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: gzip\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffffff\r\n{}",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n",
        HEAD.replace(b"Host", b"Ho\x00st") + b"\r\n",
    ],
    ids=lambda sent: repr(sent[-40:])[:30],
)
def test_what_is_no_http_is_answered_or_dropped(shared: Client, sent: bytes) -> None:
    for status, body in answers(exchange(shared, sent, half_close=True)):
        assert 400 <= status < 500
        assert body["error"]["code"]  # type: ignore[index]


def test_a_length_and_chunks_at_once_are_not_read_in_two_ways(shared: Client) -> None:
    """The one that smuggles: what is a body to one reader is a second request to the other."""
    inner = b"POST /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    sent = HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner
    statuses = [status for status, _ in answers(exchange(shared, sent, half_close=True))]
    assert 202 not in statuses
    assert get_health(shared.record, timeout_seconds=60).status == 200


def test_requests_one_behind_the_other_are_answered_in_order(shared: Client) -> None:
    def request(text: str, *, last: bool) -> bytes:
        body = json.dumps({"text": text}).encode()
        close = b"Connection: close\r\n" if last else b""
        return HEAD + close + f"Content-Length: {len(body)}\r\n\r\n".encode() + body

    sent = b"".join(request(str(number), last=number == 19) for number in range(20))
    assert [body["text"] for _, body in answers(exchange(shared, sent))] == [str(number) for number in range(20)]


def test_a_body_in_chunks_is_read(shared: Client) -> None:
    sent = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent += b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in b'{"text": "in pieces"}') + b"0\r\n\r\n"
    ((status, body),) = answers(exchange(shared, sent))
    assert (status, body["text"]) == (200, "in pieces")


def test_chunks_beyond_the_limit_are_refused_without_a_length(shared: Client) -> None:
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    sent = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + piece * 300 + b"0\r\n\r\n"
    ((status, body),) = answers(exchange(shared, sent))
    assert (status, body["error"]["code"]) == (413, "body-too-large")  # type: ignore[index]


def test_an_upgrade_is_not_made(shared: Client) -> None:
    sent = HEAD.replace(b"POST", b"GET") + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    sent += b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ((status, _),) = answers(exchange(shared, sent, half_close=True))
    assert status == 405


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW"])
def test_other_methods_are_refused_and_tell_a_page_nothing(shared: Client, method: str) -> None:
    sent = HEAD.replace(b"POST", method.encode()) + b"Access-Control-Request-Method: POST\r\nContent-Length: 0\r\n\r\n"
    received = exchange(shared, sent, half_close=True)
    assert b"access-control" not in received.lower()
    assert [status for status, _ in answers(received)] == [405]


def test_head_has_no_body(shared: Client) -> None:
    sent = b"HEAD /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    head, _, body = exchange(shared, sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body == b""


def test_http_1_0_is_answered_and_its_connection_closed(shared: Client) -> None:
    sent = HEAD.replace(b"HTTP/1.1", b"HTTP/1.0") + b'Content-Length: 15\r\n\r\n{"text": "old"}'
    ((status, body),) = answers(exchange(shared, sent))
    assert (status, body["text"]) == (200, "old")


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"http://evil.example/health", 404),
        (b"//evil.example/health", 404),
        (b"/health/../probe/sleep", 404),
        (b"/%2e%2e/health", 404),
        (b"/health%00", 404),
        (b"/HEALTH", 404),
        (b"*", 404),
    ],
)
def test_only_the_path_itself_is_the_path(shared: Client, target: bytes, status: int) -> None:
    sent = b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    assert [found for found, _ in answers(exchange(shared, sent, half_close=True))] == [status]


@pytest.mark.parametrize("host", ["[::1]:{port}", "[::1]", "127.0.0.1:{port}", "LocalHost"])
def test_its_own_names_are_answered_in_any_spelling(shared: Client, host: str) -> None:
    named = host.replace("{port}", str(shared.record.port)).encode()
    sent = b"GET /health HTTP/1.1\r\nHost: " + named + b"\r\nConnection: close\r\n\r\n"
    assert exchange(shared, sent).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "host", ["localhost.", "localhost.evil.example", "127.1", "0", "2130706433", "[::ffff:127.0.0.1]"]
)
def test_names_that_only_look_like_its_own_are_refused(shared: Client, host: str) -> None:
    sent = b"GET /health HTTP/1.1\r\nHost: " + host.encode() + b"\r\n\r\n"
    assert exchange(shared, sent).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "\\ud800"}',
        b'{"text": "a", "text": "b"}',
        b'{"seconds": -Infinity}',
        b'{"seconds": ' + b"9" * 5000 + b"}",
        b'\xef\xbb\xbf{"text": "bom"}',
        b'{"text": "x"} {"text": "y"}',
        b'{"text": "\x00"}',
        b'{"text": "' + b"\xed\xa0\x80" + b'"}',
        b"null",
        b'"text"',
        b'{"text": ' * 500 + b"1" + b"}" * 500,
    ],
    ids=lambda body: repr(body)[:24],
)
def test_strange_json_is_answered_or_refused_and_breaks_nothing(shared: Client, body: bytes) -> None:
    reply = shared.ask("/probe/sleep", body)
    assert reply.status in {200, 400, 422}, reply.text
    if body.startswith(b'{"text": "a"'):
        assert (reply.status, reply.body["text"]) == (200, "b")


def is_closed(connection: socket.socket) -> bool:
    """Once it is: by a reset where the server had not read yet what was sent."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_connections_without_a_request_do_not_add_up(shared: Client) -> None:
    """The oldest go when there are too many, and each after ten seconds: a newcomer is always answered."""
    opened = []
    try:
        for _ in range(600):
            connection = socket.create_connection(("127.0.0.1", shared.record.port), timeout=PATIENCE_SECONDS)
            connection.sendall(b"POST /probe/sleep HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-")
            opened.append(connection)
        assert shared.ask("/probe/sleep", {"text": "x"}).status == 200
        assert is_closed(opened[0])
        # Without another word from it, the last one is closed as well.
        assert is_closed(opened[-1])
    finally:
        for connection in opened:
            connection.close()
