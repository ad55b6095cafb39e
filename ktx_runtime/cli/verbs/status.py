"""`ktx runtime status`: what is there. Reads files, and asks a daemon that runs; starts and changes nothing."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.daemon_answer import DaemonState
from ktx_runtime.cli.daemon_status import DaemonStatus, daemon_status
from ktx_runtime.install.models import KeptModel, measured_models
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.state.manifest import (
    AppliedAdjustment,
    InstalledFeature,
    InstalledPlugin,
    Manifest,
    PythonInterpreter,
    WheelIdentity,
)
from ktx_runtime.state.readiness import Readiness, State, assess


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeStatus:
    """What is there. Of a runtime that cannot be read, everything but its state is null or empty."""

    state: State
    reason: str | None
    """Why it is not ready."""
    next: str | None
    """The command that makes it ready."""
    cli_version: str
    root: str
    generation: str | None
    python: PythonInterpreter | None
    wheel: WheelIdentity | None
    features: tuple[InstalledFeature, ...]
    plugins: tuple[InstalledPlugin, ...]
    adjustments: tuple[AppliedAdjustment, ...]
    """What plugins have had changed in the install."""
    left_behind: tuple[str, ...]
    """Features that the version before had, and that nobody has agreed to for this one."""
    models: tuple[KeptModel, ...]
    """What features have had fetched besides packages; it lies under the root, for every version."""
    install_log: str | None
    disk_bytes: int | None
    """The size of the environment, right after it was built."""
    lock_digest: str | None
    daemon: DaemonState | None
    """Null where no daemon has left a record."""


ANSWERS = (RuntimeStatus,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""
    del parser


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Say what is there; the exit code is 1 unless it is ready."""
    del arguments
    paths = call.host.paths
    found = assess(paths, wheel_sha256=promised_sha256(call.host.environment))
    command = None if found.ready else call.host.command("runtime", "install", "--yes")
    manifest = found.manifest
    daemon = daemon_status(call, manifest)
    data = RuntimeStatus(
        state=found.state,
        reason=found.reason,
        next=command,
        cli_version=paths.cli_version,
        root=str(paths.root),
        generation=manifest.generation if manifest else None,
        python=manifest.python if manifest else None,
        wheel=manifest.wheel if manifest else None,
        features=manifest.features if manifest else (),
        plugins=manifest.plugins if manifest else (),
        adjustments=manifest.adjustments if manifest else (),
        left_behind=manifest.left_behind if manifest else (),
        models=(models := measured_models(paths.root)),
        install_log=manifest.install_log if manifest else None,
        disk_bytes=manifest.disk_bytes if manifest else None,
        lock_digest=manifest.lock_digest if manifest else None,
        daemon=daemon.state if daemon else None,
    )
    return Answer(data, _text(found, call, command, daemon, models), exit_code=0 if found.ready else 1)


def _text(
    found: Readiness, call: Call, command: str | None, daemon: DaemonStatus | None, models: tuple[KeptModel, ...]
) -> str:
    paths = call.host.paths
    lines = [f"runtime of ktx {paths.cli_version}: {found.state.value}"]
    if found.reason:
        lines.append(f"  reason: {found.reason}")
    if found.manifest:
        lines += _described(found.manifest)
        lines += _left_behind(found.manifest, call)
    lines += [f"  model: {one.name}, {one.bytes / 1e6:.1f} MB{'' if one.whole else ', unfinished'}" for one in models]
    if daemon:
        lines.append(f"  daemon: {daemon.line}")
        lines += [f"    {row}" for row in daemon.features]
    lines.append(f"  root: {paths.root}")
    if command:
        lines.append(f"next: {command}")
    return "\n".join(lines)


def _described(manifest: Manifest) -> list[str]:
    lines = ["  features:"]
    lines += [f"    {feature.name} {feature.version} ({_checks(feature)})" for feature in manifest.features]
    broken = [plugin for plugin in manifest.plugins if plugin.state != "ok"]
    strangers = [plugin for plugin in manifest.plugins if plugin.state == "ok" and not _is_builtin(plugin, manifest)]
    if broken or strangers:
        lines.append("  plugins:")
        lines += [f"    {plugin.name} {plugin.version} of {plugin.distribution}" for plugin in strangers]
        lines += [f"    {plugin.name} of {plugin.distribution}: {plugin.state}: {plugin.reason}" for plugin in broken]
    lines += [f"  adjusted by {one.distribution}: {one.reason}" for one in manifest.adjustments]
    lines.append(f"  python: {manifest.python.version} {manifest.python.executable}")
    if manifest.disk_bytes is not None:
        lines.append(f"  size: {manifest.disk_bytes / 1e6:.1f} MB")
    return lines


def _left_behind(manifest: Manifest, call: Call) -> list[str]:
    if not manifest.left_behind:
        return []
    words = [word for name in manifest.left_behind for word in ("--feature", name)]
    command = call.host.command("runtime", "install", *words, "--yes")
    return [f"  not taken along from the version before: {', '.join(manifest.left_behind)}; {command}"]


def _is_builtin(plugin: InstalledPlugin, manifest: Manifest) -> bool:
    return bool(manifest.features) and plugin.distribution == manifest.features[0].distribution


def _checks(feature: InstalledFeature) -> str:
    if not feature.smoke_checks:
        return "no checks"
    failed = [check for check in feature.smoke_checks if check.status == "failed"]
    if failed:
        return f"failed: {failed[0].name}: {failed[0].detail}"
    return f"{len(feature.smoke_checks)} checks passed"
