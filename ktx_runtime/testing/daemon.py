"""A daemon of the environment that runs the tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ktx_runtime.daemon.judgement import Wanted
from ktx_runtime.daemon.record import DaemonRecord
from ktx_runtime.daemon.spawn import DaemonProgram
from ktx_runtime.daemon.supervisor import DaemonPaths, ensure_daemon, stop_running
from ktx_runtime.testing.caller import WORKER
from ktx_runtime.version import VERSION

IDLE_SECONDS = 600
"""When it leaves by itself, should the tests be killed."""


@contextmanager
def running_daemon(directory: Path) -> Iterator[DaemonRecord]:
    """A daemon that keeps its files in `directory`, and is stopped at the end."""
    words = ("-I", "-m", WORKER, "serve-http", "--port", "0", "--idle-timeout", str(IDLE_SECONDS))
    program = DaemonProgram(Path(sys.executable), words, directory, VERSION)
    paths = DaemonPaths(directory, directory / "logs")
    wanted = Wanted(VERSION, "", frozenset())
    running = ensure_daemon(paths, program, wanted, environment=dict(os.environ), now=_now)
    try:
        yield running.record
    finally:
        stop_running(paths, now=_now)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
