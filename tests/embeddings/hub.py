"""A model hub on loopback that serves files of a directory, whole, in parts, or with faults."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_ROUTE = re.compile(r"/(?P<repository>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>[^?]+)")


@dataclass(slots=True)
class Hub:
    """What the hub serves, and how. `cut_after` are bytes after which it breaks off, one for each answer to `victim`.

    `served` notes each answer: path, first byte, bytes sent.
    """

    directory: Path
    victim: str = "model.safetensors"
    cut_after: list[int] = field(default_factory=list)
    hangs: bool = False
    status: int | None = None
    spoil: bool = False
    ignores_ranges: bool = False
    url: str = ""
    served: list[tuple[str, int, int]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def model_hub(hub: Hub) -> Iterator[Hub]:
    """The hub, answering, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            route = _ROUTE.fullmatch(self.path)
            path = route["path"] if route else ""
            file = hub.directory / path
            is_victim = path == hub.victim
            if hub.status is not None and is_victim:
                self._refuse(hub.status)
            elif not path or not file.is_file():
                self._refuse(404)
            else:
                self._serve(path, file.read_bytes(), is_victim=is_victim)

        def _serve(self, path: str, content: bytes, *, is_victim: bool) -> None:
            if is_victim and hub.spoil:
                content = content[:-1] + bytes([content[-1] ^ 1])
            wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
            begin = int(wanted[1]) if wanted and not hub.ignores_ranges else 0
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(content) - begin))
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
            self.end_headers()
            rest = content[begin:]
            if is_victim and hub.hangs:
                hub.over.wait(60)
                rest = b""
            if is_victim and hub.cut_after:
                rest = rest[: hub.cut_after.pop(0)]
                self.close_connection = True
            hub.served.append((path, begin, len(rest)))
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(rest)

        def _refuse(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        hub.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
