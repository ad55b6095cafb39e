"""HTTP/1.1 as uvicorn speaks it, with clients that may be slow, wrong, or mean ill."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from ktx_daemon.http.answers import error_answer
from ktx_daemon.http.cork import Corked

HEAD_SECONDS = 10.0
"""How long the head of a request may take to arrive: a loopback client needs milliseconds."""

MOST_WAITING = 256
"""How many connections may be without a whole head at once. For one more the oldest has to go."""


class Protocol(H11Protocol):
    """A connection. `waiting` are those of its server whose request has not come, the oldest first."""

    def __init__(self, *, waiting: dict[Protocol, asyncio.TimerHandle], **given: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(**given)
        self._waiting = waiting

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the base class has it
        super().connection_made(cast("asyncio.Transport", Corked(transport, self.loop)))
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._wait()
        else:
            self._no_longer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._no_longer()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is answered in the shape of the wire contract, too."""
        answer = error_answer(400, "invalid-http", msg.rstrip("."))
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(answer.body)).encode()),
            (b"connection", b"close"),
        ]
        # Where an answer has begun already, no other can follow.
        with suppress(h11.LocalProtocolError):
            for event in (
                h11.Response(status_code=400, headers=headers),
                h11.Data(data=answer.body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _wait(self) -> None:
        """Count the seconds from the first byte, or from the connection, on."""
        if self in self._waiting:
            return
        while len(self._waiting) >= MOST_WAITING:
            next(iter(self._waiting)).give_up()
        self._waiting[self] = self.loop.call_later(HEAD_SECONDS, self.give_up)

    def _no_longer(self) -> None:
        timer = self._waiting.pop(self, None)
        if timer is not None:
            timer.cancel()

    def give_up(self) -> None:
        """Close a connection whose request does not come."""
        self._no_longer()
        self.transport.close()
