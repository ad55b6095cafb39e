"""Building the npm package and its wheel with make, which knows what depends on what."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from scripts.release.refusal import ReleaseRefused
from scripts.release.version import Version

CHECKOUT = Path(__file__).parents[2]

_OF_AN_OUTER_MAKE = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "VERSION"}


def build(version: Version, checkout: Path) -> tuple[Path, Path]:
    """The tarball and the wheel, of what the checkout says now."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_AN_OUTER_MAKE}
    make = ["make", "--silent", "tarball"]
    subprocess.run(make, cwd=checkout, env=environment, check=True, stdout=subprocess.DEVNULL)
    tarball = checkout / "build" / f"kaelio-ktx-{version.npm}.tgz"
    wheel = checkout / "build" / "wheel" / f"kaelio_ktx-{version.python}-py3-none-any.whl"
    for file in (tarball, wheel):
        if not file.is_file():
            raise ReleaseRefused(f"the build made no {file.name}", hint="run: make clean")
    return tarball, wheel
