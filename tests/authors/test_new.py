"""`ktx plugin new`: names, places, licences."""

from __future__ import annotations

import os
import sys
import tomllib
from dataclasses import replace

import pytest

from ktx_runtime.api import UsageError
from ktx_runtime.authoring.names import plugin_names
from ktx_runtime.registry.collect import own_catalogue
from tests.authors.conftest import Machine
from tests.support.answers import validate_answer


@pytest.mark.parametrize(
    ("name", "feature"),
    [("ktx-hello", "hello"), ("Acme_Metrics.v2", "acme-metrics-v2")],
)
def test_one_name_gives_all_the_others(machine: Machine, name: str, feature: str) -> None:
    done = machine.do("plugin", "new", name, "--json")
    assert validate_answer(done.stdout) == "NewPlugin"
    answer = done.json()
    assert (answer["feature"], answer["distribution"]) == (feature, f"ktx-{feature}")
    directory = machine.work / name
    project = tomllib.loads((directory / "pyproject.toml").read_text())["project"]
    assert project["name"] == f"ktx-{feature}"
    assert project["entry-points"]["ktx.plugins"] == {feature: f"{answer['module']}.plugin"}
    assert sorted(answer["files"]) == sorted(
        path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()
    )
    for path in directory.rglob("*"):
        assert "template" not in path.name
        assert path.is_dir() or "template" not in path.read_text()
    assert oct(directory.stat().st_mode) == oct(0o40777 & ~_mask())


REFUSED = (
    *("ktx", "core", "ktx-core", "sl", "setup", "runtime", "Plugin", "semantic-query", "con", "ktx-LPT1", "ünï", "a b"),
    *("../up", "", "-x", "1st", "x" * 41, "a\nb", "ktx-", "."),
)


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_cannot_be_had_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        plugin_names(name, known=own_catalogue({}))
    assert caught.value.code == "plugin-name"


def test_for_a_refused_name_nothing_is_written(machine: Machine) -> None:
    done = machine.ktx("plugin", "new", "--json", "--", "../up")
    assert done.exit_code == 2
    assert done.json()["error"]["code"] == "plugin-name"
    assert list(machine.work.iterdir()) == []


def test_what_is_there_is_never_overwritten(machine: Machine) -> None:
    taken = machine.work / "hello"
    taken.mkdir()
    (taken / "notes.txt").write_text("mine")
    (machine.work / "file").write_text("mine")
    (machine.work / "link").symlink_to(machine.work / "nowhere")
    for directory in ("hello", "file", "link"):
        done = machine.ktx("plugin", "new", "hello", "--directory", directory)
        assert done.exit_code == 2
        assert "there is something already" in done.stderr
    assert [path.name for path in taken.iterdir()] == ["notes.txt"]
    assert (machine.work / "file").read_text() == "mine"
    assert sorted(path.name for path in machine.work.iterdir()) == ["file", "hello", "link"]


def test_an_empty_place_and_a_deep_new_one_are_free(machine: Machine) -> None:
    (machine.work / "empty").mkdir()
    for directory in ("empty", "some/where/é deep"):
        machine.do("plugin", "new", "hello", "--directory", directory)
        assert (machine.work / directory / "pyproject.toml").is_file()
    here = machine.work / "where the shell stands"
    here.mkdir()
    before = here.stat().st_ino
    replace(machine, work=here).do("plugin", "new", "hello", "--directory", ".")
    assert (here / "tests" / "test_plugin.py").is_file()
    assert here.stat().st_ino == before


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc, which nobody can write to (optional)")
def test_a_place_that_cannot_be_written_is_told(machine: Machine) -> None:
    done = machine.ktx("plugin", "new", "hello", "--directory", "/proc/hello", "--json")
    assert done.exit_code == 1
    assert done.json()["error"]["code"] == "directory-not-writable"


@pytest.mark.parametrize("licence", ["Apache-2.0", "MIT", "none"])
def test_the_licence_is_the_authors_choice(machine: Machine, licence: str) -> None:
    machine.do("plugin", "new", "hello", "--license", licence)
    project = tomllib.loads((machine.work / "hello" / "pyproject.toml").read_text())["project"]
    assert project.get("license") == (None if licence == "none" else licence)
    text = machine.work / "hello" / "LICENSE"
    assert text.exists() == (licence != "none")
    if licence == "MIT":
        assert "the ktx-hello developers" in text.read_text()
        assert "COPYRIGHT" not in text.read_text().splitlines()[2]


def test_nothing_of_a_runtime_is_needed(machine: Machine) -> None:
    machine.do("plugin", "new", "hello")
    assert not machine.root.exists()


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
