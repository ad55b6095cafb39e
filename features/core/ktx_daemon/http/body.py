"""Read a request's body, bounded in size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from ktx_daemon.http.answers import Receive
from ktx_daemon.operations import BodyTooLarge
from ktx_runtime.api import OperationRefused

T = TypeVar("T")

PATIENCE_SECONDS = 30.0
"""How long a whole body may take to arrive: a loopback client needs milliseconds."""

MOST_DISCARDED = 256 * 1024 * 1024
"""How much of a body that is too large is read and thrown away: a client that is cut off while it sends gets a broken
connection instead of the answer."""


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
        if size <= limit:
            pieces.append(piece)
        elif size > limit + MOST_DISCARDED:
            raise BodyTooLarge(limit)
        if not message.get("more_body", False):
            break
    if size > limit:
        raise BodyTooLarge(limit)
    return b"".join(pieces)


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Await `work`, or cancel it when the client closes the connection: raises `ClientGone` then.

    What still waits for its turn is never begun; what runs in a thread already cannot be stopped.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_until_gone(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientGone
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
