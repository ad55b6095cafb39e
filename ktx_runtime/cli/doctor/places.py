"""The root: may we write there, is there room, and what lies there that should not?"""

from __future__ import annotations

import os
import shutil
import stat
import time
from pathlib import Path

from ktx_runtime.cli.doctor.check import Check, Status, passed
from ktx_runtime.install.host import Host
from ktx_runtime.install.inventory import disk_bytes, take_inventory
from ktx_runtime.install.leftovers import orphaned_generations, removable
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.paths import ROOT_VARIABLE

LITTLE_SPACE_BYTES = 500e6


def check_permissions(host: Host) -> Check:
    """May we write to the root, and nobody else?"""
    place = _existing(host.paths.root)
    elsewhere = f"set {ROOT_VARIABLE} to a directory of your own"
    if not os.access(place, os.W_OK):
        return Check("permissions", Status.FAIL, f"not writable: {place}", f"make it writable, or {elsewhere}")
    if os.name == "posix" and place == host.paths.root:
        found = place.stat()
        if found.st_uid != os.geteuid():
            return Check("permissions", Status.FAIL, f"it belongs to user {found.st_uid}: {place}", elsewhere)
        if found.st_mode & stat.S_IWOTH:
            return Check("permissions", Status.WARN, f"everybody may write to it: {place}", f"run: chmod o-w {place}")
    return passed("permissions", f"writable: {place}")


def check_space(host: Host) -> Check:
    """Is there room for another generation?"""
    place = _existing(host.paths.root)
    free = shutil.disk_usage(place).free
    detail = f"{free / 1e6:.0f} MB free at {place}"
    if free < LITTLE_SPACE_BYTES:
        return Check("disk space", Status.WARN, detail, f"run: {host.command('runtime', 'prune')}")
    return passed("disk space", detail)


def check_orphans(host: Host, manifest: Manifest | None) -> Check:
    """Are there generations that no manifest names, and that `prune` would free by now?"""
    unnamed = orphaned_generations(host.paths, current=manifest.generation if manifest else None)
    orphans = removable(unnamed, now=time.time())
    if not orphans:
        return passed("generations", "none is left over")
    detail = f"{len(orphans)} left over, {disk_bytes(orphans) / 1e6:.1f} MB: {', '.join(path.name for path in orphans)}"
    return Check("generations", Status.WARN, detail, f"run: {host.command('runtime', 'prune')}", repairable=True)


def check_foreign(host: Host) -> Check:
    """Does anything lie under the root that is not ours?"""
    foreign = take_inventory(host.paths).foreign
    if not foreign:
        return passed("foreign files", "none")
    return Check("foreign files", Status.WARN, f"not ours, and left alone: {', '.join(map(str, foreign))}")


def _existing(place: Path) -> Path:
    while not place.exists() and place != place.parent:
        place = place.parent
    return place
