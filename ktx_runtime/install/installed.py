"""What lies in an environment, by its own records: nothing of it is imported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from ktx_runtime.install.bytecode import package_places


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that two distributions bring, each with another content: one has overwritten the other's."""

    path: str
    other: str


def provided_extras(name: str, environment: Path) -> frozenset[str]:
    """The extras of the distribution `name`, normalised; none where it is not there."""
    found = [one for one in _distributions(environment) if canonicalize_name(one.name) == canonicalize_name(name)]
    extras = [extra for one in found for extra in one.metadata.get_all("Provides-Extra", [])]
    return frozenset(canonicalize_name(extra) for extra in extras)


def shared_file(name: str, environment: Path) -> SharedFile | None:
    """The first file that the distribution `name` and another one bring, with different contents."""
    own: dict[str, str] = {}
    others: list[Distribution] = []
    for one in _distributions(environment):
        if canonicalize_name(one.name) == canonicalize_name(name):
            own |= dict(_hashes(one))
        else:
            others.append(one)
    for other in others:
        for path, digest in _hashes(other):
            if own.get(path, digest) != digest:
                return SharedFile(path, canonicalize_name(other.name))
    return None


def _distributions(environment: Path) -> Iterable[Distribution]:
    return distributions(path=[str(place) for place in package_places(environment)])


def _hashes(distribution: Distribution) -> Iterable[tuple[str, str]]:
    # A console script begins with the path of its environment, and is written by the installer.
    return ((file.as_posix(), file.hash.value) for file in distribution.files or () if file.hash)
