"""Python programmers do without npm: the same wheel, with pip in an environment of theirs, and with uvx in none."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from ktx_runtime import VERSION
from tests.npm.package import UV, Launcher, Run, make_place


@dataclass(frozen=True, slots=True)
class Ktx:
    """`ktx` however it got there, on an empty machine."""

    machine: Launcher
    argv: Sequence[str]
    typed: str

    def run(self, *words: str) -> Run:
        done = subprocess.run(
            [*self.argv, *words],
            env=self.machine.environment(),
            cwd=self.machine.work,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)


@pytest.fixture(params=["pip", "uvx"])
def ktx(request: pytest.FixtureRequest, launcher: Launcher, tmp_path: Path) -> Ktx:
    (wheel,) = launcher.assets.glob("*.whl")
    machine = Launcher(package=tmp_path, place=make_place(tmp_path / "machine"), path=launcher.path)
    machine = machine.having(KTX_UV=str(UV))
    if request.param == "uvx":
        machine = machine.having(UV_TOOL_DIR=str(tmp_path / "tools"))
        argv = [str(UV), "tool", "run", "--quiet", "--from", str(wheel), "ktx"]
        return Ktx(machine, argv, shlex.join(["uvx", "--from", str(wheel), "ktx"]))
    python = getattr(sys, "_base_executable", sys.executable)
    environment = tmp_path / "environment of mine"
    subprocess.run([python, "-m", "venv", environment], check=True)
    pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel]
    subprocess.run(pip, check=True)
    program = str(environment / "bin" / "ktx")
    return Ktx(machine, [program], shlex.quote(program))


def test_the_wheel_alone_goes_from_nothing_to_a_number(ktx: Ktx) -> None:
    assert ktx.run("--version").stdout == f"ktx {VERSION}\n"
    refused = ktx.run("sl", "list")
    assert refused.exit_code == 4
    # The command to run is one that runs: neither is `ktx` alone on anybody's PATH.
    assert refused.stderr.endswith(f"run: {ktx.typed} runtime install --yes\n")
    assert ktx.machine.created() == []
    made = ktx.run("setup", "demo", "shop", "--yes")
    assert made.exit_code == 0, made.stderr
    words = ("--measure", "orders.placed_orders", "--format", "json", "--execute", "--project-dir", "shop")
    answer = json.loads(ktx.run("sl", "query", *words).stdout)
    assert answer["rows"] == [[12200]]
    # The runtime is its own: the environment that ktx came in got nothing of it.
    status = json.loads(ktx.run("runtime", "status", "--json").stdout)
    assert Path(status["python"]["executable"]).is_relative_to(ktx.machine.root)
