"""A company's network on loopback: a proxy that wants a password, and a package index that wants a token."""

from __future__ import annotations

import base64
import html
import http.client
import http.server
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

SECONDS = 60


@dataclass
class Seen:
    """What a server was asked, in order; and where it is, with what it wants in the address."""

    address: str = ""
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@contextmanager
def serving(
    handler: type[http.server.BaseHTTPRequestHandler], user: str, password: str, **more: object
) -> Iterator[Seen]:
    """Serve with `handler` until the block ends."""
    seen = Seen()
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    bound = type(handler.__name__, (handler,), {"seen": seen, "wanted": wanted, **more})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), bound) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        seen.address = f"http://{user}:{password}@127.0.0.1:{server.server_address[1]}"
        try:
            yield seen
        finally:
            server.shutdown()
            thread.join()


class _Server(http.server.BaseHTTPRequestHandler):
    seen: Seen
    wanted: str
    timeout = SECONDS

    def refuse(self, status: int, header: str) -> None:
        self.seen.refused.append(self.path)
        self.answer(status, b"", **{header: 'Basic realm="company"'})

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        del arguments


class Proxy(_Server):
    """A forward proxy: CONNECT for TLS, whole addresses for all else."""

    def do_CONNECT(self) -> None:
        if self.headers.get("proxy-authorization") != self.wanted:
            return self.refuse(407, "proxy_authenticate")
        self.seen.asked.append(self.path)
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=SECONDS) as beyond:
            self.send_response(200)
            self.end_headers()
            _carry(self.connection, beyond)
        self.close_connection = True
        return None

    def do_GET(self) -> None:
        if self.headers.get("proxy-authorization") != self.wanted:
            return self.refuse(407, "proxy_authenticate")
        self.seen.asked.append(self.path)
        url = urlsplit(self.path)
        beyond = http.client.HTTPConnection(url.hostname or "", url.port or 80, timeout=SECONDS)
        kept = {name: value for name, value in self.headers.items() if not name.lower().startswith("proxy-")}
        beyond.request(self.command, url.path, headers=kept)
        response = beyond.getresponse()
        named = {
            name: value for name, value in response.getheaders() if name.lower() not in {"content-length", "server"}
        }
        self.answer(response.status, response.read(), **named)
        beyond.close()
        return None

    def do_HEAD(self) -> None:
        self.do_GET()


class Index(_Server):
    """A package index (PEP 503) of the wheels in `directory`."""

    directory: Path

    def do_GET(self) -> None:
        if self.headers.get("authorization") != self.wanted:
            return self.refuse(401, "www_authenticate")
        self.seen.asked.append(self.path)
        *_, folder, name, _ = f"{self.path.rstrip('/')}/".split("/")
        wheel = self.directory / name
        if folder == "files" and wheel.is_file():
            return self.answer(200, wheel.read_bytes(), content_type="application/octet-stream")
        names = [file.name for file in self.directory.glob("*.whl") if _project(file.name) == name.replace("_", "-")]
        links = "".join(f'<a href="/files/{html.escape(one)}">{html.escape(one)}</a>\n' for one in names)
        return self.answer(200 if names else 404, links.encode(), content_type="text/html")

    def do_HEAD(self) -> None:
        self.do_GET()


def _project(wheel: str) -> str:
    return wheel.split("-", 1)[0].lower().replace("_", "-").replace(".", "-")


def _carry(here: socket.socket, beyond: socket.socket) -> None:
    """Bytes both ways, until either side has nothing more to say."""
    with selectors.DefaultSelector() as waiting, suppress(OSError):
        waiting.register(here, selectors.EVENT_READ, beyond)
        waiting.register(beyond, selectors.EVENT_READ, here)
        while events := waiting.select(SECONDS):
            for key, _ in events:
                source: socket.socket = key.fileobj  # type: ignore[assignment]
                data = source.recv(65536)
                if not data:
                    return
                key.data.sendall(data)
