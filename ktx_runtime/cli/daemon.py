"""The daemon of this version's runtime, as the verbs see it."""

from __future__ import annotations

from collections.abc import Callable

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.daemon_answer import DaemonDescription, DaemonLogFiles
from ktx_runtime.daemon.record import DaemonRecord


def waiting(call: Call) -> Callable[[], None]:
    """Says that somebody else is at it."""

    def say() -> None:
        call.stderr.write("ktx: another ktx starts or stops the daemon; waiting\n")

    return say


def described(record: DaemonRecord) -> DaemonDescription:
    """What may be told of a daemon: everything but its token."""
    return DaemonDescription(
        pid=record.pid,
        process_mark=record.process_mark,
        instance_id=record.instance_id,
        host=record.host,
        port=record.port,
        version=record.version,
        generation=record.generation,
        features=record.features,
        started_at=record.started_at,
        logs=DaemonLogFiles(stdout=record.logs.stdout, stderr=record.logs.stderr) if record.logs else None,
    )
