"""Where the package may lie and what may run it: a prefix nobody can write to, beside another version, other nodes."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from scripts.release.rebuild import rebuild
from scripts.release.version import Version
from tests.npm.package import NODE, UV, Launcher, end, make_place, path_with, python_directory
from tests.runtime.test_surroundings import is_superuser, mounted

QUERY = ["sl", "query", "--measure", "orders.placed_orders", "--format", "json", "--execute", "--project-dir", "shop"]


@dataclass(frozen=True, slots=True)
class Installed:
    """`npm install --global` in a prefix, on a machine whose directories all have names that need quoting."""

    machine: Launcher
    prefix: Path

    def shell(self, line: str) -> subprocess.CompletedProcess[str]:
        """What a user's shell makes of `line`."""
        path = f"{self.prefix / 'bin'}{os.pathsep}{self.machine.path}"
        environment = self.machine.environment() | {"PATH": path}
        return subprocess.run(
            ["/bin/bash", "-c", line],
            env=environment,
            cwd=self.machine.work,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture
def read_only(tarball: Path, tmp_path: Path) -> Iterator[Installed]:
    """Installed without scripts, and from then on as unchangeable as a system's own programs."""
    prefix = tmp_path / "a prefix's plâce"
    path = path_with(python_directory(tmp_path / "bin"), NODE.parent)
    machine = Launcher(package=tmp_path, place=make_place(tmp_path / "a user's plâce"), path=path)
    machine = machine.having(KTX_UV=str(UV), npm_config_cache=str(tmp_path / "npm cache"))
    with mounted(prefix, "size=64m"):
        here = Installed(machine, prefix)
        words = ["npm", "install", "--global", "--ignore-scripts", "--offline", "--silent", "--prefix"]
        done = here.shell(shlex.join([*words, str(prefix), str(tarball)]))
        assert done.returncode == 0, done.stderr
        subprocess.run(["mount", "-o", "remount,ro", str(prefix)], check=True)
        yield here


@is_superuser
def test_a_prefix_that_nobody_can_write_to_does_for_everything(read_only: Installed) -> None:
    with pytest.raises(OSError, match="Read-only"):
        (read_only.prefix / "x").touch()
    made = read_only.shell("ktx setup demo 'my shop' --yes && cd 'my shop' && ktx runtime start --json")
    assert made.returncode == 0, made.stderr
    try:
        line = (
            "cd 'my shop' && ktx sl query --measure orders.placed_orders --format json --execute && ktx runtime doctor"
        )
        done = read_only.shell(line)
        assert done.returncode == 0, done.stdout + done.stderr
        answer, _ = json.JSONDecoder().raw_decode(done.stdout)
        assert answer["rows"] == [[12200]]
    finally:
        assert read_only.shell("ktx runtime stop").returncode == 0


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as version 0.0.1, unpacked."""
    directory = tmp_path_factory.mktemp("older")
    tarball = rebuild(Version.from_npm("0.0.1"), directory)
    subprocess.run(["tar", "--extract", "--file", tarball, "--directory", directory], check=True)
    return directory / "package"


@pytest.mark.deep
def test_two_versions_install_run_and_end_side_by_side(equipped: Launcher, older: Path) -> None:
    both = [equipped, replace(equipped, package=older)]
    processes = [one.start("runtime", "install", "--yes") for one in both]
    try:
        told = [process.communicate(timeout=200) for process in processes]
    finally:
        for process in processes:
            end(process)
    assert [process.returncode for process in processes] == [0, 0], told
    assert {entry.name for entry in equipped.root.iterdir() if entry.is_dir()} >= {"0.0.1"}
    started = [json.loads(one.run("runtime", "start", "--json").stdout) for one in both]
    try:
        assert len({answer["daemon"]["pid"] for answer in started}) == 2
        made = both[0].run("setup", "demo", "shop", "--yes")
        assert made.exit_code == 0, made.stderr
        rows = [json.loads(one.run(*QUERY).stdout)["rows"] for one in both]
        assert rows == [[[12200]], [[12200]]]
        # Stopping one leaves the other.
        assert both[1].run("runtime", "stop").exit_code == 0
        status = json.loads(both[0].run("runtime", "status", "--json").stdout)
        assert status["daemon"]["record"]["pid"] == started[0]["daemon"]["pid"]
    finally:
        for one in both:
            one.run("runtime", "stop")


@pytest.mark.deep
@pytest.mark.parametrize("version", ["22", "24"])
def test_newer_nodes_run_it_from_nothing_to_a_number(equipped: Launcher, tmp_path: Path, version: str) -> None:
    """node's own package of npm brings its program."""
    (tmp_path / "package.json").write_text('{"private": true}')
    install = [str(NODE.parent / "npm"), "install", "--silent", "--no-audit", "--no-fund", f"node@{version}"]
    subprocess.run(install, cwd=tmp_path, check=True)
    node = tmp_path / "node_modules" / "node" / "bin" / "node"
    here = WithNode(**{name: getattr(equipped, name) for name in ("package", "place", "variables", "path")}, node=node)
    assert here.run("--version").exit_code == 0
    made = here.run("setup", "demo", "shop", "--yes")
    assert (made.exit_code, "Warning" in made.stderr) == (0, False), made.stderr
    for command in (["runtime", "start"], QUERY, QUERY, ["runtime", "stop"]):
        done = here.run(*command)
        assert (done.exit_code, done.stderr if command == QUERY else "") == (0, ""), command


@dataclass(frozen=True, slots=True, kw_only=True)
class WithNode(Launcher):
    """The launcher, run by another node than that of this machine."""

    node: Path

    @property
    def argv(self) -> list[str]:
        return [str(self.node), str(self.package / "dist" / "bin.js")]
