"""A plain HTTP client that may send what no well-meaning one would."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

from ktx_runtime.daemon.record import DaemonRecord


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: Any
    text: str


@dataclass(frozen=True, slots=True)
class Client:
    record: DaemonRecord

    def ask(
        self,
        path: str,
        body: bytes | object = b"{}",
        *,
        method: str = "POST",
        headers: dict[str, str | None] | None = None,
    ) -> Reply:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.record.token}",
            **(headers or {}),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.record.port, timeout=60)
        try:
            named = {name: value for name, value in sent.items() if value is not None}
            connection.request(method, path, body=data if method == "POST" else None, headers=named)
            response = connection.getresponse()
            text = response.read().decode()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, _json(text), text)
        finally:
            connection.close()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
