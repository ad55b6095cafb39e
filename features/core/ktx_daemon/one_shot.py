"""`ktx-daemon <operation>`: one JSON object on stdin, one JSON object and a newline on stdout."""

from collections.abc import Mapping
from typing import BinaryIO

from ktx_daemon.operations import BoundOperation, bind, find_operation
from ktx_daemon.time_limit import time_limit
from ktx_runtime.api import KtxError, OperationContext
from ktx_runtime.registry import quick_operation


def run_one_shot(name: str, *, stdin: BinaryIO, stdout: BinaryIO, context: OperationContext) -> None:
    """Run the operation called `name`. Raises `KtxError` before anything is written to `stdout`.

    When its time is up and it cannot be interrupted, the process ends.
    """
    bound = _find(name, context.environment)
    # One byte more than is allowed tells a body that is too large without reading all of it.
    body = stdin.read(bound.operation.max_body_bytes + 1)
    try:
        with time_limit(bound.operation, context.interruption, own_process=True):
            answer = _answer(bound, body, context)
    except KtxError as error:
        from ktx_runtime.registry import load_catalogue  # noqa: PLC0415 - all the records, only where they are needed

        error.hint = load_catalogue(context.environment).hint_for(error)
        raise
    stdout.write(answer + b"\n")
    stdout.flush()


def _answer(bound: BoundOperation, body: bytes, context: OperationContext) -> bytes:
    at_least = bound.operation.cpu_bound_from_bytes
    if bound.operation.spread is None or at_least is None or len(body) < at_least:
        return bound.run(body, context)
    from ktx_daemon.compute.one_shot import run_in_parts  # noqa: PLC0415 - small requests need no processes

    return run_in_parts(bound, body, context)


def _find(name: str, environment: Mapping[str, str]) -> BoundOperation:
    found = quick_operation(name)
    if found is None:
        from ktx_runtime.registry import load_catalogue  # noqa: PLC0415 - as above

        return find_operation(load_catalogue(environment), name)
    feature, operation = found
    return bind(operation, feature=feature)
