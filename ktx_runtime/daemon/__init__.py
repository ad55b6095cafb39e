"""The daemon, seen from outside: started, judged, reached and stopped. What runs inside it is the worker's."""

from ktx_runtime.daemon.client import Answer, DaemonUnreachable, get_health, post
from ktx_runtime.daemon.history import Decision, read_decisions
from ktx_runtime.daemon.judgement import Judgement, Reason, Wanted
from ktx_runtime.daemon.record import DaemonLogs, DaemonRecord, RecordUnreadable, read_daemon_record
from ktx_runtime.daemon.spawn import DaemonProgram
from ktx_runtime.daemon.stop import How
from ktx_runtime.daemon.supervisor import DaemonPaths, Finding, Running, ensure_daemon, look, stop_running

__all__ = [
    "Answer",
    "DaemonLogs",
    "DaemonPaths",
    "DaemonProgram",
    "DaemonRecord",
    "DaemonUnreachable",
    "Decision",
    "Finding",
    "How",
    "Judgement",
    "Reason",
    "RecordUnreadable",
    "Running",
    "Wanted",
    "ensure_daemon",
    "get_health",
    "look",
    "post",
    "read_daemon_record",
    "read_decisions",
    "stop_running",
]
