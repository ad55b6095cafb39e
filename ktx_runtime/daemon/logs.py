"""The daemon's logs: rotated when a daemon starts and while it runs, quoted when one dies."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from ktx_runtime.api.safe_text import plain_text
from ktx_runtime.daemon.record import DaemonLogs

ROTATE_BYTES = 1_000_000
KEPT = 3
TAIL_LINES = 12
TAIL_BYTES = 8_192


def log_files(directory: Path) -> DaemonLogs:
    """The files under `directory` that a daemon's output is appended to."""
    return DaemonLogs(stdout=str(directory / "daemon.stdout.log"), stderr=str(directory / "daemon.stderr.log"))


def prepare_logs(directory: Path) -> DaemonLogs:
    """Make `directory`, rotate what has grown beyond 1 MB, and name the files to append to."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    logs = log_files(directory)
    for file in (Path(logs.stdout), Path(logs.stderr)):
        if size(str(file)) >= ROTATE_BYTES:
            _make_room(file)
            file.replace(_older(file, 1))
    return logs


def rotate_open(logs: DaemonLogs) -> None:
    """Rotate, likewise, files that a process goes on appending to: copied and emptied, since it keeps them open.

    What is written between the two is lost. Where there is no room for a copy the file is emptied all the same.
    """
    for file in (Path(logs.stdout), Path(logs.stderr)):
        if size(str(file)) >= ROTATE_BYTES:
            with suppress(OSError):
                _make_room(file)
                shutil.copyfile(file, _older(file, 1))
            with suppress(OSError):
                os.truncate(file, 0)


def _make_room(file: Path) -> None:
    for number in range(KEPT - 1, 0, -1):
        if _older(file, number).exists():
            _older(file, number).replace(_older(file, number + 1))


def _older(file: Path, number: int) -> Path:
    return file.with_name(f"{file.name}.{number}")


def size(file: str) -> int:
    """Bytes in `file` now, for `tail(since=…)`."""
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0


def tail(file: str, *, since: int = 0) -> tuple[str, ...]:
    """The last lines that were written after `since` bytes, safe to show."""
    try:
        with Path(file).open("rb") as stream:
            end = stream.seek(0, 2)
            stream.seek(max(since, end - TAIL_BYTES))
            text = stream.read().decode("utf-8", errors="replace")
    except OSError:
        return ()
    return tuple(plain_text(line) for line in text.splitlines()[-TAIL_LINES:])
