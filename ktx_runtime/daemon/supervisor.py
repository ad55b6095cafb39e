"""One daemon: look, judge, and start or replace it under a lock. N starts at once give one daemon and N answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.api import KtxError
from ktx_runtime.daemon.client import HEALTH_TIMEOUT_SECONDS, DaemonUnreachable, get_health
from ktx_runtime.daemon.history import Decision, append_decision
from ktx_runtime.daemon.judgement import Judgement, Reason, Wanted, judge
from ktx_runtime.daemon.process import is_running
from ktx_runtime.daemon.record import DaemonRecord, RecordUnreadable, forget_record, read_daemon_record
from ktx_runtime.daemon.spawn import DaemonProgram, spawn_daemon
from ktx_runtime.daemon.stop import How, stop_daemon
from ktx_runtime.owner import belongs_to_another, demand_owner
from ktx_runtime.state.lock import exclusive

PATIENCE_SECONDS = 10.0
"""How long a daemon that runs may be silent before it is taken for hung and ended, with all that it does for others: on
a machine that has too much to do, one that is well may need seconds."""


@dataclass(frozen=True, slots=True)
class DaemonPaths:
    """The daemon's files. One set for each version of ktx, so that no version touches another's daemon."""

    directory: Path
    logs: Path

    @property
    def record(self) -> Path:
        """`daemon.json`."""
        return self.directory / "daemon.json"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops."""
        return self.directory / "daemon.lock"

    @property
    def of_another_user(self) -> bool:
        """Whether somebody else can write the record: then it is nothing to go by."""
        return any(map(belongs_to_another, (self.directory, self.record)))

    def demand_owner(self) -> None:
        """Raise `KtxError` with code `root-not-yours` where they are another user's."""
        for path in (self.directory, self.record):
            demand_owner(path)

    @property
    def history(self) -> Path:
        """What was decided, and why."""
        return self.directory / "daemon-history.jsonl"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at the record found: the record, if it could be read, the judgement, and what `/health` said."""

    record: DaemonRecord | None
    judgement: Judgement
    health: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A daemon that can be used now. `reused` is False when this call started it; `judgement` says why."""

    record: DaemonRecord
    judgement: Judgement
    reused: bool


def look(paths: DaemonPaths, wanted: Wanted, *, patience_seconds: float = HEALTH_TIMEOUT_SECONDS) -> Finding:
    """Find the daemon of record and judge it; it has `patience_seconds` to say how it is. Changes nothing."""
    if paths.of_another_user:
        return Finding(None, Judgement(Reason.RECORD_NOT_YOURS, "it is another user's"))
    try:
        record = read_daemon_record(paths.record)
    except RecordUnreadable as error:
        return Finding(None, Judgement(Reason.RECORD_UNREADABLE, f"daemon.json: {error}"))
    if record is None:
        return Finding(None, Judgement(Reason.NONE_RUNNING, "no daemon runs"))
    running = is_running(record.pid, record.process_mark)
    health = _health(record, patience_seconds) if running else "its process is gone"
    judgement = judge(record, running=running, health=health, wanted=wanted)
    return Finding(record, judgement, None if isinstance(health, str) else health)


def ensure_daemon(
    paths: DaemonPaths,
    program: DaemonProgram,
    wanted: Wanted,
    *,
    environment: Mapping[str, str],
    now: Callable[[], str],
    on_wait: Callable[[], None] = lambda: None,
    is_current: Callable[[], bool] = lambda: True,
) -> Running:
    """A daemon that suits `wanted`: the one that runs, or a new one.

    `is_current` says whether the generation that is wanted still is the runtime's: whoever waited here while another
    one was installed must not replace its daemon by an older one.

    Raises `KtxError` (code `daemon-start-failed` with the tail of stderr and the paths of the logs,
    `daemon-unsuitable`, `daemon-survived`, `daemon-superseded`, `root-not-yours`).
    """
    found = look(paths, wanted)
    if found.record is not None and found.judgement.suits:
        return Running(found.record, found.judgement, reused=True)
    paths.directory.mkdir(parents=True, exist_ok=True)
    paths.demand_owner()
    with exclusive(paths.lock, on_wait=on_wait):
        found = look(paths, wanted, patience_seconds=PATIENCE_SECONDS)
        if found.record is not None and found.judgement.suits:
            return Running(found.record, found.judgement, reused=True)
        if found.judgement.replace and not is_current():
            raise _superseded()
        _clear(paths, found)
        record = spawn_daemon(program, paths.record, paths.logs, environment=environment)
        _require_suitable(paths, record, wanted)
        action = "replaced" if found.judgement.replace else "started"
        _remember(paths, action, found.judgement, now)
    return Running(record, found.judgement, reused=False)


def stop_running(paths: DaemonPaths, *, now: Callable[[], str], on_wait: Callable[[], None] = lambda: None) -> How:
    """End the daemon of record, if there is one. Raises `KtxError` (code `daemon-survived`, `root-not-yours`)."""
    paths.demand_owner()
    if not paths.record.exists():
        return How.WAS_GONE
    with exclusive(paths.lock, on_wait=on_wait):
        try:
            record = read_daemon_record(paths.record)
        except RecordUnreadable:
            forget_record(paths.record, None)
            return How.WAS_GONE
        if record is None:
            return How.WAS_GONE
        how = stop_daemon(paths.record, record)
        if how is How.SURVIVED:
            raise _survived(record)
        _remember(paths, "stopped", Judgement(Reason.SUITS, f"process {record.pid} was stopped by {how}"), now)
        return how


def _clear(paths: DaemonPaths, found: Finding) -> None:
    if found.record is None:
        forget_record(paths.record, None)
    elif stop_daemon(paths.record, found.record) is How.SURVIVED:
        raise _survived(found.record)


def _health(record: DaemonRecord, patience_seconds: float) -> Mapping[str, object] | str:
    try:
        answer = get_health(record, timeout_seconds=patience_seconds)
    except DaemonUnreachable as error:
        return str(error)
    if isinstance(answer.body, dict):
        return answer.body
    return f"it answers {answer.status} without JSON"


def _remember(paths: DaemonPaths, action: str, judgement: Judgement, now: Callable[[], str]) -> None:
    decision = Decision(at=now(), action=action, reason=judgement.reason, detail=judgement.detail)
    append_decision(paths.history, decision)


def _require_suitable(paths: DaemonPaths, record: DaemonRecord, wanted: Wanted) -> None:
    """What was just started must suffice, or every caller would replace the last one's daemon."""
    judgement = judge(record, running=True, health=_health(record, PATIENCE_SECONDS), wanted=wanted)
    if not judgement.suits:
        stop_daemon(paths.record, record)
        raise KtxError(
            f"the daemon that was started does not suffice: {judgement.detail}",
            code="daemon-unsuitable",
            hint="run: ktx runtime doctor",
            details={"reason": judgement.reason.value},
        )


def _superseded() -> KtxError:
    return KtxError(
        "the runtime was changed while the daemon was waited for, and a newer one runs",
        code="daemon-superseded",
        hint="run the command again",
    )


def _survived(record: DaemonRecord) -> KtxError:
    return KtxError(
        f"the daemon does not end, not even when killed: process {record.pid}",
        code="daemon-survived",
        hint="it waits for a device or a network drive; restart the machine, or wait and run: ktx runtime stop",
    )
