"""Read a request's body, bounded in size and time."""

from __future__ import annotations

import asyncio

from ktx_daemon.http.answers import Receive
from ktx_daemon.operations import BodyTooLarge
from ktx_runtime.api import OperationRefused

PATIENCE_SECONDS = 30.0
"""How long a whole body may take to arrive: a loopback client needs milliseconds."""


class ClientGone(Exception):
    """The client closed the connection before its request was whole."""


async def read_body(receive: Receive, *, limit: int, patience_seconds: float = PATIENCE_SECONDS) -> bytes:
    """The whole body. Raises `OperationRefused` (too large, too slow) or `ClientGone`."""
    try:
        async with asyncio.timeout(patience_seconds):
            return await _read(receive, limit)
    except TimeoutError:
        raise OperationRefused(
            f"the request did not arrive within {patience_seconds:.0f} s", code="request-too-slow"
        ) from None


async def _read(receive: Receive, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            raise BodyTooLarge(limit)
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)
