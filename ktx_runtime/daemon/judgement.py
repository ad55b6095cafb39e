"""May the daemon of record be used? A pure judgement with a stable reason code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ktx_runtime.daemon.record import DaemonRecord


class Reason(StrEnum):
    """Why a daemon is used, started, or replaced. Stable: shown by `status` and kept by `ktx runtime why`."""

    SUITS = "suits"
    NONE_RUNNING = "none-running"
    RECORD_UNREADABLE = "record-unreadable"
    RECORD_NOT_YOURS = "record-not-yours"
    PROCESS_GONE = "process-gone"
    UNREACHABLE = "unreachable"
    FOREIGN_ANSWER = "foreign-answer"
    VERSION_DIFFERS = "version-differs"
    GENERATION_DIFFERS = "generation-differs"
    FEATURES_MISSING = "features-missing"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`reason` and one line for people. `replace` says that a living process of ours has to go first."""

    reason: Reason
    detail: str
    replace: bool = False

    @property
    def suits(self) -> bool:
        """Whether the daemon can be used as it is."""
        return self.reason is Reason.SUITS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller needs of a daemon."""

    version: str
    generation: str
    features: frozenset[str]


def judge(record: DaemonRecord, *, running: bool, health: Mapping[str, object] | str, wanted: Wanted) -> Judgement:
    """Judge `record`.

    `running` says whether the very process of record lives; `health` is the body of `/health`, or why there is none.
    """
    if not running:
        return Judgement(Reason.PROCESS_GONE, f"process {record.pid} is gone")
    if isinstance(health, str):
        return Judgement(Reason.UNREACHABLE, f"it does not answer: {health}", replace=True)
    if health.get("instanceId") != record.instance_id:
        # Somebody else listens on the port; the process of record is ours all the same.
        return Judgement(Reason.FOREIGN_ANSWER, f"port {record.port} is answered by another program", replace=True)
    difference = _difference(record, wanted)
    if difference is not None:
        return difference
    return Judgement(Reason.SUITS, f"process {record.pid} answers on port {record.port}")


def _difference(record: DaemonRecord, wanted: Wanted) -> Judgement | None:
    if record.version != wanted.version:
        return Judgement(Reason.VERSION_DIFFERS, f"it is of version {record.version}", replace=True)
    if record.generation != wanted.generation:
        return Judgement(Reason.GENERATION_DIFFERS, f"it is of generation {record.generation}", replace=True)
    missing = sorted(wanted.features - set(record.features))
    if missing:
        return Judgement(Reason.FEATURES_MISSING, f"it lacks {', '.join(missing)}", replace=True)
    return None
