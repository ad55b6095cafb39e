"""`ktx runtime logs`: which logs there are, and the end of one."""

from __future__ import annotations

import argparse
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ktx_runtime.cli.call import Answer, Call

DEFAULT_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """A log: its absolute path, its size, and when it was last written to (ISO 8601, UTC)."""

    path: str
    bytes: int
    changed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeLogs:
    """All logs, the newest last."""

    logs: tuple[LogFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeLog:
    """The end of one log."""

    log: str
    lines: tuple[str, ...]


ANSWERS = (RuntimeLogs, RuntimeLog)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which log, and how much of it."""
    parser.add_argument("kind", nargs="?", help="show the newest log whose name begins so: install, daemon, error")
    parser.add_argument("--lines", type=int, default=DEFAULT_LINES, metavar="N", help="how many of its last lines")


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """List the logs, newest last; with a kind, show the end of the newest of that kind."""
    logs = _logs(call.host.paths.logs_directory)
    if arguments.kind is None:
        lines = [f"{log.stat().st_size:>10}  {log}" for log in logs]
        return Answer(data=RuntimeLogs(logs=tuple(map(_described, logs))), text="\n".join(lines) or "no logs yet")
    chosen = [log for log in logs if log.name.startswith(arguments.kind)]
    if not chosen:
        from ktx_runtime.api.errors import KtxError  # noqa: PLC0415 - only where a call fails

        raise KtxError(
            f"there is no log of kind {arguments.kind}: {call.host.paths.logs_directory}",
            code="no-such-log",
            hint=f"run: {call.host.command('runtime', 'logs')}",
        )
    with chosen[-1].open(encoding="utf-8", errors="replace") as stream:
        tail = tuple(line.rstrip("\n") for line in deque(stream, maxlen=max(arguments.lines, 0)))
    return Answer(data=RuntimeLog(log=str(chosen[-1]), lines=tail), text="\n".join([f"==> {chosen[-1]}", *tail]))


def _logs(directory: Path) -> list[Path]:
    try:
        return sorted((entry for entry in directory.iterdir() if entry.is_file()), key=lambda log: log.stat().st_mtime)
    except OSError:
        return []


def _described(log: Path) -> LogFile:
    stat = log.stat()
    changed = f"{datetime.fromtimestamp(stat.st_mtime, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return LogFile(path=str(log), bytes=stat.st_size, changed_at=changed)
