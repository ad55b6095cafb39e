"""`ktx mcp`: serve a project to agents."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path

from ktx_mcp.project import Limits, ProjectTools
from ktx_runtime.api import CommandParser, Invocation, Namespace, UsageError

DEFAULT_MAX_ROWS = 1000
DEFAULT_TIMEOUT_SECONDS = 60.0


def run(invocation: Invocation) -> int:
    """Serve until the client leaves (stdio), or until the process is told to end (HTTP)."""
    parser = CommandParser(
        invocation,
        "mcp",
        summary="serve a project to agents, over stdio or HTTP",
        description=(
            "Tools list and search the sources of a project, compile, explain and run queries, and check the model. "
            "Nothing is ever written or installed: a tool that needs what is not there says the command that brings it."
            "\n\nOver HTTP only this machine can connect, with a token: KTX_MCP_TOKEN, or a new one in a file that "
            "only you can read."
        ),
        examples=(
            ("mcp --project-dir ~/shop", "What an agent starts, to speak over stdio:"),
            ("mcp --http --port 8800", "A server for several clients:"),
        ),
    )
    parser.add_argument("--http", action="store_true", help="serve over streamable HTTP instead of stdio")
    parser.add_argument(
        "--port", type=_port, metavar="PORT", help="with --http: the port (default: a free one, which is printed)"
    )
    parser.add_argument(
        "--project-dir",
        metavar="DIR",
        help="the project (default: KTX_PROJECT_DIR, then the nearest parent with a ktx.yaml)",
    )
    parser.add_argument(
        "--max-rows",
        type=_count,
        default=DEFAULT_MAX_ROWS,
        metavar="N",
        help=f"rows that a query returns at most (default: {DEFAULT_MAX_ROWS})",
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=DEFAULT_TIMEOUT_SECONDS,
        metavar="SECONDS",
        help=f"how long a database may take for one query (default: {DEFAULT_TIMEOUT_SECONDS:g})",
    )
    parser.add_argument("--yes", action="store_true", help="agree to install what the command needs, before it starts")
    parser.add_argument("--no-input", action="store_true", help="never ask; fail with the command that prepares it")
    parser.set_defaults(run=_serve)
    return parser.dispatch()


def _serve(invocation: Invocation, options: Namespace) -> int:
    if options.port is not None and not options.http:
        raise UsageError("--port is for --http", hint=f"run: {invocation.program} mcp --http --port {options.port}")
    project = _project_directory(invocation, options)
    limits = Limits(max_rows=options.max_rows, timeout_seconds=options.timeout)
    tools = ProjectTools(invocation.capabilities, project=project, limits=limits)
    if options.http:
        from ktx_mcp.http import serve_http  # noqa: PLC0415 - a server that stdio does not need

        return serve_http(tools, invocation, port=options.port or 0)
    from ktx_mcp.stdio import serve_stdio  # noqa: PLC0415 - help needs no SDK

    return serve_stdio(tools)


def _project_directory(invocation: Invocation, options: Namespace) -> str | None:
    """What was named, absolute; None leaves it to each tool to find the project where this process was started."""
    if options.project_dir is None:
        return None
    return str(invocation.working_directory / Path(options.project_dir).expanduser())


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) < 65536):  # noqa: PLR2004 - 16 bits
        raise ArgumentTypeError(f"not a port: {text}")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise ArgumentTypeError(f"not a number of rows above 0: {text}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"not a number of seconds above 0: {text}")
    return seconds
