"""Make a built generation the current one: catalogue and record beside it, the manifest last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ktx_runtime.install.build import Built
from ktx_runtime.install.host import Host
from ktx_runtime.install.inventory import disk_bytes
from ktx_runtime.install.leftovers import INSTALLED_FILE, mark_superseded
from ktx_runtime.install.log import InstallLog
from ktx_runtime.install.plan import Plan
from ktx_runtime.registry.catalogue import CATALOGUE_FILE
from ktx_runtime.state.manifest import InstalledFeature, InstalledPlugin, Manifest, PythonInterpreter
from ktx_runtime.state.paths import RuntimePaths, environment_program
from ktx_runtime.state.replace import write_json, write_text


def make_manifest(
    built: Built,
    plan: Plan,
    *,
    previous: Manifest | None,
    left_behind: Sequence[str],
    version: str,
    host: Host,
    log: InstallLog,
    now: datetime,
) -> Manifest:
    """What the manifest will say; `version` is that of the Python in the environment.

    `left_behind` are features that the version before had and this one has not.
    """
    names = {entry.feature.name for entry in built.features}
    commands = {name: entry.feature.name for name, (entry, _) in built.catalogue.commands().items()}
    return Manifest(
        cli_version=host.paths.cli_version,
        wheel=plan.wheel.identity,
        generation=built.directory.name,
        python=PythonInterpreter(executable=str(built.python), version=version),
        daemon_executable=str(environment_program(built.directory / "venv", "ktx-daemon", platform=host.platform)),
        features=_features(built, previous, now),
        commands={name: feature for name, feature in sorted(commands.items()) if feature in names},
        plugins=_plugins(built),
        install_log=str(log.file),
        lock_digest=plan.lock_digest,
        disk_bytes=disk_bytes([built.directory]),
        adjustments=built.adjustments,
        left_behind=tuple(name for name in dict.fromkeys(left_behind) if name not in names),
    )


def _plugins(built: Built) -> tuple[InstalledPlugin, ...]:
    present = tuple(
        InstalledPlugin(
            name=row.plugin.name,
            distribution=row.plugin.distribution,
            version=row.plugin.version,
            state=row.state.value,
            reason=row.reason,
        )
        for row in built.catalogue.plugins
    )
    absent = tuple(
        InstalledPlugin(name=name, distribution=name, version="", state="absent", reason=reason)
        for name, reason in built.absent_plugins.items()
    )
    return present + absent


def _features(built: Built, previous: Manifest | None, now: datetime) -> tuple[InstalledFeature, ...]:
    since = {(old.name, old.version): old.installed_at for old in (previous.features if previous else ())}
    stamp = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return tuple(
        InstalledFeature(
            name=entry.feature.name,
            version=entry.plugin.version,
            distribution=entry.plugin.distribution,
            installed_at=since.get((entry.feature.name, entry.plugin.version), stamp),
            smoke_checks=checked.results,
        )
        for entry, checked in zip(built.features, built.checks, strict=True)
    )


def publish(manifest: Manifest, built: Built, *, previous: Manifest | None, paths: RuntimePaths) -> None:
    """Write everything down; the manifest is replaced last, and with that the generation is the current one."""
    write_text(built.directory / CATALOGUE_FILE, built.catalogue.model_dump_json(indent=2) + "\n")
    # A copy that survives the manifest: if that is lost, this tells what was installed.
    write_json(built.directory / INSTALLED_FILE, manifest)
    write_json(paths.manifest_file, manifest)
    if previous is not None and previous.generation != manifest.generation:
        mark_superseded(paths, previous.generation)
