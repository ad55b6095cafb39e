"""What the package is before it has done anything."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from scripts.release_check.bench import Bench
from scripts.release_check.check import require

LIMIT = 1_000_000
"""Bytes of the tarball."""

_EXPECTED = {"README.md", "LICENSE", "package.json", "dist", "assets"}


def clean_install(bench: Bench) -> str:
    """Installed in a project and globally, with an empty cache and no network: nothing else comes, nothing runs."""
    size = bench.tarball.stat().st_size
    require(size <= LIMIT, f"the tarball has {size:,} bytes, more than {LIMIT:,}")
    machine = bench.machine("clean")
    machine.add_package(bench.tarball)
    lock = json.loads((machine.work / "package-lock.json").read_text(encoding="utf-8"))
    installed = sorted(set(lock["packages"]) - {""})
    require(installed == ["node_modules/@kaelio/ktx"], f"more than one package was installed: {installed}")
    package = machine.work / "node_modules" / "@kaelio" / "ktx"
    _require_contents(package, bench)
    version = bench.runtime["version"]
    shown = machine.ktx("--version").stdout
    require(shown == f"ktx {version}\n", f"--version says {shown!r}")
    machine.run("npm", "install", "--global", "--offline", str(bench.tarball))
    files = sum(1 for file in package.rglob("*") if file.is_file())
    return f"{files} files, {size:,} bytes packed, no dependencies, no scripts"


def _require_contents(package: Path, bench: Bench) -> None:
    found = {entry.name for entry in package.iterdir()}
    require(found == _EXPECTED, f"the package has {sorted(found ^ _EXPECTED)} too many or too few")
    description = json.loads((package / "package.json").read_text(encoding="utf-8"))
    for unwanted in ("scripts", "dependencies", "optionalDependencies", "peerDependencies"):
        require(unwanted not in description, f"package.json has {unwanted}")
    wheel = bench.runtime["wheel"]
    content = (package / "assets" / wheel["file"]).read_bytes()
    require(hashlib.sha256(content).hexdigest() == wheel["sha256"], f"{wheel['file']} is not what runtime.json says")


def npx_of_the_package(bench: Bench) -> str:
    """What needs no Python is answered without one, and leaves nothing."""
    machine = bench.machine("npx")
    version = bench.runtime["version"]
    shown = machine.npx(bench.tarball, "--version").stdout
    require(shown == f"ktx {version}\n", f"--version says {shown!r}")
    overview = machine.npx(bench.tarball, "--help").stdout
    names = [command["name"] for feature in bench.runtime["features"] for command in feature["commands"]]
    missing = [name for name in names if f"  {name} " not in overview]
    require(not missing, f"--help does not tell of {missing}")
    status = machine.npx(bench.tarball, "runtime", "status", "--json", exit_code=1).json()
    require(status["state"] == "missing", f"status says {status['state']}")
    require(not machine.root.exists(), f"something was made at {machine.root}")
    return f"ktx {version}; --help with {len(names)} commands of features; nothing was made"
