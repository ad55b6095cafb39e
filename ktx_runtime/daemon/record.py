"""`daemon.json`: which daemon runs, and how to reach it. Written by the daemon itself, once it listens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, ValidationError

from ktx_runtime.api import Record


class DaemonLogs(Record):
    """Absolute paths of what the daemon prints."""

    stdout: str
    stderr: str


class DaemonRecord(Record):
    """A running daemon.

    `process_mark` tells its process from a later one of the same `pid` (see `process.py`). `instance_id` is chosen by
    whoever started it. The file is readable by its owner only: it holds the token.
    """

    SCHEMA_VERSION: ClassVar[int] = 1

    schema_version: Literal[1] = 1
    pid: int = Field(gt=0)
    process_mark: str
    instance_id: str
    host: Literal["127.0.0.1"] = "127.0.0.1"
    port: int = Field(gt=0, lt=65536)
    token: str = Field(min_length=32, repr=False)
    version: str
    generation: str
    features: tuple[str, ...]
    started_at: str
    logs: DaemonLogs | None = None


class RecordUnreadable(ValueError):
    """The file is there, and is no record of ours; the text says why, without its content."""


def read_daemon_record(file: Path) -> DaemonRecord | None:
    """The record in `file`, or None when there is none. Raises `RecordUnreadable`."""
    try:
        text = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise RecordUnreadable(error.strerror or "it cannot be read") from error
    try:
        return DaemonRecord.model_validate(json.loads(text))
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise RecordUnreadable(f"its field {where or '(all)'} is not what it should be") from None
    except (ValueError, RecursionError):
        raise RecordUnreadable("it is no JSON") from None


def forget_record(file: Path, instance_id: str | None) -> None:
    """Remove `file` if it is the record of `instance_id`, or (None) if it is no record at all."""
    try:
        found = read_daemon_record(file)
    except RecordUnreadable:
        if instance_id is None:
            file.unlink(missing_ok=True)
        return
    if found is not None and found.instance_id == instance_id:
        file.unlink(missing_ok=True)
