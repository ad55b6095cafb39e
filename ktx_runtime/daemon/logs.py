"""The daemon's logs: rotated when a daemon starts, quoted when one dies."""

from __future__ import annotations

from pathlib import Path

from ktx_runtime.api.safe_text import plain_text
from ktx_runtime.daemon.record import DaemonLogs

ROTATE_BYTES = 1_000_000
KEPT = 3
TAIL_LINES = 12
TAIL_BYTES = 8_192


def prepare_logs(directory: Path) -> DaemonLogs:
    """Make `directory`, rotate what has grown beyond 1 MB, and name the files to append to."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    stdout, stderr = directory / "daemon.stdout.log", directory / "daemon.stderr.log"
    for file in (stdout, stderr):
        _rotate(file)
    return DaemonLogs(stdout=str(stdout), stderr=str(stderr))


def _rotate(file: Path) -> None:
    try:
        if file.stat().st_size < ROTATE_BYTES:
            return
    except FileNotFoundError:
        return
    for number in range(KEPT - 1, 0, -1):
        older = file.with_name(f"{file.name}.{number}")
        if older.exists():
            older.replace(file.with_name(f"{file.name}.{number + 1}"))
    file.replace(file.with_name(f"{file.name}.1"))


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
