"""Is that still the process we started? A pid alone does not say: numbers are given out again."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

POLL_SECONDS = 0.02


def process_mark(pid: int, platform: str = sys.platform) -> str | None:
    """What tells this process from any other that has, had, or will have the same `pid`; None when none runs.

    On Linux the boot and the clock ticks since it (field 22 of /proc/<pid>/stat, see proc(5)): setting the clock
    changes neither. Elsewhere the time of creation. A zombie counts as gone.
    """
    if platform == "linux":
        return _linux_mark(pid)
    import psutil  # noqa: PLC0415 - not needed on Linux

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.NoSuchProcess:
        return None


def _linux_mark(pid: int) -> str | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    # The name in parentheses may hold spaces and parentheses itself.
    state, *fields = text.rpartition(")")[2].split()
    return None if state in {"Z", "X"} else f"{boot}:{fields[18]}"


def is_running(pid: int, mark: str, platform: str = sys.platform) -> bool:
    """Whether the process that had `mark` still runs."""
    return process_mark(pid, platform) == mark


def wait_until_gone(pid: int, mark: str, *, timeout_seconds: float) -> bool:
    """Wait for the process to end; whether it did."""
    deadline = time.monotonic() + timeout_seconds
    while is_running(pid, mark):
        if time.monotonic() >= deadline:
            return False
        _reap(pid)
        time.sleep(POLL_SECONDS)
    return True


def signal_process(pid: int, mark: str, *, force: bool) -> bool:
    """Send TERM, or KILL with `force`; False when the process with `mark` is gone. Never signals another one."""
    if not is_running(pid, mark):
        return False
    kill = getattr(signal, "SIGKILL", signal.SIGTERM)
    try:
        os.kill(pid, kill if force else signal.SIGTERM)
    except OSError as error:
        # Windows says "invalid parameter" or "access denied" of a process that is gone.
        if isinstance(error, ProcessLookupError) or not is_running(pid, mark):
            return False
        raise
    return True


def _reap(pid: int) -> None:
    """Collect the process if it is a child of ours: a zombie would look alive to others."""
    if sys.platform != "win32":
        try:
            os.waitpid(pid, os.WNOHANG)
        except OSError:
            return
