"""The runtime that an install starts from: of this version, or of the version before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ktx_runtime.install.leftovers import INSTALLED_FILE
from ktx_runtime.registry.catalogue import CATALOGUE_FILE
from ktx_runtime.state.codec import Undecodable, decode
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.paths import RuntimePaths


@dataclass(frozen=True, slots=True)
class Before:
    """What was installed, and the catalogue that tells more of it. Neither need be usable any longer."""

    manifest: Manifest
    catalogue_file: Path
    of_other_version: bool


def find_before(current: Manifest | None, paths: RuntimePaths) -> Before | None:
    """What the manifest `current` says; if that is lost, the newest complete generation of this version.

    Where this version has none, the runtime that another version installed last.
    """
    if current is not None:
        return Before(current, paths.catalogue_file(current.generation), of_other_version=False)
    complete = _newest(paths.generations_directory.glob(f"*/{INSTALLED_FILE}"))
    if complete is not None:
        file, manifest = complete
        return Before(manifest, file.with_name(CATALOGUE_FILE), of_other_version=False)
    others = _newest(file for file in paths.root.glob("*/manifest.json") if file != paths.manifest_file)
    if others is not None:
        file, manifest = others
        theirs = RuntimePaths(paths.root, file.parent.name)
        return Before(manifest, theirs.catalogue_file(manifest.generation), of_other_version=True)
    return None


def _newest(files: Iterable[Path]) -> tuple[Path, Manifest] | None:
    found = []
    for file in files:
        try:
            found.append((file.stat().st_mtime, file, decode(Manifest, json.loads(file.read_bytes()))))
        except (OSError, ValueError, Undecodable):
            continue
    newest = max(found, key=lambda one: one[0], default=None)
    return newest[1:] if newest else None
