"""Talk to a daemon: plain HTTP on loopback, bounded in time, with the token where one is wanted."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

from ktx_runtime.daemon.record import DaemonRecord

HEALTH_TIMEOUT_SECONDS = 2.0
TOKEN_HEADER = "Authorization"  # noqa: S105 - the header's name


class DaemonUnreachable(Exception):
    """No HTTP answer came; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, and the decoded JSON body (None when it is not JSON)."""

    status: int
    body: Any


def get_health(record: DaemonRecord, *, timeout_seconds: float = HEALTH_TIMEOUT_SECONDS) -> Answer:
    """`GET /health`. Raises `DaemonUnreachable`."""
    return _request(record, "GET", "/health", None, timeout_seconds)


def post(record: DaemonRecord, path: str, body: object, *, timeout_seconds: float) -> Answer:
    """`POST path` with the token. Raises `DaemonUnreachable`."""
    return _request(record, "POST", path, json.dumps(body).encode(), timeout_seconds)


def _request(record: DaemonRecord, method: str, path: str, body: bytes | None, timeout_seconds: float) -> Answer:
    connection = http.client.HTTPConnection(record.host, record.port, timeout=timeout_seconds)
    headers = {"Connection": "close"}
    if body is not None:
        headers |= {"Content-Type": "application/json", TOKEN_HEADER: f"Bearer {record.token}"}
    try:
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        text = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise DaemonUnreachable(str(error) or type(error).__name__) from error
    finally:
        connection.close()
    return Answer(response.status, _decoded(text))


def _decoded(text: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except ValueError:
        return None
