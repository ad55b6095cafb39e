"""Write `ktx_runtime/locks/uv.json`: the uv that ktx fetches where there is none, one wheel per platform.

    python scripts/pins.py VERSION

The wheels are fetched by pip, from whatever index its user configured, and weighed and hashed here. The file holds
their names, sizes (bytes) and sha256, and the same of the program inside, so that an unpacked copy can be checked
again before each use. It holds no address: the launcher and the installer fetch from their user's index, and accept
nothing else.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PINS = Path(__file__).parent.parent / "ktx_runtime" / "locks" / "uv.json"

MINIMUM = "0.8.0"
"""The oldest uv on PATH that will do; `tests/npm` runs a first install with it."""

PLATFORMS = {
    "linux-x86_64": "manylinux2014_x86_64",
    "linux-aarch64": "manylinux_2_28_aarch64",
    "linux-x86_64-musl": "musllinux_1_1_x86_64",
    "linux-aarch64-musl": "musllinux_1_1_aarch64",
    "macos-x86_64": "macosx_10_12_x86_64",
    "macos-aarch64": "macosx_11_0_arm64",
    "windows-x86_64": "win_amd64",
    "windows-aarch64": "win_arm64",
}
"""Our name of a platform (system, machine, and `musl` where the C library is that) and pip's."""


def main() -> int:
    """Pin the version named on the command line."""
    parser = argparse.ArgumentParser(description="pin the uv wheels of one version")
    parser.add_argument("version")
    version: str = parser.parse_args().version
    pins = {
        "schemaVersion": 1,
        "version": version,
        "minimum": MINIMUM,
        "wheels": {platform: _pin(version, tag) for platform, tag in PLATFORMS.items()},
    }
    PINS.parent.mkdir(exist_ok=True)
    PINS.write_text(json.dumps(pins, indent=2) + "\n", encoding="utf-8")
    print(f"{PINS.name}: uv {version} for {', '.join(PLATFORMS)}")
    return 0


def _pin(version: str, tag: str) -> dict[str, object]:
    """Fetch the wheel for pip's platform `tag` and say what it is."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"),
                *("--platform", tag, "--python-version", "3.11", "--dest", directory, f"uv=={version}"),
            ],
            check=True,
        )
        (wheel,) = Path(directory).iterdir()
        with zipfile.ZipFile(wheel) as archive:
            (member,) = (name for name in archive.namelist() if Path(name).name in {"uv", "uv.exe"})
            executable = {"member": member, **_weigh(archive.read(member))}
        return {"file": wheel.name, **_weigh(wheel.read_bytes()), "executable": executable}


def _weigh(content: bytes) -> dict[str, object]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


if __name__ == "__main__":
    sys.exit(main())
