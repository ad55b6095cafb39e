"""Published to a real npm registry on this machine, and installed from there in every way that npm knows."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ktx_runtime import VERSION
from tests.npm.package import NODE, Launcher, Run, make_place, path_with, python_directory
from tests.support.processes import killed_after

pytestmark = pytest.mark.xdist_group("registry")  # one registry, whatever the number of workers

VERDACCIO = {"private": True, "dependencies": {"verdaccio": "6.8.0"}, "overrides": {"node-fetch": "2.7.0"}}

SETTINGS = """
storage: ./storage
auth: {htpasswd: {file: ./htpasswd}}
uplinks: {}
packages: {"**": {access: ACCESS, publish: ACCESS, unpublish: ACCESS}}
log: {type: stdout, format: pretty, level: warn}
"""


@dataclass(frozen=True, slots=True)
class Shell:
    """Somebody's shell, with npm pointed at the registry and every cache empty at first."""

    machine: Launcher

    def run(self, *argv: str, directory: Path | None = None) -> Run:
        program = shutil.which(argv[0], path=self.machine.environment()["PATH"])
        assert program is not None, argv[0]
        done = subprocess.run(
            [program, *argv[1:]],
            env=self.machine.environment(),
            cwd=directory or self.machine.work,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)


@contextmanager
def verdaccio(directory: Path, *, access: str = "$all") -> Iterator[str]:
    """Run the registry, open to everybody or, with `$authenticated`, to nobody without a token; its address."""
    (directory / "package.json").write_text(json.dumps(VERDACCIO))
    (directory / "config.yaml").write_text(SETTINGS.replace("ACCESS", access))
    npm = str(NODE.parent / "npm")
    install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(install, cwd=directory, check=True, stdout=subprocess.DEVNULL)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = directory / "node_modules" / "verdaccio" / "bin" / "verdaccio"
    argv = [str(NODE), str(program), "--config", "config.yaml", "--listen", f"127.0.0.1:{port}"]
    with (
        (directory / "log").open("w") as log,
        killed_after(subprocess.Popen(argv, cwd=directory, stdout=log, stderr=log)) as process,
    ):
        address = f"http://127.0.0.1:{port}"
        await_answer(f"{address}/-/ping", process)
        yield address


