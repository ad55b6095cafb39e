"""Replace a file as a whole: readers see the old one or the new one, whatever happens to us in between."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from ktx_runtime.state.codec import encode


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
        staged.replace(file)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
