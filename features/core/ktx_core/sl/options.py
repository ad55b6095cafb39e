"""Options that several verbs share."""

from argparse import ArgumentTypeError
from typing import Any, Protocol

from ktx_runtime.api import CommandParser, completed_by


class TakesArguments(Protocol):
    """A parser, or a group of its options. (argparse has no public name for a group.)"""

    def add_argument(self, *names: str, **settings: Any) -> object:  # noqa: ANN401 - each setting has a type of its own
        """As `argparse` has it."""


def add_project_options(parser: CommandParser) -> None:
    """Where the project is, and which of its connections is meant."""
    group = parser.add_argument_group("project")
    group.add_argument(
        "--project-dir",
        metavar="DIR",
        help="the project (default: KTX_PROJECT_DIR, then the nearest parent with a ktx.yaml)",
    )
    connection = group.add_argument(
        "--connection-id", metavar="ID", help="the connection; may be left out where the project has only one"
    )
    completed_by(connection, "ktx_core.sl.completing:connections")


def add_consent_options(parser: CommandParser) -> None:
    """What the launcher and the controller obey before a command starts; here they only must not be errors."""
    group = parser.add_argument_group("installing what is missing")
    group.add_argument("--yes", action="store_true", help="agree to install what the command needs")
    group.add_argument("--no-input", action="store_true", help="never ask; fail with the command that prepares it")


def add_json_option(parser: CommandParser) -> None:
    """`--json`, for verbs that have no other format."""
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


DEFAULT_TIMEOUT_SECONDS = 60.0


def add_timeout_option(parser: TakesArguments) -> None:
    """`--timeout`, for what asks a database."""
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=DEFAULT_TIMEOUT_SECONDS,
        metavar="SECONDS",
        help=f"how long the database may take (default: {DEFAULT_TIMEOUT_SECONDS:g})",
    )


def count_argument(text: str) -> int:
    """A number of rows. Raises `ArgumentTypeError`."""
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError(f"not a number of rows: {text}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"not a number of seconds above 0: {text}")
    return seconds
