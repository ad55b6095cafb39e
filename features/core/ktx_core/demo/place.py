"""Put the demo into a directory: all of it or nothing, and never over somebody's edits.

Files are written to a staging directory beside their place and moved there last. Whatever interrupts that (an error, a
full disk, ^C) is undone: files that were replaced come back, new ones and new directories go. Each undoing is noted
before the step that it undoes, so that there is no moment in between.
"""

import errno
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from shutil import rmtree

from ktx_core.demo.files import DemoFiles

STAGING_PREFIX = ".ktx-demo-"


@dataclass(frozen=True, slots=True)
class Findings:
    """Which of the demo's files a directory has: as the demo wrote them, otherwise, or not at all."""

    unchanged: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]


def examine(directory: Path, demo: DemoFiles) -> Findings:
    """Compare what is in `directory` with the demo. A directory or a broken link in a file's place is a change."""
    there = [name for name in demo.names if (directory / name).exists() or (directory / name).is_symlink()]
    unchanged = [name for name in there if (directory / name).is_file() and demo.is_unchanged(name, directory)]
    return Findings(
        unchanged=tuple(unchanged),
        changed=tuple(name for name in there if name not in unchanged),
        missing=tuple(name for name in demo.names if name not in there),
    )


def place(directory: Path, demo: DemoFiles, names: Sequence[str]) -> None:
    """Write the files `names` into `directory`, which need not exist, over what is there.

    Raises what stood in the way (`OSError`, `sqlite3.Error`, `KeyboardInterrupt`) once all is as it was before.
    """
    with ExitStack() as undo_parents:
        _make_directories(directory.parent, undo_parents)
        with _staging_in(directory if directory.exists() else directory.parent) as staging:
            for name in names:
                demo.write(name, staging)
            if staging.parent == directory:
                _move_in(staging, directory, names)
            else:
                staging.rename(directory)
        undo_parents.pop_all()


@contextmanager
def _staging_in(directory: Path) -> Iterator[Path]:
    """A new directory in `directory`, gone afterwards unless it was renamed."""
    staging = directory / f"{STAGING_PREFIX}{token_hex(4)}"
    try:
        staging.mkdir()
        yield staging
    finally:
        rmtree(staging, ignore_errors=True)


def _move_in(staging: Path, directory: Path, names: Sequence[str]) -> None:
    """Move the staged files to their places. What stood there waits in the staging directory until all are moved."""
    with ExitStack() as undo:
        for name in names:
            staged, target, old = staging / name, directory / name, staging / f"{name}.old"
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, "a directory is in the way", str(target))
            _make_directories(target.parent, undo)
            undo.callback(_bring_back, old, target)
            if target.exists() or target.is_symlink():
                target.rename(old)
            undo.callback(_withdraw, staged, target)
            staged.replace(target)
        undo.pop_all()


def _make_directories(directory: Path, undo: ExitStack) -> None:
    """Make `directory` and its parents where they are missing."""
    missing = [it for it in (directory, *directory.parents) if not it.exists()]
    for it in reversed(missing):
        undo.callback(_remove_if_empty, it)
        it.mkdir()


def _bring_back(old: Path, target: Path) -> None:
    if old.exists() or old.is_symlink():
        old.replace(target)


def _withdraw(staged: Path, target: Path) -> None:
    if not staged.exists():
        target.unlink(missing_ok=True)


def _remove_if_empty(directory: Path) -> None:
    with suppress(OSError):
        directory.rmdir()
