"""Which directories live processes use."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def used_by_processes(directories: Iterable[Path]) -> set[Path]:
    """Those of `directories` that some process was started from, or works on.

    Told from the command lines: an interpreter of ours is always started by its full path. A process that we may not
    look at is somebody else's, and cannot have been started from our root.
    """
    import psutil  # noqa: PLC0415 - 25 ms, only where something is to be removed

    wanted = {directory: f"{directory}/".replace("\\", "/") for directory in directories}
    if not wanted:
        return set()
    used: set[Path] = set()
    for process in psutil.process_iter(["cmdline", "cwd", "exe"]):
        info = process.info
        texts = [*(info["cmdline"] or ()), f"{info['cwd'] or ''}/", info["exe"] or ""]
        text = "\0".join(texts).replace("\\", "/")
        used.update(directory for directory, prefix in wanted.items() if prefix in text)
    return used
