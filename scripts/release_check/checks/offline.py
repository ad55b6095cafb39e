"""No network."""

from __future__ import annotations

from scripts.release_check.bench import Bench
from scripts.release_check.check import require
from scripts.release_check.checks.first_run import demo_of
from scripts.release_check.machine import Machine

NOWHERE = "http://127.0.0.1:9/simple"
"""Nothing listens there."""


def without_network(bench: Bench) -> str:
    """After the first run nothing is fetched; and a machine that never had a network installs from a directory."""
    prepared = cut_off(bench.prepared)
    prepared.ktx("sl", "list", "--project-dir", str(demo_of(prepared)))
    wheelhouse = bench.directory / "wheel house"
    bench.prepared.ktx("runtime", "bundle", str(wheelhouse))
    machine = cut_off(bench.machine("offline"))
    machine.add_package(bench.tarball)
    refused = machine.ktx("runtime", "install", "--offline", "--yes", exit_code=1)
    require("--offline forbids fetching it" in refused.stderr, f"without a wheelhouse it says {refused.stderr}")
    machine.ktx("runtime", "install", "--offline", "--wheelhouse", str(wheelhouse), "--yes")
    machine.ktx("setup", "demo", "shop", "--no-input")
    require(machine.ktx("runtime", "status", "--json").json()["state"] == "ready", "it is not ready")
    files = list(wheelhouse.iterdir())
    size = sum(file.stat().st_size for file in files)
    return f"after the first run; and from a wheelhouse of {len(files)} files, {size / 1e6:.0f} MB"


def cut_off(machine: Machine) -> Machine:
    """The machine where no index answers and no cache has anything."""
    dead = dict.fromkeys(("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), NOWHERE)
    quick = {"UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0", "PIP_FIND_LINKS": "", "UV_FIND_LINKS": ""}
    caches = {"UV_CACHE_DIR": str(machine.place / "empty-cache"), "PIP_NO_CACHE_DIR": "1"}
    return machine.having(**dead, **quick, **caches)
