"""`ktx-daemon <operation>`: one JSON object on stdin, one JSON object and a newline on stdout."""

from typing import BinaryIO

from ktx_daemon.hints import hinted
from ktx_daemon.operations import find_operation
from ktx_runtime.api import OperationContext
from ktx_runtime.registry import Catalogue


def run_one_shot(
    catalogue: Catalogue, name: str, *, stdin: BinaryIO, stdout: BinaryIO, context: OperationContext
) -> None:
    """Run the operation called `name`. Raises `KtxError` before anything is written to `stdout`."""
    bound = find_operation(catalogue, name)
    # One byte more than is allowed tells a body that is too large without reading all of it.
    body = stdin.read(bound.operation.max_body_bytes + 1)
    with hinted(catalogue):
        answer = bound.run(body, context)
    stdout.write(answer + b"\n")
    stdout.flush()
