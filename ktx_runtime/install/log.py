"""The log of one install: what was run, what it said, how long it took."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from ktx_runtime.api import plain_text

KEPT_LOGS = 10
PATTERN = "install-*.log"


class InstallLog:
    """Lines with the seconds since the start. Each is flushed: the log must be whole when we are killed."""

    def __init__(self, file: Path, stream: TextIO, clock: Callable[[], float]) -> None:
        self.file = file
        self._stream = stream
        self._clock = clock
        self._start = clock()

    def write(self, text: str) -> None:
        """Add one line, free of credentials. A full disk does not stop an install here: it will where it matters."""
        with contextlib.suppress(OSError):
            self._stream.write(f"{self._clock() - self._start:9.3f}  {plain_text(text)}\n")
            self._stream.flush()


@contextmanager
def open_install_log(directory: Path, *, now: datetime) -> Iterator[InstallLog]:
    """Open a new log in `directory`, which is made; of the older ones the last `KEPT_LOGS` - 1 stay."""
    directory.mkdir(parents=True, exist_ok=True)
    for old in install_logs(directory)[: -(KEPT_LOGS - 1)]:
        old.unlink(missing_ok=True)
    file = directory / f"install-{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}.log"
    with file.open("w", encoding="utf-8", errors="backslashreplace") as stream:
        yield InstallLog(file, stream, time.monotonic)


def install_logs(directory: Path) -> list[Path]:
    """The logs of installs, oldest first."""
    return sorted(directory.glob(PATTERN))
