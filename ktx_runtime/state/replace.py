"""Replace a file as a whole: readers see the old one or the new one, whatever happens to us in between."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ktx_runtime.state.codec import encode

PATIENCE_SECONDS = 5.0
"""How long a reader of Windows may hold a file that is to be replaced. Ours hold it for a millisecond."""


def write_json(file: Path, record: object, *, mode: int = 0o644) -> None:
    """Replace `file` by `record` as indented JSON."""
    write_text(file, json.dumps(encode(record), indent=2, ensure_ascii=False) + "\n", mode=mode)


def write_text(file: Path, text: str, *, mode: int = 0o644) -> None:
    """Replace `file` by `text` in UTF-8. The directory must exist; `mode` counts on POSIX only."""
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".new", dir=file.parent)
    staged = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        staged.chmod(mode)
        move_over(staged, file)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


def move_over(
    staged: Path,
    file: Path,
    *,
    replace: Callable[[Path, Path], object] = os.replace,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    is_windows: bool = os.name == "nt",
) -> None:
    """Put `staged` in the place of `file`. Windows refuses that while somebody reads it: there it is tried again."""
    until = clock() + (PATIENCE_SECONDS if is_windows else 0)
    while True:
        try:
            replace(staged, file)
        except PermissionError:
            if not is_windows or clock() >= until:
                raise
            sleep(0.01)
        else:
            return
