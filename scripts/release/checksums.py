"""SHA-256 sums of files, in the format of `sha256sum`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

NAME = "SHA256SUMS"


def sha256_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write_checksums(files: Iterable[Path], directory: Path) -> Path:
    """Write the sums of `files`, all of which lie in `directory`."""
    lines = [f"{sha256_of(file)}  {file.name}\n" for file in sorted(files)]
    sums = directory / NAME
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    return sums


def wrong_files(directory: Path) -> list[str]:
    """Those that are not what `SHA256SUMS` says, or not there."""
    wrong = []
    for line in (directory / NAME).read_text(encoding="utf-8").splitlines():
        expected, _, name = line.partition("  ")
        file = directory / name
        if not file.is_file() or sha256_of(file) != expected:
            wrong.append(name)
    return wrong
