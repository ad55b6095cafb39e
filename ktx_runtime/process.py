"""Run a program to its end: explicit environment, bounded in time and in what it says; nothing of it survives us."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

KILL_AFTER_SECONDS = 5.0
MOST_BYTES = 64 * 1024 * 1024
"""What a program may say. uv and pip say kilobytes; whoever says more has gone wrong, and would fill memory and log."""

_DRAIN_SECONDS = 5.0
_CHUNK_BYTES = 64 * 1024
_CHUNKS_AHEAD = 64
_POLL_SECONDS = 0.05

Broken = Literal["timed-out", "said-too-much"]


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended. `lines` are those of both its streams, in the order in which they came.

    `broken_off` says why it was ended before it ended itself.
    """

    returncode: int
    lines: tuple[str, ...]
    broken_off: Broken | None = None

    @property
    def succeeded(self) -> bool:
        """Whether it ended well, in time."""
        return self.returncode == 0 and self.broken_off is None

    @property
    def timed_out(self) -> bool:
        """Whether it took too long."""
        return self.broken_off == "timed-out"

    def how(self) -> str:
        """How it ended, in words."""
        if self.broken_off is not None:
            return "took too long" if self.timed_out else f"said more than {MOST_BYTES // 2**20} MB"
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
    """Run `argv`, handing each line of its output (stdout and stderr alike) to `on_line`, in this thread.

    It reads the file `stdin`, or nothing.
    When it takes too long or says too much, and on whatever interrupts us, the program and its group are ended. A
    child of it that outlives it, even one that keeps its output open, is not waited for. Raises OSError where it cannot
    be started.
    """
    with (stdin or Path(os.devnull)).open("rb") as given:
        process = subprocess.Popen(
            argv,
            env=dict(environment),
            cwd=directory,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own: we end it as a whole, and ^C reaches us first.
            start_new_session=True,
        )
    assert process.stdout is not None  # noqa: S101 - stdout=PIPE, for the type checker
    # What is read ahead is bounded, so that whoever is not listened to any longer cannot fill our memory.
    said: queue.Queue[bytes] = queue.Queue(_CHUNKS_AHEAD)
    threading.Thread(target=_read, args=(process.stdout, said), daemon=True).start()
    lines: list[str] = []
    broken: list[Broken] = []
    try:
        for line in _lines(_chunks(process, said, time.monotonic() + timeout_seconds, broken)):
            lines.append(line)
            on_line(line)
    except BaseException:
        _end_group(process, patience_seconds=KILL_AFTER_SECONDS)
        raise
    _end_group(process, patience_seconds=0)
    return Finished(process.returncode, tuple(lines), broken[0] if broken else None)


def _read(stream: IO[bytes], said: queue.Queue[bytes]) -> None:
    """Hand on what comes, and at last an empty piece. A thread of its own: the end may never come."""
    piece = b"begun"
    with stream:
        while piece:
            piece = os.read(stream.fileno(), _CHUNK_BYTES)
            said.put(piece)


def _chunks(
    process: subprocess.Popen[bytes], said: queue.Queue[bytes], deadline: float, broken: list[Broken]
) -> Iterator[bytes]:
    """What the program says, until it has ended and all is said, or has to be broken off: `broken` then says why."""
    amount = 0
    ended_at: float | None = None
    closed = False
    while not (closed and ended_at):
        if ended_at is None and _has_ended(process):
            ended_at = time.monotonic()
        if ended_at is None and time.monotonic() > deadline:
            broken.append("timed-out")
            return
        if ended_at is not None and time.monotonic() > ended_at + _DRAIN_SECONDS:
            # A child of its keeps the output open.
            return
        try:
            piece = said.get(timeout=0.001 if closed else _POLL_SECONDS)
        except queue.Empty:
            continue
        closed = not piece
        amount += len(piece)
        if amount > MOST_BYTES:
            broken.append("said-too-much")
            return
        yield piece


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    if sys.platform == "linux":
        # Without reaping it: as long as it is a zombie, nobody else gets its number, which is that of its group.
        return process.returncode is not None or bool(
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        )
    return process.poll() is not None


def _lines(pieces: Iterator[bytes]) -> Iterator[str]:
    begun: list[bytes] = []
    for piece in pieces:
        first, *rest = piece.split(b"\n")
        begun.append(first)
        for part in rest:
            yield _text(begun)
            begun = [part]
    if any(begun):
        yield _text(begun)


def _text(parts: Sequence[bytes]) -> str:
    return b"".join(parts).decode("utf-8", "replace").rstrip("\r")


def _end_group(process: subprocess.Popen[bytes], *, patience_seconds: float) -> None:
    """End `process` and its group: ask, wait at most `patience_seconds`, then kill."""
    if patience_seconds:
        _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + patience_seconds
        while not _has_ended(process) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if process.returncode is not None:
        # Reaped: its number, and that of its group, may be somebody else's by now.
        return
    if os.name != "posix":
        kill_tree(process.pid)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def kill_tree(pid: int) -> None:
    """Kill a process and all below it, where a system has no groups to signal: Windows."""
    import psutil  # noqa: PLC0415 - 25 ms, only there and only then

    with contextlib.suppress(psutil.NoSuchProcess):
        top = psutil.Process(pid)
        # Those below are looked for first: afterwards nobody knows whose they were.
        for process in (top, *top.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.kill()
