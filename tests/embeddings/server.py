"""A small embedding server on loopback, in OpenAI's shape or text-embeddings-inference's own, with faults on demand."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

DIMENSIONS = 8


def vector(text: str) -> list[float]:
    """Some direction that depends on the text alone; not of unit length, as some servers have it."""
    digest = hashlib.sha256(text.encode()).digest()[:DIMENSIONS]
    return [byte - 127.5 for byte in digest]


def unit(text: str) -> np.ndarray:
    found = np.array(vector(text), dtype=np.float32)
    return found / np.linalg.norm(found)


@dataclass(slots=True)
class Manners:
    """How the server behaves. `answers` are statuses to give before it answers properly."""

    native: bool = False
    key: str | None = None
    statuses: list[int] = field(default_factory=list)
    most_texts: int = 1000
    as_base64: bool = False
    backwards: bool = False
    spoil: Any = None
    pause_seconds: float = 0.0
    gate: threading.Event | None = None
    """Answers wait for it."""
    meet: threading.Barrier | None = None
    """Requests after the first wait for each other."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def embedding_server(manners: Manners) -> Iterator[str]:  # noqa: C901 - a server in one piece
    """The server's address while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            manners.paths.append(self.path)
            if manners.pause_seconds:
                time.sleep(manners.pause_seconds)
            if manners.gate is not None:
                manners.gate.wait(60)
            if manners.meet is not None and len(manners.paths) > 1:
                manners.meet.wait(60)
            authorization = self.headers["Authorization"]
            if manners.key and authorization != f"Bearer {manners.key}":
                self._send(401, {"error": {"message": f"wrong key {authorization}"}})
            elif manners.statuses:
                self._send(manners.statuses.pop(0), {"error": {"message": "not now"}}, {"Retry-After": "0.01"})
            elif self.path != ("/embed" if manners.native else "/v1/embeddings"):
                self._send(404, {"error": "no such path"})
            else:
                self._answer(body)

        def _answer(self, body: dict[str, Any]) -> None:
            texts = body["inputs"] if manners.native else body["input"]
            if len(texts) > manners.most_texts:
                self._send(413, {"error": "batch size too large"})
                return
            manners.asked.append(body)
            if manners.spoil is not None:
                self._send(200, manners.spoil)
                return
            vectors: list[Any] = [vector(text) for text in texts]
            if manners.native:
                self._send(200, vectors)
                return
            if manners.as_base64:
                vectors = [base64.b64encode(np.array(one, "<f4").tobytes()).decode() for one in vectors]
            data = [{"object": "embedding", "index": index, "embedding": one} for index, one in enumerate(vectors)]
            self._send(200, {"object": "list", "data": data[::-1] if manners.backwards else data, "model": "m"})

        def _send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
