"""End a daemon of ours: ask it, then TERM, then KILL, each awaited. A stranger's process is never signalled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ktx_runtime.daemon.client import DaemonUnreachable, post
from ktx_runtime.daemon.process import is_running, signal_process, wait_until_gone
from ktx_runtime.daemon.record import DaemonRecord, forget_record

SHUTDOWN_PATH = "/shutdown"
ASK_SECONDS = 3.0


class How(StrEnum):
    """What ended it."""

    WAS_GONE = "was-gone"
    REQUEST = "request"
    TERM = "term"
    KILL = "kill"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each step is waited for, in seconds."""

    after_request: float = 15.0
    after_term: float = 5.0
    after_kill: float = 5.0


def stop_daemon(file: Path, record: DaemonRecord, *, patience: Patience | None = None) -> How:
    """End the daemon of `record`, and remove `file` if it is still that daemon's."""
    how = _end(record, patience or Patience())
    if how is not How.SURVIVED:
        forget_record(file, record.instance_id)
    return how


def _end(record: DaemonRecord, patience: Patience) -> How:
    pid, mark = record.pid, record.process_mark
    if not is_running(pid, mark):
        return How.WAS_GONE
    if _asked(record) and wait_until_gone(pid, mark, timeout_seconds=patience.after_request):
        return How.REQUEST
    if signal_process(pid, mark, force=False) and wait_until_gone(pid, mark, timeout_seconds=patience.after_term):
        return How.TERM
    if signal_process(pid, mark, force=True):
        gone = wait_until_gone(pid, mark, timeout_seconds=patience.after_kill)
        return How.KILL if gone else How.SURVIVED
    return How.TERM


def _asked(record: DaemonRecord) -> bool:
    try:
        return post(record, SHUTDOWN_PATH, {}, timeout_seconds=ASK_SECONDS).status < 300  # noqa: PLR2004 - 2xx
    except DaemonUnreachable:
        return False
