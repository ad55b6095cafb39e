"""`manifest.json`: the witness of a version's runtime. Replaced last, as a whole; what it names is ready."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ktx_runtime.state.codec import Undecodable, decode

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelIdentity:
    """The wheel that a runtime is built from: its file name, and the hash of its bytes in hexadecimal."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonInterpreter:
    """An interpreter: absolute path, and version as in `3.11.7`."""

    executable: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SmokeResult:
    """How one smoke check went, right after the install. `detail` says why it failed."""

    name: str
    status: Literal["passed", "failed"]
    detail: str | None = None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledFeature:
    """A feature of the runtime; `version` is that of the distribution that declares it."""

    name: str
    version: str
    distribution: str
    installed_at: str
    smoke_checks: tuple[SmokeResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledPlugin:
    """A plugin of the runtime, its state (`ok`, `broken`, `blocked`, …) and, unless that is `ok`, the reason."""

    name: str
    distribution: str
    version: str
    state: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedAdjustment:
    """What the plugin of `distribution` has had changed in the install, and why."""

    distribution: str
    reason: str
    torch_backend: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything that a reader needs to start the runtime without looking further.

    `generation` is a directory name under `generations`; `python.executable` lies in its environment. `commands` maps
    each command of an installed feature (one word or two) to that feature. Times are ISO 8601 in UTC.
    `disk_bytes` is the size of the generation right after it was built.
    """

    schema_version: int = SCHEMA_VERSION
    cli_version: str
    wheel: WheelIdentity
    generation: str
    python: PythonInterpreter
    daemon_executable: str
    features: tuple[InstalledFeature, ...]
    commands: Mapping[str, str] = field(default_factory=dict)
    plugins: tuple[InstalledPlugin, ...] = ()
    install_log: str | None = None
    lock_digest: str | None = None
    disk_bytes: int | None = None
    adjustments: tuple[AppliedAdjustment, ...] = ()
    left_behind: tuple[str, ...] = ()
    """Features that the version before had, and that nobody has agreed to for this one."""

    def feature_names(self) -> tuple[str, ...]:
        """The installed features, in their order."""
        return tuple(feature.name for feature in self.features)


class ManifestAbsent(Exception):
    """There is no manifest."""


class ManifestUnreadable(Exception):
    """There is a manifest, and it cannot be used; the text says why."""


class ManifestForeign(ManifestUnreadable):
    """A newer ktx wrote the manifest."""


def read_manifest(file: Path) -> Manifest:
    """Read the manifest. Raises `ManifestAbsent`, `ManifestForeign` or `ManifestUnreadable`."""
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise ManifestAbsent from None
    except NotADirectoryError:
        raise ManifestAbsent from None
    except OSError as error:
        raise ManifestUnreadable(f"manifest.json cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ManifestUnreadable("manifest.json is no JSON") from error
    schema = found.get("schemaVersion") if isinstance(found, dict) else None
    if type(schema) is int and schema > SCHEMA_VERSION:
        raise ManifestForeign(
            f"manifest.json was written by a newer ktx (schema {schema}, this one reads {SCHEMA_VERSION})"
        )
    try:
        return decode(Manifest, found)
    except Undecodable as error:
        raise ManifestUnreadable(f"manifest.json is damaged: {error}") from error
