"""The daemon: runs, or does not, or left its record behind."""

from __future__ import annotations

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.daemon import daemon_paths
from ktx_runtime.cli.doctor.check import Check, Status, passed


def check_daemon(call: Call) -> Check:
    """Is the daemon of record still the process that wrote the record?"""
    from ktx_runtime.daemon.process import is_running  # noqa: PLC0415 - http.client and more, only here
    from ktx_runtime.daemon.record import RecordUnreadable, read_daemon_record  # noqa: PLC0415

    fix = f"run: {call.host.command('runtime', 'stop')}"
    try:
        record = read_daemon_record(daemon_paths(call.host.paths).record)
    except RecordUnreadable as error:
        return Check("daemon", Status.WARN, f"daemon.json: {error}", fix)
    if record is None:
        return passed("daemon", "none runs")
    if not is_running(record.pid, record.process_mark):
        return Check("daemon", Status.WARN, f"its process {record.pid} is gone", fix)
    return passed("daemon", f"process {record.pid} runs generation {record.generation}")
