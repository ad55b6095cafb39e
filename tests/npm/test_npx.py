"""The main job end to end: npx, the packed tarball, a real uv fetched on the way, an empty home."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.npm.package import NODE, Launcher, Run, make_place, path_with, python_directory

pytestmark = pytest.mark.xdist_group("npx")  # one machine, whatever the number of workers


@dataclass(frozen=True, slots=True)
class Npx:
    """`npx --package <tarball> ktx` on an empty machine, where there is no uv."""

    machine: Launcher
    tarball: Path

    def run(self, *words: str) -> Run:
        argv = ["npx", "--yes", "--offline", "--package", str(self.tarball), "ktx", *words]
        environment = self.machine.environment() | {"npm_config_update_notifier": "false"}
        done = subprocess.run(
            [str(NODE.parent / argv[0]), *argv[1:]],
            env=environment,
            cwd=self.machine.work,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def npx(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Npx:
    directory = tmp_path_factory.mktemp("npx")
    path = path_with(python_directory(directory / "bin"), NODE.parent)
    assert shutil.which("uv", path=path) is None
    machine = Launcher(package=directory, place=make_place(directory / "a user's plâce"), path=path)
    machine = machine.having(npm_config_cache=str(directory / "npm-cache"))
    # `--offline` with an empty cache: the package needs nothing that is not in it.
    return Npx(machine, tarball)


@pytest.fixture(scope="module")
def demo(npx: Npx) -> Run:
    """The first command on this machine."""
    return npx.run("setup", "demo", "--yes")


def test_the_first_command_makes_the_runtime_and_the_demo(demo: Run, npx: Npx) -> None:
    assert demo.exit_code == 0, demo.stderr
    assert "fetching uv" in demo.stderr
    assert (npx.machine.root / "uv").is_dir()
    assert list(npx.machine.root.glob("bootstrap-*")) == []


def test_what_the_demo_suggests_runs_when_it_is_pasted(demo: Run, npx: Npx) -> None:
    suggested = next(line.strip() for line in demo.stdout.splitlines() if " sl query " in line)
    assert suggested.startswith(f"npx --package {npx.tarball} -- ktx sl query ")
    line = f"cd ktx-demo && {suggested}"
    environment = npx.machine.environment() | {"npm_config_offline": "true", "npm_config_yes": "true"}
    shell = ["/bin/bash", "-c", line]
    done = subprocess.run(shell, cwd=npx.machine.work, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stdout.splitlines()) > 2) == (0, True), done.stderr


@pytest.mark.usefixtures("demo")
def test_then_a_semantic_query_answers_with_numbers_and_installs_nothing(npx: Npx) -> None:
    (project,) = npx.machine.work.rglob("ktx.yaml")
    words = ("--measure", "orders.placed_orders", "--dimension", "channels.name", "--execute", "--format", "json")
    before = files(npx.machine.root)
    done = npx.run("sl", "query", *words, "--project-dir", str(project.parent))
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["headers"] == ["name", "placed_orders"]
    assert sum(row[1] for row in answer["rows"]) > 1000
    assert done.stderr == ""
    assert files(npx.machine.root) == before


@pytest.mark.usefixtures("demo")
def test_status_lists_the_installed_features(npx: Npx) -> None:
    done = npx.run("runtime", "status", "--json")
    status = json.loads(done.stdout)
    assert (done.exit_code, status["state"]) == (0, "ready")
    assert [feature["name"] for feature in status["features"]] == ["core"]


@pytest.mark.usefixtures("demo")
def test_an_unknown_command_is_refused_with_near_names(npx: Npx) -> None:
    done = npx.run("sll")
    assert done.exit_code == 2
    assert "sl" in done.stderr.splitlines()[-1]


@pytest.mark.usefixtures("demo")
def test_another_wheel_of_the_same_version_is_installed_in_place_of_the_first(npx: Npx, unpacked: Path) -> None:
    manifest = next(npx.machine.root.glob("*/manifest.json"))
    content = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps(content | {"wheel": content["wheel"] | {"sha256": "0" * 64}}), "utf-8")
    launcher = Launcher(package=unpacked, place=npx.machine.place, path=npx.machine.path)
    assert json.loads(launcher.run("runtime", "status", "--json").stdout)["state"] == "mismatched"
    refused = launcher.run("sl", "--help", "--no-input")
    assert refused.exit_code in {0, 4}
    assert launcher.run("runtime", "install", "--yes").exit_code == 0
    assert json.loads(launcher.run("runtime", "status", "--json").stdout)["state"] == "ready"


def files(directory: Path) -> set[str]:
    """Every file below, but the bytecode that a first run leaves behind."""
    found = (Path(parent) / name for parent, _, names in os.walk(directory) for name in names)
    return {str(file) for file in found if file.suffix != ".pyc"}
