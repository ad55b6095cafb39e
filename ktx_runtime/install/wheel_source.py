"""Which wheel the runtime is built from: the launcher's, the one kept from the last install, or our own again."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from ktx_runtime.install.host import Host
from ktx_runtime.install.leftovers import is_real, remove_tree
from ktx_runtime.install.own_wheel import rebuild_own_wheel
from ktx_runtime.install.promise import WHEEL_VARIABLE, file_sha256, promised_sha256
from ktx_runtime.install.wheel import Wheel, read_wheel
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.paths import RuntimePaths
from ktx_runtime.state.readiness import is_generation_id


def obtain_wheel(host: Host, manifest: Manifest | None, *, staging: Path) -> Wheel:
    """The wheel to build from, verified. What has to be made is made in `staging`. Raises `KtxError`."""
    named = named_wheel(host)
    if named is not None:
        return named
    kept = kept_wheel(host.paths, manifest)
    inside = host.prefix.is_relative_to(host.paths.root)
    if kept is not None and inside:
        return kept
    return read_wheel(rebuild_own_wheel(staging), sha256=None)


def named_wheel(host: Host) -> Wheel | None:
    """The wheel that the caller names, verified against what it promises."""
    named = host.environment.get(WHEEL_VARIABLE)
    return read_wheel(Path(named).absolute(), sha256=promised_sha256(host.environment)) if named else None


def kept_wheel(paths: RuntimePaths, manifest: Manifest | None) -> Wheel | None:
    """The wheel that the runtime was built from, verified, if it is still kept."""
    if manifest is None:
        return None
    file = paths.wheels_directory / manifest.wheel.sha256[:8] / manifest.wheel.file
    return read_wheel(file, sha256=manifest.wheel.sha256) if file.is_file() else None


def keep_wheel(wheel: Wheel, paths: RuntimePaths) -> Wheel:
    """Copy `wheel` to where it stays, so that a repair needs no launcher; return it as it lies there."""
    target = paths.wheels_directory / wheel.sha256[:8] / wheel.path.name
    if not (target.is_file() and file_sha256(target) == wheel.sha256):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".wheel-", dir=target.parent) as name:
            staged = Path(name) / target.name
            shutil.copyfile(wheel.path, staged)
            staged.replace(target)
    return replace(wheel, path=target)


def wheel_to_install(wheel: Wheel, kept: Wheel, host: Host) -> Wheel:
    """The one of two equal wheels to install: the caller's, where it named one; else the one that is `kept`.

    uv unpacks each path once, and it has unpacked the caller's, who made the environment from it that runs us.
    """
    named = host.environment.get(WHEEL_VARIABLE)
    return wheel if named and wheel.path == Path(named).absolute() else kept


def drop_other_wheels(paths: RuntimePaths, *, current: Wheel) -> None:
    """Remove the wheels of earlier installs."""
    if not is_real(paths.wheels_directory):
        return
    for entry in paths.wheels_directory.iterdir():
        if entry != current.path.parent and is_generation_id(entry.name):
            remove_tree(entry)
