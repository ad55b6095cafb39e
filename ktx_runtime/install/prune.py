"""Free what no runtime needs any longer.

Never what a live process uses, never outside the root, never through a link.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.install.host import Host
from ktx_runtime.install.in_use import used_by_processes
from ktx_runtime.install.inventory import Inventory, bootstrap_owner, disk_bytes, take_inventory, version_contents
from ktx_runtime.install.leftovers import orphaned_generations, removable, remove_tree
from ktx_runtime.install.models import wanted_models
from ktx_runtime.install.uv_pins import read_pins
from ktx_runtime.owner import demand_owner
from ktx_runtime.state.lock import exclusive
from ktx_runtime.state.readiness import assess


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that went, or would go, and its size."""

    what: str
    path: Path
    bytes: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that had to stay, and why."""

    what: str
    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Pruned:
    """What became of everything that was looked at."""

    removed: tuple[Removed, ...]
    kept: tuple[Kept, ...]


def prune(host: Host, *, everything: bool, dry_run: bool) -> Pruned:
    """Free old versions, generations, throw-away environments and copies of uv; with `everything` uv and logs too.

    Raises `KtxError` with code `root-not-yours`.
    """
    if not host.paths.root.is_dir():
        return Pruned((), ())
    if dry_run:
        return _prune(host, everything=everything, dry_run=True)
    demand_owner(host.paths.root)
    with exclusive(host.paths.lock_file, on_wait=lambda: None):
        return _prune(host, everything=everything, dry_run=False)


def _prune(host: Host, *, everything: bool, dry_run: bool) -> Pruned:
    inventory = take_inventory(host.paths)
    candidates = [
        *_old_versions(host, inventory),
        *_bootstraps(inventory),
        *_uv(inventory, everything=everything),
        *_models(host, inventory),
    ]
    used = used_by_processes(path for _, path in candidates)
    free = [(what, path) for what, path in candidates if path not in used]
    free += [("generation", path) for path in _generations(host)]
    free += [("log", path) for path in _logs(host)] if everything else []
    removed = tuple(Removed(what, path, disk_bytes([path])) for what, path in free)
    if not dry_run:
        for item in removed:
            _remove(item)
    kept = [Kept(what, path, "a process uses it") for what, path in candidates if path in used]
    kept += [Kept("foreign", path, "it is not ours") for path in inventory.foreign]
    return Pruned(removed, tuple(kept))


def _old_versions(host: Host, inventory: Inventory) -> list[tuple[str, Path]]:
    return [("version", path) for path in inventory.versions if path != host.paths.version_directory]


def _bootstraps(inventory: Inventory) -> list[tuple[str, Path]]:
    """Throw-away environments whose launcher is gone."""
    import psutil  # noqa: PLC0415 - 25 ms, only here

    found = []
    for path in inventory.bootstraps:
        owner = bootstrap_owner(path)
        if owner is None or not psutil.pid_exists(owner):
            found.append(("bootstrap", path))
    return found


def _uv(inventory: Inventory, *, everything: bool) -> list[tuple[str, Path]]:
    pinned = read_pins().version
    return [("uv", path) for path in inventory.uv if everything or path.name != pinned]


def _models(host: Host, inventory: Inventory) -> list[tuple[str, Path]]:
    """What no installed feature declares any longer, of the versions that stay."""
    stay = [path for path in inventory.versions if path == host.paths.version_directory]
    wanted = wanted_models(host.paths.root, stay)
    return [] if wanted is None else [("model", path) for path in inventory.models if path.name not in wanted]


def _generations(host: Host) -> Iterable[Path]:
    manifest = assess(host.paths, wheel_sha256=None).manifest
    orphans = orphaned_generations(host.paths, current=manifest.generation if manifest else None)
    return removable(orphans, now=time.time())


def _logs(host: Host) -> list[Path]:
    directory = host.paths.logs_directory
    manifest = assess(host.paths, wheel_sha256=None).manifest
    last = manifest.install_log if manifest else None
    # A running daemon writes to its own.
    return [log for log in sorted(directory.glob("*.log")) if str(log) != last and not log.name.startswith("daemon")]


def _remove(item: Removed) -> None:
    if item.what != "version":
        remove_tree(item.path)
        return
    for entry in version_contents(item.path):
        remove_tree(entry)
    if not any(item.path.iterdir()):
        item.path.rmdir()
