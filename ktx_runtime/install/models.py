"""What was prefetched, and which of it some runtime still wants."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ktx_runtime.state.manifest import ManifestAbsent, ManifestUnreadable, read_manifest
from ktx_runtime.state.paths import PART_SUFFIX, RuntimePaths, models_directory


def kept_models(root: Path) -> tuple[Path, ...]:
    """The directories under `models`."""
    try:
        return tuple(sorted(entry for entry in models_directory(root).iterdir() if entry.is_dir()))
    except OSError:
        return ()


@dataclass(frozen=True, slots=True)
class KeptModel:
    """What was prefetched under one name. It is not `whole` while a file of it is there in part."""

    name: str
    bytes: int
    whole: bool


def measured_models(root: Path) -> tuple[KeptModel, ...]:
    """Those under `models`, from the names and sizes of their files."""
    return tuple(_measured(directory) for directory in kept_models(root))


def _measured(directory: Path) -> KeptModel:
    sizes: dict[str, int] = {}
    for path in directory.rglob("*"):
        # An install that runs now gives files their names.
        with contextlib.suppress(OSError):
            if path.is_file():
                sizes[path.name] = sizes.get(path.name, 0) + path.stat().st_size
    whole = not any(name.endswith(PART_SUFFIX) for name in sizes)
    return KeptModel(directory.name, sum(sizes.values()), whole)


def wanted_models(root: Path, versions: Iterable[Path]) -> set[str] | None:
    """Names that installed features of any version declare; None where that cannot be told of all versions."""
    wanted: set[str] = set()
    for directory in versions:
        paths = RuntimePaths(root, directory.name)
        try:
            manifest = read_manifest(paths.manifest_file)
        except ManifestAbsent:
            continue
        except ManifestUnreadable:
            return None
        try:
            catalogue = json.loads(paths.catalogue_file(manifest.generation).read_bytes())
            wanted |= _names(catalogue, set(manifest.feature_names()))
        except (OSError, ValueError, KeyError, TypeError):
            return None
    return wanted


def _names(catalogue: dict[str, Any], installed: set[str]) -> set[str]:
    features = [entry["feature"] for entry in catalogue["features"]]
    return {
        each["name"] for feature in features if feature["name"] in installed for each in feature.get("prefetch") or ()
    }
