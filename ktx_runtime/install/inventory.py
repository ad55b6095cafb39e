"""What lies under the root: ours, by kind, and what is not ours, which nobody touches."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.state.paths import RuntimePaths, models_directory
from ktx_runtime.state.readiness import is_generation_id

_VERSION = re.compile(r"\d+(\.\d+)*([-.+]?[0-9A-Za-z]+)*")
_BOOTSTRAP = re.compile(r"bootstrap-(\d+)-[0-9a-f]+")
_STAGED = re.compile(r"\..*\.new")
_ROOT_FILES = frozenset({"plugins.json", "uv.toml", "install.lock"})
_VERSION_ENTRIES = frozenset(
    {
        "manifest.json",
        "generations",
        "wheels",
        "logs",
        "daemon.json",
        "daemon.lock",
        "daemon-history.jsonl",
        "daemon.ready",
    }
)


_NAMED_BY_DIGITS = frozenset({"generations", "wheels"})


@dataclass(frozen=True, slots=True)
class Inventory:
    """The entries of the root. `files` are the single files that are ours; `foreign` is everything that is not.

    `models` are the directories of what was prefetched.
    """

    files: tuple[Path, ...]
    versions: tuple[Path, ...]
    bootstraps: tuple[Path, ...]
    uv: tuple[Path, ...]
    models: tuple[Path, ...]
    foreign: tuple[Path, ...]


def take_inventory(paths: RuntimePaths) -> Inventory:
    """Look at the root and its version directories. Links are never followed: one of our name is foreign."""
    files: list[Path] = []
    versions: list[Path] = []
    bootstraps: list[Path] = []
    uv: list[Path] = []
    models: list[Path] = []
    foreign: list[Path] = []
    for entry in _entries(paths.root):
        is_directory = entry.is_dir() and not entry.is_symlink()
        if entry.name in _ROOT_FILES or _STAGED.fullmatch(entry.name):
            files.append(entry)
        elif is_directory and _BOOTSTRAP.fullmatch(entry.name):
            bootstraps.append(entry)
        elif is_directory and entry == paths.uv_directory:
            uv.extend(_entries(entry))
        elif is_directory and entry == models_directory(paths.root):
            models.extend(_entries(entry))
        elif is_directory and _is_version(entry, paths):
            versions.append(entry)
            foreign.extend(_foreign_in_version(entry))
        else:
            foreign.append(entry)
    return Inventory(tuple(files), tuple(versions), tuple(bootstraps), tuple(uv), tuple(models), tuple(foreign))


def is_ours(entry: Path) -> bool:
    """Whether an entry of a version directory is one of those that we make."""
    return entry.name in _VERSION_ENTRIES or bool(_STAGED.fullmatch(entry.name))


def version_contents(version: Path) -> tuple[Path, ...]:
    """What of a version directory is ours, and can go as it is.

    Of a folder that others have put something into, only the parts that are ours.
    """
    ours: list[Path] = []
    for entry in _entries(version):
        if not is_ours(entry):
            continue
        parts = _parts(entry)
        kept = [part for part in parts if not is_generation_id(part.name)]
        ours += [part for part in parts if part not in kept] if kept else [entry]
    return tuple(ours)


def _foreign_in_version(version: Path) -> list[Path]:
    found = []
    for entry in _entries(version):
        if not is_ours(entry):
            found.append(entry)
        else:
            found += [part for part in _parts(entry) if not is_generation_id(part.name)]
    return found


def _parts(entry: Path) -> tuple[Path, ...]:
    """What lies in one of the folders that hold things named by eight hexadecimal digits."""
    return _entries(entry) if entry.name in _NAMED_BY_DIGITS and not entry.is_symlink() else ()


def bootstrap_owner(directory: Path) -> int | None:
    """The process that works in a throw-away environment."""
    found = _BOOTSTRAP.fullmatch(directory.name)
    return int(found[1]) if found else None


def _is_version(entry: Path, paths: RuntimePaths) -> bool:
    if not _VERSION.fullmatch(entry.name):
        return False
    return entry == paths.version_directory or any(is_ours(inner) for inner in _entries(entry))


def _entries(directory: Path) -> tuple[Path, ...]:
    try:
        return tuple(sorted(directory.iterdir()))
    except OSError:
        return ()


def disk_bytes(places: Iterable[Path]) -> int:
    """What `places` take on disk, in bytes. A file with several names counts once; links are not followed."""
    seen: dict[tuple[int, int], int] = {}
    for place in places:
        for stat in _stats(place):
            seen[stat.st_dev, stat.st_ino] = stat.st_size
    return sum(seen.values())


def _stats(place: Path) -> Iterator[os.stat_result]:
    try:
        yield place.lstat()
        if place.is_symlink() or not place.is_dir():
            return
    except OSError:
        return
    for directory, _, names in os.walk(place):
        for name in names:
            try:
                # Text: with `Path` most of the time would go into taking paths apart.
                yield os.lstat(f"{directory}{os.sep}{name}")
            except OSError:
                continue
