"""The wheel that a runtime is built from: its identity, and what it says of itself."""

from __future__ import annotations

import email.parser
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ktx_runtime.api.errors import KtxError
from ktx_runtime.install.promise import file_sha256
from ktx_runtime.state.manifest import WheelIdentity

LOCKS_FOLDER = "ktx_runtime/locks/"


class WheelUnusable(KtxError):
    """The wheel is missing, damaged, or another than the one promised."""

    def __init__(self, problem: str, file: Path) -> None:
        super().__init__(
            f"the wheel of the runtime {problem}: {file}",
            code="wheel-unusable",
            hint="install ktx again; its own files are damaged",
        )


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel, verified. `extras` maps each provided extra, normalised, to what it requires.

    `locks` maps the name of a lock (`base`, or an extra) to its text.
    """

    path: Path
    sha256: str
    distribution: str
    version: str
    requires_python: str | None
    extras: Mapping[str, tuple[Requirement, ...]]
    locks: Mapping[str, str]

    @property
    def identity(self) -> WheelIdentity:
        """As the manifest has it."""
        return WheelIdentity(file=self.path.name, sha256=self.sha256)

    def requirement(self, extras: tuple[str, ...] = ()) -> str:
        """This wheel, with extras, as a PEP 508 requirement."""
        brackets = f"[{','.join(extras)}]" if extras else ""
        return f"{self.distribution}{brackets} @ {self.path.as_uri()}"


def read_wheel(path: Path, *, sha256: str | None) -> Wheel:
    """Verify the wheel at `path` against `sha256`, if that is known, and read it. Raises `WheelUnusable`."""
    try:
        found = file_sha256(path)
    except OSError as error:
        raise WheelUnusable(f"cannot be read ({error.strerror})", path) from error
    if sha256 is not None and found != sha256:
        raise WheelUnusable(f"is altered or cut short (sha256 {found[:12]}…, {sha256[:12]}… was promised)", path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive, path, found)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise WheelUnusable(f"cannot be read ({error})", path) from error


def _read(archive: zipfile.ZipFile, path: Path, sha256: str) -> Wheel:
    names = archive.namelist()
    (metadata_name,) = (name for name in names if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
    metadata = email.parser.BytesParser().parsebytes(archive.read(metadata_name), headersonly=True)
    provided = [canonicalize_name(str(extra)) for extra in metadata.get_all("Provides-Extra", [])]
    requirements = [Requirement(str(text)) for text in metadata.get_all("Requires-Dist", [])]
    return Wheel(
        path=path,
        sha256=sha256,
        distribution=canonicalize_name(str(metadata["Name"])),
        version=str(metadata["Version"]),
        requires_python=metadata["Requires-Python"],
        extras={extra: _required(extra, requirements) for extra in provided},
        locks={
            name.removeprefix(LOCKS_FOLDER).removesuffix(".lock"): archive.read(name).decode("utf-8")
            for name in names
            if name.startswith(LOCKS_FOLDER) and name.endswith(".lock")
        },
    )


def _required(extra: str, requirements: list[Requirement]) -> tuple[Requirement, ...]:
    return tuple(
        requirement
        for requirement in requirements
        if requirement.marker is not None
        and requirement.marker.evaluate({"extra": extra})
        and not requirement.marker.evaluate({"extra": ""})
    )
