"""What goes out: JSON bodies, and one shape for every error."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from ktx_daemon.operations import RequestInvalid
from ktx_runtime.api import Busy, KtxError, OperationRefused, plain_text

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response; `body` is JSON text in UTF-8."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(status: int, value: object) -> Answer:
    """`value` as a response."""
    return Answer(status, json.dumps(value, separators=(",", ":")).encode())


def error_answer(status: int, code: str, message: str, *, hint: str | None = None, detail: object = None) -> Answer:
    """An error in the shape of the wire contract; `detail` is the message unless given."""
    shown = plain_text(message)
    body = {
        "detail": shown if detail is None else detail,
        "error": {"code": code, "message": shown, "hint": None if hint is None else plain_text(hint)},
    }
    return json_answer(status, body)


def refusal_answer(error: KtxError) -> Answer:
    """A refusal of an operation, or a plugin's failure, as a response."""
    detail = list(error.problems) if isinstance(error, RequestInvalid) else None
    status = error.http_status if isinstance(error, OperationRefused) else 500
    answer = error_answer(status, error.code, error.message, hint=error.hint, detail=detail)
    if isinstance(error, Busy):
        return Answer(answer.status, answer.body, {"retry-after": str(error.retry_after_seconds)})
    return answer


async def send_answer(send: Send, answer: Answer, *, close: bool = False) -> None:
    """Write `answer`; with `close` the connection is not kept for another request."""
    headers = {
        "content-type": "application/json",
        "content-length": str(len(answer.body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        **answer.headers,
    }
    if close:
        headers["connection"] = "close"
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body})
