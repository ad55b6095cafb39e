"""Which features can be installed: what the wheel declares, and what third-party plugins of the runtime declare.

No third-party code is imported: the plugins' declarations are read from the catalogue of their generation.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name
from pydantic import ValidationError

from ktx_runtime.install.host import Host
from ktx_runtime.install.own_wheel import own_record
from ktx_runtime.install.plan import Declared
from ktx_runtime.install.wheel import Wheel, WheelUnusable
from ktx_runtime.registry import Catalogue, CatalogueUnreadable, read_catalogue
from ktx_runtime.registry.collect import own_catalogue

TIMEOUT_SECONDS = 60.0
# A wheel of pure Python can be imported from as it is.
_DESCRIBE_WHEEL = """
import os, sys
sys.path.insert(0, sys.argv.pop())
from ktx_runtime.registry.collect import own_catalogue
print(own_catalogue(os.environ).model_dump_json())
"""


@dataclass(frozen=True, slots=True)
class Declarations:
    """All features by name, the wheel's first; and the catalogue of the wheel alone."""

    features: Mapping[str, Declared]
    own: Catalogue


def find_declarations(wheel: Wheel, catalogue_file: Path | None, host: Host) -> Declarations:
    """Ask the wheel, and read what others declare in the runtime so far. Raises `WheelUnusable`."""
    own = own_catalogue(host.environment) if _runs_from(wheel) else _catalogue_of(wheel, host)
    return Declarations(_installed_by_others(catalogue_file, wheel) | _by_name(own), own)


def _runs_from(wheel: Wheel) -> bool:
    """Whether this process runs the very code that is in `wheel`."""
    with zipfile.ZipFile(wheel.path) as archive:
        (record,) = (name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        rows = csv.reader(io.StringIO(archive.read(record).decode("utf-8")))
        wanted = {(row[0], row[1].partition("=")[2]) for row in rows if len(row) > 1 and row[1]}
    return wanted <= own_record()


def _catalogue_of(wheel: Wheel, host: Host) -> Catalogue:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _DESCRIBE_WHEEL, str(wheel.path)],
            env=host.clean_environment(),
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=True,
        )
        return Catalogue.model_validate_json(done.stdout)
    except (OSError, subprocess.SubprocessError, ValidationError) as error:
        raise WheelUnusable(f"does not tell its features ({str(error).splitlines()[0]})", wheel.path) from error


def _installed_by_others(catalogue_file: Path | None, wheel: Wheel) -> dict[str, Declared]:
    if catalogue_file is None:
        return {}
    try:
        found = _by_name(read_catalogue(catalogue_file))
    except CatalogueUnreadable:
        return {}
    return {name: entry for name, entry in found.items() if entry.distribution != wheel.distribution}


def _by_name(catalogue: Catalogue) -> dict[str, Declared]:
    return {
        entry.feature.name: Declared(entry.feature, canonicalize_name(entry.plugin.distribution))
        for entry in catalogue.features
    }
