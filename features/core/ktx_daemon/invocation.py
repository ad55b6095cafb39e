"""An `Invocation` made from this process: the one place where its streams, terminal and environment are looked at."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO, cast

from ktx_daemon.signals import ProcessInterruption
from ktx_runtime.api import Invocation, Terminal
from ktx_runtime.streams import Behind, prepare_streams

PROGRAM_VARIABLE = "KTX_PROGRAM"
FALLBACK_WIDTH = 80


def invocation_of_process(arguments: Sequence[str]) -> Invocation:
    """What this process was called with. Makes its standard streams speak UTF-8 where no terminal reads them."""
    environment = dict(os.environ)
    prepare_streams()
    return Invocation(
        arguments=tuple(arguments),
        working_directory=Path.cwd(),
        environment=environment,
        stdin=sys.stdin,
        stdout=sys.stdout,
        stderr=cast("TextIO", Behind(sys.stderr, sys.stdout)),
        terminal=terminal_of_process(environment),
        program=environment.get(PROGRAM_VARIABLE) or "ktx",
        interruption=ProcessInterruption(),
    )


def terminal_of_process(environment: Mapping[str, str]) -> Terminal:
    """Width, kinds of streams, and whether colour is wanted."""
    on_terminal = _is_terminal(sys.stdout)
    return Terminal(
        width=_width(environment),
        stdin_is_terminal=_is_terminal(sys.stdin),
        stdout_is_terminal=on_terminal,
        stderr_is_terminal=_is_terminal(sys.stderr),
        color=wants_color(environment, on_terminal=on_terminal),
    )


def wants_color(environment: Mapping[str, str], *, on_terminal: bool) -> bool:
    """`NO_COLOR` (any value but an empty one) wins, then `FORCE_COLOR`, then what stdout is."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return on_terminal and environment.get("TERM") != "dumb"


def stated_width(environment: Mapping[str, str]) -> int | None:
    """The width that `COLUMNS` states, if it states one."""
    stated = environment.get("COLUMNS", "")
    return int(stated) if stated.isdecimal() and int(stated) > 0 else None


def _width(environment: Mapping[str, str]) -> int:
    stated = stated_width(environment)
    if stated is not None:
        return stated
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        try:
            columns = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError, AttributeError):
            continue
        if columns > 0:
            return columns
    return FALLBACK_WIDTH


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False
