"""What uv says while it works, read for progress."""

from __future__ import annotations

import re

_DOWNLOADING = re.compile(r"^\s*Downloading (?P<package>[\w.-]+) \((?P<size>[\d.]+ ?[KMG]i?B)\)")


def download_of(line: str) -> tuple[str, str] | None:
    """Package and size where `line` announces a download: `Downloading torch (184.2MiB)`."""
    found = _DOWNLOADING.match(line)
    return (found["package"], found["size"]) if found else None
