"""The uv that we fetch where there is none: one set of pins, which the launcher has too."""

from __future__ import annotations

import json
import pkgutil
from dataclasses import dataclass

PINS_FILE = "locks/uv.json"
"""In our own package."""


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


def read_pins() -> UvPins:
    """The pins that ship with the wheel; the launcher has the same. Our code may still lie packed in it."""
    found = json.loads(pkgutil.get_data("ktx_runtime", PINS_FILE) or b"{}")
    wheels = {
        tag: UvPin(**wheel | {"executable": UvExecutable(**wheel["executable"])})
        for tag, wheel in found["wheels"].items()
    }
    return UvPins(version=found["version"], minimum=found["minimum"], wheels=wheels)
