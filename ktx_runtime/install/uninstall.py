"""Remove everything that is ours from this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.api.errors import KtxError
from ktx_runtime.install.host import Host
from ktx_runtime.install.in_use import processes_using
from ktx_runtime.install.inventory import Inventory, disk_bytes, take_inventory, version_contents
from ktx_runtime.install.leftovers import remove_tree
from ktx_runtime.owner import demand_owner
from ktx_runtime.state.lock import exclusive
from ktx_runtime.state.paths import models_directory

# The folders of the default root that exist for us alone: …/kaelio/ktx/runtime.
OWN_PARENTS = ("ktx", "kaelio")


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """How much went, and what stayed because it is not ours."""

    freed_bytes: int
    foreign: tuple[Path, ...]


def uninstall(host: Host) -> Uninstalled:
    """Remove all versions, uv, and the root itself if nothing foreign lies in it.

    Raises `KtxError` with code `in-use` while a process runs from any of it, other than this one; `root-not-yours`.
    """
    root = host.paths.root
    if not root.is_dir():
        return Uninstalled(0, ())
    demand_owner(root)
    with exclusive(host.paths.lock_file, on_wait=lambda: None):
        inventory = take_inventory(host.paths)
        _demand_unused(inventory, host)
        places = [*inventory.versions, *inventory.uv, *inventory.bootstraps, *inventory.models]
        freed = disk_bytes(places)
        for version in inventory.versions:
            for entry in version_contents(version):
                remove_tree(entry)
            _remove_if_empty(version)
        for place in (*inventory.uv, *inventory.bootstraps, *inventory.models, *inventory.files):
            remove_tree(place)
        _remove_if_empty(host.paths.uv_directory)
        _remove_if_empty(models_directory(root))
    host.paths.lock_file.unlink(missing_ok=True)
    _remove_with_own_parents(root)
    return Uninstalled(freed, tuple(path for path in inventory.foreign if path.exists() or path.is_symlink()))


def _demand_unused(inventory: Inventory, host: Host) -> None:
    using = processes_using([*inventory.versions, *inventory.uv])
    if using:
        listed = ", ".join(f"{name} ({pid})" for pid, name in sorted(using.items()))
        raise KtxError(
            f"the runtime is in use: {listed}",
            code="in-use",
            hint=f"end these processes, then run: {host.command('runtime', 'uninstall', '--yes')}",
        )


def _remove_with_own_parents(root: Path) -> None:
    _remove_if_empty(root)
    parent = root.parent
    for name in OWN_PARENTS:
        if parent.name.lower() != name:
            return
        _remove_if_empty(parent)
        parent = parent.parent


def _remove_if_empty(directory: Path) -> None:
    if directory.is_dir() and not any(directory.iterdir()):
        directory.rmdir()
