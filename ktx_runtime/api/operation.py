"""An operation: one declaration from which the one-shot subcommand, the route and the client method follow."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, Field

from ktx_runtime.api.context import Mode, OperationContext
from ktx_runtime.api.record import Record
from ktx_runtime.api.reference import CodeReference


class Operation(Record):
    """What an operation is, without the code that does it.

    `request` and `response` name pydantic models, `handler` a callable `(request, OperationContext) -> response`.
    The handler runs off the event loop, in a thread; it raises `OperationRefused` for a request that it turns down.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    path: str = Field(pattern=r"^/[a-z0-9/_-]+$")
    summary: str
    request: CodeReference
    response: CodeReference
    handler: CodeReference
    modes: tuple[Mode, ...] = (Mode.ONE_SHOT, Mode.DAEMON)
    timeout_seconds: float = Field(default=60.0, gt=0)
    concurrency: int = Field(default=4, ge=1, description="how many may run at once in one daemon")
    max_body_bytes: int = Field(default=16 * 1024 * 1024, gt=0)


OperationHandler = Callable[[Any, OperationContext], BaseModel]
"""`Any` because each handler takes its own request model."""
