"""Where an operation runs."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Mode(StrEnum):
    """How an operation may be run."""

    ONE_SHOT = "one-shot"
    DAEMON = "daemon"


@dataclass(frozen=True, slots=True)
class OperationContext:
    """What a handler may know of where it runs."""

    mode: Mode
    working_directory: Path
    environment: dict[str, str]
