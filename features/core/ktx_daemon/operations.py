"""Operations, bound to their code and run: a JSON body in, a JSON body out. One-shot and HTTP both end here."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from ktx_daemon.capabilities import HostCapabilities, Surroundings
from ktx_runtime.api import (
    FeatureMissing,
    Mode,
    Operation,
    OperationContext,
    OperationHandler,
    OperationRefused,
    PluginFailed,
    UsageError,
    near_names,
    plain_text,
    resolve_reference,
)

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ktx_daemon.deferred import Deferred
    from ktx_runtime.registry import Catalogue
    from ktx_runtime.registry.live import LiveHooks

T = TypeVar("T")

STEP_SECONDS = 0.1

_MOST_PROBLEMS_SHOWN = 5
_LONGEST_NAME_SHOWN = 80


class RequestInvalid(OperationRefused):
    """The body is JSON of another shape than the operation takes.

    `problems` are `{type, loc, msg}`, as the wire contract has them in `detail`.
    """

    http_status: ClassVar[int] = 422

    def __init__(self, message: str, *, problems: tuple[dict[str, object], ...]) -> None:
        super().__init__(message, code="request-invalid", details={"problems": list(problems)})
        self.problems = problems


class BoundOperation(NamedTuple):
    """An operation with its request model and handler, imported."""

    operation: Operation
    feature: str
    request_model: type[BaseModel]
    handler: OperationHandler
    hooks: LiveHooks | None = None

    def run(self, body: bytes, context: OperationContext) -> bytes:
        """Answer one request. Raises `OperationRefused` for a body or a request that is turned down."""
        answer = self.begin(body, context)
        if isinstance(answer, bytes):
            return answer
        _await(answer.future)
        return answer.resume()

    def begin(self, body: bytes, context: OperationContext) -> bytes | Deferred[bytes]:
        """As `run`, but what the handler only waits for is left to the caller to wait for."""
        if context.mode not in self.operation.modes:
            raise _not_here(self.operation, context)
        request = self._read(body)
        try:
            response = self._handle(request, context)
        except ModuleNotFoundError as error:
            if is_missing_requirement(error):
                raise feature_missing(self.operation.name, self.feature, error) from error
            raise
        if isinstance(response, BaseModel):
            return _as_json(response)
        from ktx_daemon.deferred import Deferred  # noqa: PLC0415 - most handlers answer at once

        return Deferred(response, lambda: _as_json(response.result()))

    def split(self, body: bytes, most: int) -> tuple[bytes, ...]:
        """The requests, at most `most`, that `body` is split into. Raises as `run` does."""
        request = self._read(body)
        if self.operation.spread is None:
            return (body,)
        split = cast("Callable[[BaseModel, int], Sequence[BaseModel]]", resolve_reference(self.operation.spread.split))
        parts = split(request, most)
        return (body,) if len(parts) <= 1 else tuple(part.model_dump_json(by_alias=True).encode() for part in parts)

    def merge(self, responses: Sequence[bytes]) -> bytes:
        """One response made of those to the parts of a request, in their order."""
        if self.operation.spread is None:
            raise TypeError(f"{self.operation.name} does not say how responses are merged")
        model = cast("type[BaseModel]", resolve_reference(self.operation.response))
        merge = cast("Callable[[Sequence[BaseModel]], BaseModel]", resolve_reference(self.operation.spread.merge))
        return merge([model.model_validate_json(part) for part in responses]).model_dump_json(by_alias=True).encode()

    def _handle(self, request: BaseModel, given: OperationContext) -> BaseModel | Future[BaseModel]:
        program = given.environment.get("KTX_PROGRAM") or "ktx"
        here = Surroundings(given.working_directory, given.environment, program, given.interruption, given.mode)
        context = replace(given, capabilities=HostCapabilities(here))
        if self.hooks is None:
            return self.handler(request, context)

        def settled(wrapped: BaseModel) -> BaseModel:
            # Wrappers take and give responses: they wait.
            response = self.handler(wrapped, context)
            return response if isinstance(response, BaseModel) else _await(response)

        return self.hooks.run_operation(self.operation, request, context, settled)

    def _read(self, body: bytes) -> BaseModel:
        if len(body) > self.operation.max_body_bytes:
            raise BodyTooLarge(self.operation.max_body_bytes)
        # JSON has no NaN, and pydantic takes it for a number. Nothing else needs a second look at a body that fits.
        if b"NaN" in body or b"Infinity" in body:
            _expect_an_object(body)
        try:
            return self.request_model.model_validate_json(body)
        except ValidationError as error:
            _expect_an_object(body)
            raise _invalid(self.operation.name, error) from None


def _expect_an_object(body: bytes) -> None:
    try:
        found = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise OperationRefused(f"the request is not JSON: {_without_input(str(error))}", code="invalid-json") from None
    if not isinstance(found, dict):
        raise OperationRefused("the request is not a JSON object", code="invalid-json")


def _await(future: Future[T]) -> T:
    """The result, awaited in small steps: an interruption reaches a thread only between two of them."""
    from concurrent.futures import wait  # noqa: PLC0415 - most handlers answer at once

    try:
        while not future.done():
            wait([future], STEP_SECONDS)
        return future.result()
    except KeyboardInterrupt:
        future.cancel()
        raise


def _as_json(response: BaseModel) -> bytes:
    return response.model_dump_json(by_alias=True).encode()


class BodyTooLarge(OperationRefused):
    """The body has more bytes than the operation takes."""

    http_status: ClassVar[int] = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"the request is larger than {limit} bytes", code="body-too-large")


def find_operation(catalogue: Catalogue, name: str) -> BoundOperation:
    """The operation called `name`, its code imported.

    Raises `UsageError` for a name that nobody declares, `FeatureMissing` when the code needs what is not
    installed, and `PluginFailed` when it cannot be imported for another reason.
    """
    operations = catalogue.operations()
    if name not in operations:
        near = near_names(name, operations)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(sorted(operations))}"
        raise UsageError(
            f"unknown operation: {plain_text(name)}", code="unknown-operation", hint=hint, details={"near": list(near)}
        )
    entry, operation = operations[name]
    return bind(operation, feature=entry.feature.to_install, hooks=operation_hooks(catalogue))


def operation_hooks(catalogue: Catalogue) -> LiveHooks | None:
    """What plugins have to say of each operation, or None when no plugin has."""
    if not any("ktx_run_operation" in row.live_hooks for row in catalogue.plugins):
        return None
    from ktx_runtime.registry.live import LiveHooks  # noqa: PLC0415 - pluggy, which most runtimes never need

    return LiveHooks(catalogue, report=sys.stderr.write)


def bind(operation: Operation, *, feature: str, hooks: LiveHooks | None = None) -> BoundOperation:
    """Import the code of `operation`, for which `feature` is to be installed. Raises as `find_operation` does."""
    try:
        model = resolve_reference(operation.request)
        handler = resolve_reference(operation.handler)
    except ModuleNotFoundError as error:
        if is_missing_requirement(error):
            raise feature_missing(operation.name, feature, error) from error
        raise _broken(operation, feature, str(error)) from error
    except (ImportError, AttributeError) as error:
        raise _broken(operation, feature, str(error)) from error
    if not (isinstance(model, type) and issubclass(model, BaseModel) and callable(handler)):
        raise _broken(operation, feature, "it names no request model or no handler")
    return BoundOperation(operation=operation, feature=feature, request_model=model, handler=handler, hooks=hooks)


def _not_here(operation: Operation, context: OperationContext) -> OperationRefused:
    program = context.environment.get("KTX_PROGRAM") or "ktx"
    if context.mode is Mode.ONE_SHOT:
        return OperationRefused(
            f"{operation.name} runs in the daemon only", code="daemon-needed", hint=f"run: {program} runtime start"
        )
    return OperationRefused(
        f"{operation.name} does not run in the daemon",
        code="one-shot-only",
        hint=f"run: {program} call {operation.name}",
    )


def is_missing_requirement(error: ModuleNotFoundError) -> bool:
    """Whether a whole package is absent, rather than a module of a package that is there, which is a defect."""
    package = (error.name or "").partition(".")[0]
    return bool(package) and find_spec(package) is None


def _broken(operation: Operation, feature: str, why: str) -> PluginFailed:
    return PluginFailed(
        f"operation {operation.name} of feature {feature} cannot be loaded: {why}", code="operation-broken"
    )


def feature_missing(what: str, feature: str, error: ModuleNotFoundError, *, program: str = "ktx") -> FeatureMissing:
    """What to say when `what` needs a module that the environment lacks; `program` is what the user calls ktx."""
    return FeatureMissing(
        f"{what} needs the feature {feature}, which is not installed here: no module named {error.name}",
        code="feature-missing",
        hint=f"run: {program} runtime install --feature {feature}",
        details={"feature": feature},
    )


def _invalid(name: str, error: ValidationError) -> RequestInvalid:
    problems: tuple[dict[str, object], ...] = tuple(
        {
            "type": problem["type"],
            "loc": [part if isinstance(part, int) else _shown(part) for part in problem["loc"]],
            "msg": plain_text(problem["msg"]),
        }
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    )
    shown = "; ".join(_sentence(problem) for problem in problems[:_MOST_PROBLEMS_SHOWN])
    more = len(problems) - _MOST_PROBLEMS_SHOWN
    tail = f"; and {more} more" if more > 0 else ""
    return RequestInvalid(f"the request does not fit {name}: {shown}{tail}", problems=problems)


def _sentence(problem: Mapping[str, object]) -> str:
    loc = problem["loc"]
    path = ""
    for part in loc if isinstance(loc, list) else []:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    message = str(problem["msg"])
    return f"{path or 'the request'}: {message[:1].lower()}{message[1:]}"


def _shown(part: object) -> str:
    text = plain_text(str(part))
    return text if len(text) <= _LONGEST_NAME_SHOWN else text[:_LONGEST_NAME_SHOWN] + "…"


def _without_input(message: str) -> str:
    """The parser's message; it names positions and kinds, never more than one character of the text."""
    return re.sub(r"\s+", " ", plain_text(message))
