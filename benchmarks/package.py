"""What the npm package costs: its size, the launcher beside an empty node, and the way from npx to the demo.

    make tarball && python benchmarks/package.py [--rounds 15] [--first-runs 3]

The first run starts on an empty machine without uv, with warm caches of packages, as a user's second machine has them.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from figures import ENVIRONMENT, Figure, interleaved, report, seconds_of, timed

REPOSITORY = Path(__file__).parents[1]
NODE = shutil.which("node") or "node"


def main() -> int:
    """Measure and print; the exit code is 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--first-runs", type=int, default=3)
    options = parser.parse_args()
    (tarball,) = (REPOSITORY / "build").glob("*.tgz")
    # 33 ms of node 20's start, on both sides, that are not ours.
    ENVIRONMENT.pop("NODE_EXTRA_CA_CERTS", None)
    with tempfile.TemporaryDirectory() as name:
        return report(measure(Path(name), tarball, options.rounds, options.first_runs))


def measure(directory: Path, tarball: Path, rounds: int, first_runs: int) -> Iterator[Figure]:
    """The figures, one after another."""
    yield Figure("the npm package, packed (MB)", tarball.stat().st_size / 1e6, bound=1)
    with tarfile.open(tarball) as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
        archive.extractall(directory, members)  # noqa: S202 - our own
    yield Figure("the npm package, unpacked (MB)", sum(member.size for member in members) / 1e6)
    program = str(directory / "package" / "dist" / "bin.js")
    ours, empty = interleaved(
        lambda: seconds_of([NODE, program, "--version"]), lambda: seconds_of([NODE, "-e", "0"]), rounds
    )
    yield Figure("ktx --version / node -e 0, wall time", ours / empty, bound=1.3)
    yield Figure("ktx --version (ms)", ours * 1000)
    taken = [first_run(directory / str(number), tarball) for number in range(first_runs + 1)][1:]
    yield Figure("npx … setup demo --yes on an empty machine (s)", statistics.median(taken), bound=15)


def first_run(place: Path, tarball: Path) -> float:
    """Seconds of the first command on a machine with nothing but node and Python."""
    tools = place / "tools"
    for name in ("home", "work", "tools"):
        (place / name).mkdir(parents=True)
    (tools / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))
    for name in ("node", "npm", "npx"):
        (tools / name).symlink_to(Path(os.path.realpath(NODE)).parent / name)
    cache = subprocess.run([REPOSITORY / ".tools" / "bin" / "uv", "cache", "dir"], check=True, capture_output=True)
    environment = {
        **{name: value for name, value in ENVIRONMENT.items() if not name.startswith(("KTX_", "npm_"))},
        "PATH": os.pathsep.join([str(tools), "/usr/bin", "/bin"]),
        "HOME": str(place / "home"),
        "XDG_DATA_HOME": str(place / "data"),
        "UV_CACHE_DIR": cache.stdout.decode().strip(),
        "PIP_CACHE_DIR": str(place.parent / "pip-cache"),
    }
    argv = [str(tools / "npx"), "--yes", "--offline", "--package", str(tarball), "ktx", "setup", "demo", "--yes"]
    output = subprocess.DEVNULL
    return timed(
        lambda: subprocess.run(argv, cwd=place / "work", env=environment, check=True, stdout=output, stderr=output)
    )


if __name__ == "__main__":
    sys.exit(main())
