"""Which files make up a connection, and how to tell that one has changed without reading it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

from semantic_layer.frozen import frozen

SHARDS = "_schema"
_SUFFIXES = (".yaml", ".yml")


class Stamp(NamedTuple):
    """What the file system says of a file's content. Two equal stamps are the same content unless it was written
    within the clock's granularity: see `settled`."""

    size: int
    modified_ns: int
    inode: int
    changed_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        return cls(status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns)

    def settled(self, read_ns: int) -> bool:
        """Whether the file was still for so long before `read_ns` that a later write must show.

        FAT counts in steps of two seconds. A clock ahead of ours leaves every file unsettled, which is safe.
        """
        return max(self.modified_ns, self.changed_ns) < read_ns - 2_500_000_000


@frozen
class ModelFile:
    """A file of a connection. `name` is its path below the connection's directory; no stamp: it cannot be looked at."""

    name: str
    path: Path
    is_shard: bool
    stamp: Stamp | None


def discover(directory: Path) -> tuple[ModelFile, ...]:
    """The files of a connection, the scanned shards first, each group by name.

    Raises FileNotFoundError or NotADirectoryError when there is no such directory.
    """
    found = list(_files_in(directory, prefix=""))
    shards = directory / SHARDS
    if shards.is_dir():
        found.extend(_files_in(shards, prefix=f"{SHARDS}/"))
    return tuple(sorted(found, key=lambda file: (not file.is_shard, file.name)))


def _files_in(directory: Path, *, prefix: str) -> Iterator[ModelFile]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not entry.name.lower().endswith(_SUFFIXES):
                continue
            status = _status(entry)
            if status is None or not stat.S_ISDIR(status.st_mode):
                stamp = Stamp.of(status) if status else None
                yield ModelFile(prefix + entry.name, Path(entry.path), is_shard=bool(prefix), stamp=stamp)


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat()
    except OSError:
        return None
