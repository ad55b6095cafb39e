"""Where an operation runs."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ktx_runtime.api.capabilities import Capabilities
from ktx_runtime.api.interruption import Interruption


class Mode(StrEnum):
    """How an operation may be run."""

    ONE_SHOT = "one-shot"
    DAEMON = "daemon"


@dataclass(frozen=True, slots=True)
class OperationContext:
    """What a handler may know of where it runs.

    `interruption` tells it that nobody waits any more; `capabilities` are what other features can do.
    """

    mode: Mode
    working_directory: Path
    environment: dict[str, str]
    interruption: Interruption = field(default_factory=Interruption, compare=False, repr=False)
    capabilities: Capabilities = field(default_factory=Capabilities, compare=False, repr=False)
