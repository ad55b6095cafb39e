"""The daemon of this version's runtime, as the verbs see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.daemon_answer import DaemonDescription, DaemonLogFiles
from ktx_runtime.daemon.judgement import Wanted
from ktx_runtime.daemon.record import DaemonRecord
from ktx_runtime.daemon.spawn import DaemonProgram
from ktx_runtime.daemon.supervisor import DaemonPaths
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.paths import RuntimePaths

WORKER = "ktx_daemon"
IDLE_SECONDS = 1800.0


def daemon_paths(paths: RuntimePaths) -> DaemonPaths:
    """Where the daemon of `paths`' version keeps its files."""
    return DaemonPaths(paths.version_directory, paths.logs_directory)


def daemon_program(manifest: Manifest, paths: RuntimePaths, *, idle_seconds: float) -> DaemonProgram:
    """How to start a daemon of the current generation. It leaves after `idle_seconds` without a request."""
    words = ("-I", "-m", WORKER, "serve-http", "--port", "0", "--idle-timeout", f"{idle_seconds:g}")
    return DaemonProgram(Path(manifest.python.executable), words, paths.root, manifest.cli_version)


def wanted_daemon(manifest: Manifest, features: frozenset[str]) -> Wanted:
    """A daemon of the current generation with `features`."""
    return Wanted(manifest.cli_version, manifest.generation, features)


def waiting(call: Call) -> Callable[[], None]:
    """Says that somebody else is at it."""

    def say() -> None:
        call.stderr.write("ktx: another ktx starts or stops the daemon; waiting\n")

    return say


def timestamp() -> str:
    """Now, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


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
