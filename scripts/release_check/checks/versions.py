"""Two versions of ktx on one machine."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

from scripts.release_check.bench import Bench, described
from scripts.release_check.check import require
from scripts.release_check.checks.daemon import call_daemon, is_listening
from scripts.release_check.checks.first_run import demo_of

PLUGIN = """
from ktx_runtime.api import Command, Feature, hookimpl


@hookimpl
def ktx_features():
    command = Command(name="guest", summary="says that it is there", handler="ktx_guest_command:run")
    return [Feature(name="guest", summary="a plugin of the release check", commands=(command,))]
"""

COMMAND = """
def run(invocation):
    print("the guest is there", file=invocation.stdout)
    return 0
"""


def upgrade(bench: Bench) -> str:
    """The package is replaced by a newer one: the next command takes features and plugins along, and says so."""
    machine = bench.machine("upgraded")
    older = described(bench.previous)["version"]
    machine.add_package(bench.previous)
    machine.ktx("setup", "demo", "--yes")
    plugin = guest_wheel(bench.directory / "guest")
    machine.ktx("runtime", "plugins", "add", str(plugin), "--yes")
    machine.ktx("runtime", "install", "--feature", "guest", "--yes")
    require(machine.ktx("guest").stdout == "the guest is there\n", "the plugin does not run on the older version")
    machine.add_package(bench.tarball)
    newer = machine.ktx("--version").stdout.split()[1]
    listed = machine.ktx("sl", "list", "--yes", "--project-dir", str(demo_of(machine)))
    require(older in listed.stderr, f"it is not said that {older} is where things come from: {listed.stderr}")
    status = machine.ktx("runtime", "status", "--json").json()
    features = sorted(row["name"] for row in status["features"])
    plugins = [row["distribution"] for row in status["plugins"]]
    require(status["cliVersion"] == newer, f"the runtime is of {status['cliVersion']}, the package of {newer}")
    require(features == ["core", "guest"], f"after the upgrade the features are {features}")
    require("ktx-guest" in plugins, f"after the upgrade the plugins are {plugins}")
    require(machine.ktx("guest").stdout == "the guest is there\n", "the plugin does not run on the newer version")
    return f"{older} → {newer}: core and a plugin's feature"


def prune_beside_an_older(bench: Bench) -> str:
    """What a running older version needs stays until it has ended, then it goes."""
    machine = bench.equipped("pruned")
    older = machine.work / "older"
    older.mkdir()
    machine.run("npm", "install", "--offline", "--ignore-scripts", "--prefix", str(older), str(bench.previous))
    older_ktx = str(older / "node_modules" / ".bin" / Path(machine.command_file).name)
    record = machine.run(older_ktx, "runtime", "start", "--yes", "--json").json()["daemon"]
    machine.ktx("runtime", "install", "--yes")
    kept = machine.ktx("runtime", "prune", "--json").json()["kept"]
    require(any(row["what"] == "version" for row in kept), f"prune does not say that the older one is kept: {kept}")
    require(call_daemon(record, "GET", "/health") == (200, "healthy"), "the older daemon has ended")
    machine.run(older_ktx, "runtime", "stop")
    require(not is_listening(record), "the older daemon does not stop")
    removed = machine.ktx("runtime", "prune", "--json").json()["removed"]
    require(any(row["what"] == "version" for row in removed), f"the older version was not removed: {removed}")
    require(machine.ktx("runtime", "status", "--json").json()["state"] == "ready", "the newer one is not ready")
    return "kept while it runs, removed after"


def guest_wheel(directory: Path) -> Path:
    """A plugin of a stranger's, as a wheel."""
    directory.mkdir(parents=True)
    info = "ktx_guest-1.0.dist-info"
    files = {
        "ktx_guest.py": PLUGIN,
        "ktx_guest_command.py": COMMAND,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: ktx-guest\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: ktx\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[ktx.plugins]\nguest = ktx_guest\n",
    }
    rows = [f"{name},sha256={_digest(text)},{len(text.encode())}" for name, text in files.items()]
    files[f"{info}/RECORD"] = "".join(f"{row}\n" for row in [*rows, f"{info}/RECORD,,"])
    wheel = directory / "ktx_guest-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
