"""Generations that nothing names any longer: found, and dropped unless something still uses them."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from ktx_runtime.install.in_use import used_by_processes
from ktx_runtime.state.paths import RuntimePaths
from ktx_runtime.state.readiness import is_generation_id

GRACE_SECONDS = 60.0
INSTALLED_FILE = "installed.json"
SUPERSEDED_FILE = "superseded"


def mark_superseded(paths: RuntimePaths, generation: str) -> None:
    """Note when `generation` was replaced: a reader of the manifest before may be about to start from it."""
    with contextlib.suppress(OSError):
        (paths.generation(generation) / SUPERSEDED_FILE).touch()


def orphaned_generations(paths: RuntimePaths, *, current: str | None) -> tuple[Path, ...]:
    """All generations but the current one. Nothing of another name is one, and none lies behind a link."""
    directory = paths.generations_directory
    try:
        entries = sorted(directory.iterdir()) if is_real(directory) else []
    except OSError:
        return ()
    return tuple(entry for entry in entries if entry.name != current and is_generation_id(entry.name))


def is_real(directory: Path) -> bool:
    """Whether no link leads to `directory` from the root, whose own path is real: what lies behind one is not ours."""
    return os.path.realpath(directory) == str(directory)


def removable(generations: Iterable[Path], *, now: float, grace_seconds: float = GRACE_SECONDS) -> tuple[Path, ...]:
    """Those that may go now: half built, or replaced long enough ago, and used by no process.

    Only for the holder of the lock: nobody else can then be building one.
    """
    candidates = [generation for generation in generations if _is_over(generation, now, grace_seconds)]
    used = used_by_processes(candidates)
    return tuple(generation for generation in candidates if generation not in used)


def _is_over(generation: Path, now: float, grace_seconds: float) -> bool:
    if generation.is_symlink() or not (generation / INSTALLED_FILE).is_file():
        return True
    try:
        replaced_at = (generation / SUPERSEDED_FILE).stat().st_mtime
    except OSError:
        # Complete, and not named by the manifest: its installer died on the last step, or the manifest was lost.
        replaced_at = (generation / INSTALLED_FILE).stat().st_mtime
    # Far in the future: the clock was set back since, and nobody knows how long ago it was.
    return now - replaced_at >= grace_seconds or replaced_at - now >= grace_seconds


def drop_leftovers(paths: RuntimePaths, *, current: str | None) -> tuple[Path, ...]:
    """Remove what may go, and return it. What cannot be removed now stays for the next time."""
    gone = removable(orphaned_generations(paths, current=current), now=time.time())
    for generation in gone:
        remove_tree(generation)
    return gone


def remove_tree(directory: Path) -> None:
    """Remove `directory`, or the link of that name, never what a link points to. What resists is left."""
    if directory.is_symlink() or directory.is_file():
        directory.unlink(missing_ok=True)
        return
    shutil.rmtree(directory, ignore_errors=True)
