"""What lock files name: distributions of Python's, packages of npm's."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Locked:
    """One version of one package. `sha256` are Python's (one for each file), `sha512` is npm's."""

    name: str
    version: str
    sha256: tuple[str, ...] = ()
    sha512: str | None = None
    license: str | None = None
    marker: str | None = None
    """Where it is installed; None is everywhere."""


def python_lock(file: Path) -> Iterator[Locked]:
    """The distributions of a lock with hashes, as uv and pip read it."""
    for line in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        requirement, *_ = line.split(" --hash=")
        if not requirement.strip() or requirement.startswith("#"):
            continue
        parsed = Requirement(requirement)
        (pin,) = parsed.specifier
        yield Locked(
            parsed.name,
            pin.version,
            sha256=tuple(_HASH.findall(line)),
            marker=str(parsed.marker) if parsed.marker else None,
        )


def npm_lock(file: Path) -> Iterator[Locked]:
    """The packages of a `package-lock.json`, but for the one that it belongs to."""
    packages = json.loads(file.read_text(encoding="utf-8"))["packages"]
    for place, package in packages.items():
        if not place:
            continue
        algorithm, _, digest = package["integrity"].partition("-")
        yield Locked(
            place.rpartition("node_modules/")[2],
            package["version"],
            sha512=base64.b64decode(digest).hex() if algorithm == "sha512" else None,
            license=package.get("license"),
        )
