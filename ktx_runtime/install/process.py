"""Run a program to its end: explicit environment, time-out, every line to a log; nothing survives us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

KILL_AFTER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended. `lines` are those of both its streams, in the order in which they came."""

    returncode: int
    lines: tuple[str, ...]
    timed_out: bool

    @property
    def succeeded(self) -> bool:
        """Whether it ended well, in time."""
        return self.returncode == 0 and not self.timed_out

    def how(self) -> str:
        """How it ended, in words."""
        if self.timed_out:
            return "took too long"
        if self.returncode < 0:
            return f"was ended by signal {-self.returncode}"
        return f"ended with {self.returncode}"


def run_program(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    directory: Path,
    timeout_seconds: float,
    on_line: Callable[[str], None],
    stdin: Path | None = None,
) -> Finished:
    """Run `argv`, handing each line of its output (stdout and stderr alike) to `on_line`; it reads the file `stdin`.

    On a time-out, and on whatever interrupts us, the program and its children are ended.
    """
    with (stdin or Path(os.devnull)).open("rb") as given:
        process = _start(argv, environment, directory, given)
    timed_out = threading.Event()

    def expire() -> None:
        timed_out.set()
        end_group(process, patience_seconds=0)

    timer = threading.Timer(timeout_seconds, expire)
    timer.daemon = True
    timer.start()
    lines: list[str] = []
    try:
        assert process.stdout is not None  # noqa: S101 - stdout=PIPE, for the type checker
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            on_line(lines[-1])
        process.wait()
    except BaseException:
        end_group(process, patience_seconds=KILL_AFTER_SECONDS)
        raise
    finally:
        timer.cancel()
        if process.stdout is not None:
            process.stdout.close()
    return Finished(process.returncode, tuple(lines), timed_out.is_set())


def end_group(process: subprocess.Popen[str], *, patience_seconds: float) -> None:
    """End `process` and its group: ask, wait at most `patience_seconds`, then kill."""
    if patience_seconds:
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_seconds)
            return
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()


def _signal(process: subprocess.Popen[str], number: int) -> None:
    if os.name != "posix":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _start(
    argv: Sequence[str], environment: Mapping[str, str], directory: Path, stdin: BinaryIO
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        argv,
        env=dict(environment),
        cwd=directory,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        # A group of its own: we end it as a whole, and ^C reaches us first.
        start_new_session=True,
    )
