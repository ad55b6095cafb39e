"""Writes that belong together leave together."""

from __future__ import annotations

import asyncio
from typing import Any


class Corked:
    """A transport, for whoever writes to it: what is written within one turn of the loop leaves as one piece.

    An answer is a head and a body to a server, and two pieces wake its reader twice.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._kept: list[bytes] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Keep `data` until the loop's next turn, or until the connection is closed."""
        if not self._kept:
            self._loop.call_soon(self._flush)
        self._kept.append(data)

    def close(self) -> None:
        """Let out what was written, and close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        kept, self._kept = self._kept, []
        if kept and not self._transport.is_closing():
            self._transport.write(b"".join(kept))
