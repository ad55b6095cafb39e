"""Which directories live processes use."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path


def used_by_processes(directories: Iterable[Path]) -> set[Path]:
    """Those of `directories` that some process was started from, or works on.

    Told from the command lines: an interpreter of ours is always started by its full path. A process that we may not
    look at is somebody else's, and cannot have been started from our root.
    """
    wanted = {directory: _as_text(directory) for directory in directories}
    used: set[Path] = set()
    for _, _, text in _processes() if wanted else ():
        used.update(directory for directory, prefix in wanted.items() if prefix in text)
    return used


def processes_using(directories: Iterable[Path]) -> dict[int, str]:
    """Process id and name of whoever uses one of `directories`, but for this process."""
    wanted = [_as_text(directory) for directory in directories]
    return {
        pid: name for pid, name, text in _processes() if pid != os.getpid() and any(prefix in text for prefix in wanted)
    }


def _processes() -> Iterator[tuple[int, str, str]]:
    import psutil  # noqa: PLC0415 - 25 ms, only where something is to be removed

    for process in psutil.process_iter(["cmdline", "cwd", "exe", "name"]):
        info = process.info
        texts = [*(info["cmdline"] or ()), f"{info['cwd'] or ''}/", info["exe"] or ""]
        yield process.pid, info["name"] or "", "\0".join(texts).replace("\\", "/")


def _as_text(directory: Path) -> str:
    return f"{directory}/".replace("\\", "/")
