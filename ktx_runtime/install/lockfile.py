"""Locks: requirements pinned to versions and hashes, in the format of `uv pip compile --generate-hashes`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ktx_runtime.api.errors import KtxError


@dataclass(frozen=True, slots=True)
class Pin:
    """One entry: the pinned requirement, and its whole text with the hashes."""

    requirement: Requirement
    text: str

    @property
    def name(self) -> str:
        """The distribution, normalised."""
        return canonicalize_name(self.requirement.name)


def parse_lock(text: str) -> tuple[Pin, ...]:
    """The entries of a lock. Continuation lines belong to the entry before; comments and blank lines are dropped."""
    entries: list[list[str]] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace() and entries:
            entries[-1].append(line.strip())
        else:
            entries.append([line.strip()])
    return tuple(_pin(lines) for lines in entries)


def _pin(lines: list[str]) -> Pin:
    requirement = lines[0].removesuffix("\\").split(" --hash", 1)[0].strip()
    return Pin(Requirement(requirement), "\n    ".join(lines))


def merge_locks(locks: Iterable[str]) -> tuple[Pin, ...]:
    """All entries of `locks`, each once, by name.

    Raises `KtxError` with code `locks-disagree` where two pin one distribution to different versions under one marker.
    """
    merged: dict[tuple[str, str], Pin] = {}
    for lock in locks:
        for pin in parse_lock(lock):
            key = (pin.name, str(pin.requirement.marker or ""))
            known = merged.setdefault(key, pin)
            if known.requirement.specifier != pin.requirement.specifier:
                raise KtxError(
                    f"two locks disagree: {known.requirement} and {pin.requirement}",
                    code="locks-disagree",
                    hint="install with --no-lock",
                )
    return tuple(merged[key] for key in sorted(merged))