def await_answer(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own, on this machine
                return
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.fixture(scope="module")
def shell(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A machine whose npm registry has the package, published there as a release would be."""
    directory = tmp_path_factory.mktemp("registry")
    with verdaccio(directory) as address:
        host = address.removeprefix("http:")
        place = make_place(directory / "place")
        (place / "home" / ".npmrc").write_text(f"registry={address}/\n{host}/:_authToken=none\n")
        path = path_with(python_directory(directory / "bin"), place / "global" / "bin", NODE.parent)
        machine = Launcher(package=directory, place=place, path=path).having(
            npm_config_cache=str(place / "npm-cache"),
            npm_config_prefix=str(place / "global"),
            npm_config_registry=f"{address}/",
            npm_config_update_notifier="false",
        )
        published = Shell(machine).run("npm", "publish", str(tarball))
        assert published.exit_code == 0, published.stderr
        yield Shell(machine)


def test_npx_by_name_makes_the_runtime_and_the_demo(shell: Shell) -> None:
    done = shell.run("npx", "--yes", "@kaelio/ktx", "setup", "demo", "--yes")
    assert done.exit_code == 0, done.stderr
    (project,) = shell.machine.work.rglob("ktx.yaml")
    words = ("--measure", "orders.placed_orders", "--format", "json", "--execute", "--project-dir", str(project.parent))
    answer = shell.run("npx", "--yes", "@kaelio/ktx", "sl", "query", *words)
    assert answer.exit_code == 0, answer.stderr
    assert json.loads(answer.stdout)["rows"][0][0] > 1000


def test_installed_in_a_project_npx_runs_that_one(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"private": true}')
    assert shell.run("npm", "install", "@kaelio/ktx", directory=tmp_path).exit_code == 0
    lock = json.loads((tmp_path / "package-lock.json").read_text("utf-8"))
    assert set(lock["packages"]) == {"", "node_modules/@kaelio/ktx"}
    done = shell.run("npx", "ktx", "frobnicate", directory=tmp_path)
    assert (done.exit_code, "npx ktx" in done.stderr) == (2, True)
    assert shell.run("npx", "ktx", "--version", directory=tmp_path).stdout == f"ktx {VERSION}\n"


def test_installed_globally_ktx_is_a_command(shell: Shell) -> None:
    assert shell.run("npm", "install", "--global", "@kaelio/ktx").exit_code == 0
    assert shell.run("ktx", "--version").stdout == f"ktx {VERSION}\n"
    done = shell.run("ktx", "frobnicate")
    assert done.exit_code == 2
    assert done.stderr.endswith("run: ktx --help\n")


@pytest.mark.deep
@pytest.mark.parametrize("manager", ["pnpm", "yarn"])
def test_another_package_manager_installs_it_too(shell: Shell, tmp_path: Path, manager: str) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    npm = [str(NODE.parent / "npm"), "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(tools)]
    version = {"pnpm": "10", "yarn": "1"}[manager]
    subprocess.run([*npm, f"{manager}@{version}"], check=True, stdout=subprocess.DEVNULL)
    project = tmp_path / "project"
    project.mkdir()
    (project / "package.json").write_text('{"private": true, "name": "project", "version": "1.0.0"}')
    path = os.pathsep.join([str(tools / "node_modules" / ".bin"), shell.machine.path])
    here = Shell(replace(shell.machine, path=path))
    added = here.run(manager, "add", "@kaelio/ktx", directory=project)
    assert added.exit_code == 0, added.stdout + added.stderr
    done = here.run(
        manager, *(("exec",) if manager == "pnpm" else ("--silent",)), "ktx", "--version", directory=project
    )
    assert done.stdout == f"ktx {VERSION}\n"


@pytest.mark.deep
def test_a_registry_that_wants_a_token_gets_it_and_nothing_of_ours_keeps_it(tarball: Path, tmp_path: Path) -> None:
    with verdaccio(tmp_path, access="$authenticated") as address:
        token = sign_up(address)
        place = make_place(tmp_path / "place")
        settings = place / "home" / ".npmrc"
        settings.write_text(f"registry={address}/\n{address.removeprefix('http:')}/:_authToken={token}\n")
        machine = Launcher(
            package=tmp_path, place=place, path=path_with(python_directory(tmp_path / "bin"), NODE.parent)
        )
        shell = Shell(machine.having(npm_config_cache=str(tmp_path / "cache"), npm_config_registry=f"{address}/"))
        assert shell.run("npm", "publish", str(tarball)).exit_code == 0
        npx = ("npx", "--yes", "@kaelio/ktx")
        told = [
            shell.run(*npx, *words)
            for words in (("setup", "demo", "--yes"), ("runtime", "start"), ("runtime", "doctor"), ("runtime", "stop"))
        ]
        assert [done.exit_code for done in told] == [0, 0, 0, 0], told
        settings.write_text(f"registry={address}/\n")
        (tmp_path / "cache").rename(tmp_path / "cache of before")
        assert shell.run(*npx, "--version").exit_code != 0
    assert token not in "".join(done.stdout + done.stderr for done in told)
    kept = [file for file in place.rglob("*") if file.is_file() and token.encode() in file.read_bytes()]
    assert kept == []


def sign_up(address: str) -> str:
    """The token of somebody new."""
    body = json.dumps({"name": "ann", "password": "correct horse battery"}).encode()
    request = urllib.request.Request(  # noqa: S310 - our own, on this machine
        f"{address}/-/user/org.couchdb.user:ann", data=body, headers={"content-type": "application/json"}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        token: str = json.load(answer)["token"]
    return token
