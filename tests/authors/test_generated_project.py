"""What `ktx plugin new` writes: it passes its own tests, and what it brings is there with no further step."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ktx_runtime.testing.run import run_program
from tests.authors.conftest import CHECKOUT, UV, Machine, clean_environment

pytestmark = pytest.mark.runtime


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`ktx plugin new hello`."""
    work = tmp_path_factory.mktemp("project é")
    argv = [CHECKOUT / ".venv" / "bin" / "python", "-I", "-m", "ktx_runtime", "plugin", "new", "hello"]
    subprocess.run(argv, cwd=work, check=True, stdout=subprocess.DEVNULL)
    return work / "hello"


def test_a_new_plugin_passes_its_own_tests_in_a_fresh_environment(
    project: Path, make_author: Callable[[Path], Path], tmp_path: Path
) -> None:
    python = make_author(tmp_path / "venv")
    install = [UV, "pip", "install", "--quiet", "--no-build-isolation", "--python", python, "--editable", project]
    subprocess.run(install, check=True, env=clean_environment())
    # An author's checks are as strict as ours.
    words = ["-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    done = run_program([str(python), *words], environment=clean_environment(), directory=project)
    assert done.exit_code == 0, done.stdout
    assert "failed" not in done.stdout
    assert int(done.stdout.split(" passed")[0].split()[-1]) >= 12


def test_its_types_and_its_style_are_as_ours(project: Path) -> None:
    mypy = [CHECKOUT / ".venv" / "bin" / "mypy", "--strict", "--no-incremental", "--config-file", os.devnull]
    environment = clean_environment() | {"MYPYPATH": f"{project}:{CHECKOUT}"}
    words = ["--follow-imports", "silent", "ktx_hello"]
    subprocess.run([*mypy, *words], cwd=project, check=True, env=environment)
    ruff = [CHECKOUT / ".venv" / "bin" / "ruff", "check", "--no-cache", "--isolated"]
    subprocess.run([*ruff, "--select", "B,E,F,I,RUF,SIM,UP,W", "--line-length", "120", "."], cwd=project, check=True)


@pytest.fixture(scope="module")
def equipped(project: Path, own_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine that had nothing, after `plugins add -e ./hello --yes`."""
    parent = tmp_path_factory.mktemp("equipped")
    python = CHECKOUT / ".venv" / "bin" / "python"
    machine = Machine(python, parent / "root", project.parent, own_wheel)
    machine.do("runtime", "plugins", "add", "-e", "./hello", "--yes", "--progress", "none")
    yield machine
    machine.do("runtime", "stop", "--all")


def test_its_command_works(equipped: Machine) -> None:
    assert equipped.do("hello", "world").stdout == "hello, world\n"
    refused = equipped.ktx("hello", " ")
    assert (refused.exit_code, refused.stderr) == (1, "error: nobody to greet\nhint: say whom to greet\n")


def test_it_is_listed_wherever_features_are(equipped: Machine) -> None:
    status = equipped.do("runtime", "status", "--json").json()
    assert [feature["name"] for feature in status["features"]] == ["core", "hello"]
    features = {row["name"]: row for row in equipped.do("runtime", "features", "--json").json()["features"]}
    assert features["hello"]["installed"]
    assert features["hello"]["distribution"] == "ktx-hello"
    assert "  hello " in equipped.do("--help").stdout
    assert "ktx-hello" in equipped.do("runtime", "plugins", "list").stdout
    completed = [
        equipped.do("complete", "--", *words).stdout.split("\t")[0]
        for words in (["hel"], ["hello", "--j"], ["runtime", "install", "--feature", "hel"])
    ]
    assert completed == ["hello", "--json", "hello"]
    called = equipped.do("call", "--list", "--json").json()["operations"]
    assert "hello-greet" in {operation["name"] for operation in called}


def test_its_route_is_there_in_a_daemon(equipped: Machine) -> None:
    record = equipped.do("runtime", "start", "--json").json()["daemon"]
    token = json.loads((equipped.root / record["version"] / "daemon.json").read_text())["token"]
    request = urllib.request.Request(
        f"http://{record['host']}:{record['port']}/hello/greet",
        data=b'{"who": "daemon"}',
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        assert json.load(answer) == {"greeting": "hello, daemon"}
