"""The words after `ktx-daemon serve-http`."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.api import UsageError

DEFAULT_PORT = 8765
LEVELS = ("critical", "error", "warning", "info", "debug")


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """The words after `serve-http`. With a `state_file` a supervisor started us, and a token is wanted."""

    host: str
    port: int
    log_level: str
    state_file: Path | None
    logs_directory: Path | None
    instance_id: str
    idle_timeout_seconds: float | None


def parse_options(words: Sequence[str]) -> ServeOptions:
    """Raises `UsageError`."""
    parser = argparse.ArgumentParser(prog="ktx-daemon serve-http", exit_on_error=False, add_help=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--log-level", choices=LEVELS, default="info")
    parser.add_argument("--state-file", type=Path)
    parser.add_argument("--instance-id", default="")
    parser.add_argument("--logs-directory", type=Path)
    parser.add_argument("--idle-timeout", type=float)
    try:
        found, unknown = parser.parse_known_args(list(words))
    except argparse.ArgumentError as error:
        raise UsageError(str(error)) from None
    if unknown:
        raise UsageError(f"unknown argument: {unknown[0]}", hint="run: ktx-daemon --help")
    if not 0 <= found.port < 65536:  # noqa: PLR2004 - 16 bits
        raise UsageError(f"no such port: {found.port}")
    return ServeOptions(
        host=found.host,
        port=found.port,
        log_level=found.log_level,
        state_file=found.state_file,
        logs_directory=found.logs_directory,
        instance_id=found.instance_id or secrets.token_hex(16),
        idle_timeout_seconds=found.idle_timeout,
    )
