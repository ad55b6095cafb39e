"""What goes wrong on the way, and does no harm."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from scripts.release_check.bench import Bench
from scripts.release_check.check import CheckFailed, require
from scripts.release_check.checks.first_run import manifest_of
from scripts.release_check.machine import IS_WINDOWS, Machine

SECONDS = 120
"""Until an install has come to a certain point."""


def two_first_runs(bench: Bench) -> str:
    """Both succeed, and make one runtime."""
    machine = bench.equipped("twice")
    processes = [machine.start(machine.command_file, "setup", "demo", f"demo{number}", "--yes") for number in range(2)]
    for process in processes:
        machine.wait(process)
    generations = list(machine.root.glob("*/generations/*"))
    require(len(generations) == 1, f"{len(generations)} generations were made")
    require(not list(machine.root.glob("bootstrap-*")), "a throw-away environment was left")
    return "both end well, one generation"


def killed_install(bench: Bench) -> str:
    """Killed while the installer is prepared, and killed while the generation is built: the next run is clean."""
    machine = bench.equipped("killed")
    moments: dict[str, Callable[[], bool]] = {
        "the installer": lambda: any(machine.root.glob("bootstrap-*")),
        "the generation": lambda: any(machine.root.glob("*/generations/*")),
    }
    for name, has_come in moments.items():
        _kill_when(machine, name, has_come)
        require(not list(machine.root.glob("*/manifest.json")), f"killed while {name} was made, it calls itself ready")
        state = machine.ktx("runtime", "status", "--json", exit_code=1).json()["state"]
        require(state == "missing", f"killed while {name} was made, status says {state}")
    machine.ktx("runtime", "install", "--yes")
    manifest_of(machine)
    require(machine.ktx("runtime", "status", "--json").json()["state"] == "ready", "the next install is not ready")
    left = [path.name for path in machine.root.glob("bootstrap-*")]
    generations = [path.name for path in machine.root.glob("*/generations/*")]
    require((left, len(generations)) == ([], 1), f"rubbish was left: {left + generations}")
    return f"killed while {' and '.join(moments)} was made; the next run is clean"


def altered_wheel(bench: Bench) -> str:
    """One bit of the bundled wheel is another: refused before anything is made."""
    machine = bench.equipped("altered")
    (wheel,) = (machine.work / "node_modules" / "@kaelio" / "ktx" / "assets").glob("*.whl")
    _flip_a_bit(wheel)
    done = machine.ktx("runtime", "install", "--yes", exit_code=1)
    require(f"{wheel.name}: its sha256 is " in done.stderr, f"it is refused for another reason: {done.stderr}")
    require("reinstall it: " in done.last_line, f"the next step is not told: {done.last_line}")
    require(not machine.root.exists(), f"something was made at {machine.root}")
    return "refused before anything is made"


def _flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _kill_when(machine: Machine, name: str, has_come: Callable[[], bool]) -> None:
    process = machine.start(machine.command_file, "runtime", "install", "--yes")
    until = time.monotonic() + SECONDS
    try:
        while not has_come():
            if process.poll() is not None:
                raise CheckFailed(f"the install ended with {process.returncode} before {name} was made")
            require(time.monotonic() < until, f"{name} was not made within {SECONDS} seconds")
            time.sleep(0.005)
    finally:
        _kill_all(process)
    machine.transcript.say(f"killed while {name} was made")


def _kill_all(process: subprocess.Popen[bytes]) -> None:
    """The process and all that it started."""
    if IS_WINDOWS:
        taskkill = Path(os.environ["SYSTEMROOT"], "System32", "taskkill.exe")
        subprocess.run([str(taskkill), "/PID", str(process.pid), "/T", "/F"], check=False, capture_output=True)
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
