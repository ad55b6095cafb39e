"""What an install tells while it runs: events, for whoever shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The phases of an install, in their order; a note is no phase but something to be told, whenever it comes."""

    NOTE = "note"
    WAIT = "wait"
    PREPARE = "prepare"
    ENVIRONMENT = "environment"
    PACKAGES = "packages"
    DESCRIBE = "describe"
    FETCH = "fetch"
    CHECK = "check"
    PUBLISH = "publish"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressEvent:
    """One step. `fraction` runs from 0 to 1 over the install; `package` and `size` name a download, in uv's words."""

    phase: Phase
    message: str
    fraction: float
    package: str | None = None
    size: str | None = None


ProgressListener = Callable[[ProgressEvent], None]


def silent(event: ProgressEvent) -> None:
    """Show nothing."""
    del event
