"""The daemon of a version's runtime: where its files are, how it is started, what is wanted of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ktx_runtime.daemon.judgement import Wanted
from ktx_runtime.daemon.spawn import DaemonProgram
from ktx_runtime.daemon.supervisor import DaemonPaths
from ktx_runtime.state.manifest import Manifest, ManifestAbsent, ManifestUnreadable, read_manifest
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


def is_current(manifest: Manifest, paths: RuntimePaths) -> bool:
    """Whether `manifest` still is the one that counts, as far as its generation goes."""
    try:
        return read_manifest(paths.manifest_file).generation == manifest.generation
    except (ManifestAbsent, ManifestUnreadable):
        return True


def timestamp() -> str:
    """Now, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
