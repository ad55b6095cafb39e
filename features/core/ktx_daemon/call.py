"""`ktx call <operation>`: any operation from the command line, its request on stdin or in a file."""

from ktx_daemon.operations import BodyTooLarge, find_operation
from ktx_daemon.time_limit import time_limit
from ktx_runtime.api import (
    CommandParser,
    Invocation,
    Mode,
    Namespace,
    OperationContext,
    UsageError,
    success_envelope,
)
from ktx_runtime.registry import Catalogue, load_catalogue


def run(invocation: Invocation) -> int:
    """Run an operation, or list them."""
    parser = CommandParser(
        invocation,
        "call",
        summary="run an operation: JSON on stdin, JSON on stdout",
        description="The request and the answer are the operation's own, as the wire contract has them.",
        examples=(
            ("call sql-validate-read-only <request.json", "Whether a statement only reads:"),
            ("call --list", "The operations there are:"),
        ),
    )
    parser.add_argument("operation", metavar="OPERATION", nargs="?", help="its name, such as semantic-query")
    parser.add_argument("--input", metavar="FILE", help="read the request from a file instead of stdin")
    parser.add_argument("--list", action="store_true", help="list the operations and what they do")
    parser.add_argument(
        "--json", action="store_true", help="with --list: print one JSON object; an answer always is one"
    )
    parser.set_defaults(run=_call)
    return parser.dispatch()


def _call(invocation: Invocation, options: Namespace) -> int:
    catalogue = load_catalogue(invocation.environment)
    if options.list:
        return _list(catalogue, invocation, options)
    if options.operation is None:
        raise UsageError("missing argument: OPERATION", hint=f"run: {invocation.program} call --list")
    bound = find_operation(catalogue, options.operation)
    body = _body(invocation, options, bound.operation.max_body_bytes)
    interruption = invocation.interruption
    mode = invocation.mode if invocation.mode in bound.operation.modes else Mode.ONE_SHOT
    context = OperationContext(mode, invocation.working_directory, dict(invocation.environment), interruption)
    with time_limit(bound.operation, interruption):
        answer = bound.run(body, context)
    invocation.stdout.write(answer.decode() + "\n")
    return 0


def _list(catalogue: Catalogue, invocation: Invocation, options: Namespace) -> int:
    operations = sorted(catalogue.operations().values(), key=lambda entry: entry[1].name)
    if options.json:
        record = {
            "operations": [
                {
                    "name": operation.name,
                    "path": operation.path,
                    "summary": operation.summary,
                    "feature": entry.feature.name,
                }
                for entry, operation in operations
            ]
        }
        invocation.stdout.write(success_envelope("call", record))
        return 0
    width = max((len(operation.name) for _, operation in operations), default=0)
    for _, operation in operations:
        invocation.stdout.write(f"{operation.name:<{width}}  {operation.summary}\n")
    return 0


def _body(invocation: Invocation, options: Namespace, most: int) -> bytes:
    """The request's bytes, not many more than the operation takes."""
    if options.input is None:
        return invocation.stdin.read(most + 1).encode("utf-8", "surrogateescape")
    file = invocation.working_directory / options.input
    try:
        with file.open("rb") as stream:
            body: bytes = stream.read(most + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it cannot be a file's name"
        raise UsageError(f"cannot read {file}: {why}") from None
    if len(body) > most:
        raise BodyTooLarge(most)
    return body
