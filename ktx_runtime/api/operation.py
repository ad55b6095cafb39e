"""An operation: one declaration from which the one-shot subcommand, the route and the client method follow."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from ktx_runtime.api.context import Mode, OperationContext
from ktx_runtime.api.record import Record
from ktx_runtime.api.reference import CodeReference

if TYPE_CHECKING:
    from concurrent.futures import Future


class Spread(Record):
    """How a large request of an operation is computed by several processes at once: two functions without side effects.

    `split` names a callable `(request, most) -> sequence of requests`, at most `most` of them; a single one says that
    splitting is not worth it. `merge` names a callable `(responses) -> response`, given the responses to the parts in
    their order.
    """

    split: CodeReference
    merge: CodeReference


class Operation(Record):
    """What an operation is, without the code that does it.

    `request` and `response` name pydantic models, `handler` a callable `(request, OperationContext) -> response`.
    The handler runs off the event loop, in a thread; it raises `OperationRefused` for a request that it turns down.
    One that only waits for somebody else returns a `Future` of the response: no thread waits with it then, and the
    future is cancelled when nobody wants the answer any more.

    A handler that computes for long in Python keeps the others of its process from computing. With
    `cpu_bound_from_bytes` a request whose body has at least so many bytes (0: every request) is computed in one of the
    daemon's processes. They are made once and kept; when nobody waits any more for what one computes, it is ended.
    Such a process costs a third of a second when it is first needed, and shares no memory with other requests. With
    `spread` such requests are split, in a daemon and one-shot.
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
    cpu_bound_from_bytes: int | None = Field(default=None, ge=0)
    spread: Spread | None = None


OperationHandler = Callable[[Any, OperationContext], "BaseModel | Future[BaseModel]"]
"""`Any` because each handler takes its own request model."""
