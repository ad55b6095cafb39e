"""A package index on loopback, in the layout of PEP 503, for wheels that nobody has published."""

from __future__ import annotations

import html
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from packaging.utils import parse_wheel_filename


@dataclass(frozen=True, slots=True)
class LocalIndex:
    """`asked` are the paths that were asked for so far, in order."""

    directory: Path
    url: str
    asked: list[str]

    @property
    def variables(self) -> dict[str, str]:
        """What makes uv look here before it looks at the user's own index."""
        return {"UV_INDEX": self.url}

    def add(self, wheel: Path) -> None:
        """Publish `wheel`: a copy of it."""
        project = self.directory / parse_wheel_filename(wheel.name)[0]
        project.mkdir(exist_ok=True)
        shutil.copyfile(wheel, project / wheel.name)
        names = sorted(file.name for file in project.glob("*.whl"))
        links = "".join(f'<a href="{html.escape(name)}">{html.escape(name)}</a>\n' for name in names)
        (project / "index.html").write_text(f"<!doctype html>\n{links}", encoding="utf-8")


@contextmanager
def serve_index(directory: Path) -> Iterator[LocalIndex]:
    """Serve `directory` until the end."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            asked.append(self.path)

    handler = partial(Handler, directory=str(directory))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="ktx-index", daemon=True)
        thread.start()
        try:
            yield LocalIndex(directory, f"http://127.0.0.1:{server.server_address[1]}/", asked)
        finally:
            server.shutdown()
            thread.join()
