"""Is the runtime ready? Looks at files only: no process, no network, no lock."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ktx_runtime.state.manifest import (
    Manifest,
    ManifestAbsent,
    ManifestForeign,
    ManifestUnreadable,
    read_manifest,
)
from ktx_runtime.state.paths import RuntimePaths


class State(StrEnum):
    """What a version's runtime is in."""

    READY = "ready"
    MISSING = "missing"
    MISMATCHED = "mismatched"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Readiness:
    """A state, why (None when ready), and the manifest wherever one could be read."""

    state: State
    reason: str | None
    manifest: Manifest | None

    @property
    def ready(self) -> bool:
        """Whether the runtime can be used as it is."""
        return self.state is State.READY


def assess(paths: RuntimePaths, *, wheel_sha256: str | None) -> Readiness:
    """Judge the runtime under `paths` by what lies on disk.

    `wheel_sha256` is that of the wheel that the runtime should be built from, or None when the caller has none.
    """
    try:
        manifest = read_manifest(paths.manifest_file)
    except ManifestAbsent:
        return Readiness(State.MISSING, "no runtime is installed for this version", None)
    except ManifestForeign as error:
        return Readiness(State.MISMATCHED, str(error), None)
    except ManifestUnreadable as error:
        return Readiness(State.BROKEN, str(error), None)
    mismatch = _mismatch(manifest, paths, wheel_sha256)
    if mismatch:
        return Readiness(State.MISMATCHED, mismatch, manifest)
    damage = _damage(manifest, paths)
    if damage:
        return Readiness(State.BROKEN, damage, manifest)
    return Readiness(State.READY, None, manifest)


def _mismatch(manifest: Manifest, paths: RuntimePaths, wheel_sha256: str | None) -> str | None:
    if manifest.cli_version != paths.cli_version:
        return f"the runtime belongs to ktx {manifest.cli_version}, this is {paths.cli_version}"
    if wheel_sha256 and manifest.wheel.sha256 != wheel_sha256:
        return f"the runtime was built from another wheel: {manifest.wheel.file} {manifest.wheel.sha256[:12]}"
    return None


def _damage(manifest: Manifest, paths: RuntimePaths) -> str | None:
    if not is_generation_id(manifest.generation):
        return f"manifest.json names no generation: {manifest.generation!r}"
    generation = paths.generation(manifest.generation)
    executable = Path(manifest.python.executable)
    if not executable.is_relative_to(generation):
        return f"its interpreter lies outside the generation: {executable}"
    if not generation.is_dir():
        return f"its generation is gone: {generation}"
    if not os.access(executable, os.X_OK):
        return f"its interpreter is gone: {executable}"
    if not paths.catalogue_file(manifest.generation).is_file():
        return f"its catalogue is gone: {paths.catalogue_file(manifest.generation)}"
    return None


def is_generation_id(text: str) -> bool:
    """Whether `text` is the name of a generation's directory."""
    return len(text) == 8 and all(character in "0123456789abcdef" for character in text)  # noqa: PLR2004 - 8 hex digits
