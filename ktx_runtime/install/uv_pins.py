"""The uv that we fetch where there is none: one set of pins, which the launcher has too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

PINS_FILE = Path(__file__).parent.parent / "locks" / "uv.json"


@dataclass(frozen=True, slots=True)
class UvExecutable:
    """The program inside a wheel of uv: its name there, and what it is once unpacked."""

    member: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class UvPin:
    """The wheel of uv for one platform."""

    file: str
    sha256: str
    size: int
    executable: UvExecutable


@dataclass(frozen=True, slots=True)
class UvPins:
    """The uv that we fetch, and the oldest that we take."""

    version: str
    minimum: str
    wheels: dict[str, UvPin]


def read_pins(file: Path = PINS_FILE) -> UvPins:
    """The pins that ship with the wheel; the launcher has the same."""
    found = json.loads(file.read_text("utf-8"))
    wheels = {
        tag: UvPin(**wheel | {"executable": UvExecutable(**wheel["executable"])})
        for tag, wheel in found["wheels"].items()
    }
    return UvPins(version=found["version"], minimum=found["minimum"], wheels=wheels)
