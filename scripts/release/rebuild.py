"""Build the npm package once more from a copy of the sources, under another version.

    python -m scripts.release.rebuild 0.0.1 --output build/previous

For what takes two versions of ktx: an upgrade, two of them side by side. Prints the tarball's path.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from scripts.release.build import CHECKOUT, build
from scripts.release.git import tracked_files
from scripts.release.version import Version, stamp

TOOLS = (Path(".tools"), Path("npm", "node_modules"))
"""What the build needs besides the sources."""


def copy_checkout(destination: Path) -> Path:
    """A copy of the sources that builds alone. Tools are linked file by file: removing a link harms nobody."""
    for file in tracked_files(CHECKOUT):
        (destination / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CHECKOUT / file, destination / file)
    for tool in TOOLS:
        shutil.copytree(CHECKOUT / tool, destination / tool, copy_function=_link, symlinks=True)
    return destination


def rebuild(version: Version, output: Path) -> Path:
    """The tarball of the sources as they are here, but for the version."""
    with tempfile.TemporaryDirectory(prefix="ktx-rebuild-") as directory:
        copy = copy_checkout(Path(directory))
        stamp(copy, version)
        tarball, _ = build(version, copy)
        output.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy2(tarball, output))


def _link(source: str, destination: str) -> None:
    try:
        os.link(source, destination)
    except OSError:  # another disk, or a system without links
        shutil.copy2(source, destination)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version", type=Version.from_npm)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    print(rebuild(options.version, options.output))
    return 0


if __name__ == "__main__":
    sys.exit(main())
