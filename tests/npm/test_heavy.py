"""Commands that are worth a daemon: they start it, run inside it, and do without where there is none.

The plugin is a small one of the test's own: what `heavy` means belongs to the framework.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ktx_runtime.daemon.record import DaemonRecord, read_daemon_record
from tests.npm.package import UV, Launcher, make_place, path_with, python_directory
from tests.support.waiting import wait_until

PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "ktx-{name}"
version = "1.0"
[project.entry-points."ktx.plugins"]
{name} = "ktx_{name}"
"""
LIFT = """\
import json
import os
import time
from ktx_runtime.api import Command, Feature, hookimpl

ktx_api_version = 1


def lift(invocation):
    told = {"pid": os.getpid(), "mode": invocation.mode.value, "cwd": str(invocation.working_directory)}
    if "slowly" in invocation.arguments:
        invocation.stdout.write("lifting\\n")
        invocation.stdout.flush()
        for _ in range(600):
            time.sleep(0.1)
    if "--read" in invocation.arguments:
        told["stdin"] = invocation.stdin.read()
    if "--fail" in invocation.arguments:
        return 7
    invocation.stdout.write(json.dumps(told) + "\\n")
    return 0


@hookimpl
def ktx_features():
"""
ANVIL = """\
    commands = (
        Command(name="lift", summary="tell who lifts", handler="ktx_anvil:lift", in_daemon=True),
        Command(name="drop", summary="alone, whatever runs", handler="ktx_anvil:lift"),
    )
    return (Feature(name="anvil", summary="takes seconds to lift", requires=("core",), heavy=True, commands=commands),)
"""
FEATHER = """\
    blow = Command(
        name="blow",
        summary="tell who blows",
        handler="ktx_feather:lift",
        heavy_with={"hard": "anvil"},
        in_daemon=True,
    )
    return (Feature(name="feather", summary="as light as any", requires=("core",), commands=(blow,)),)
"""


def add_plugin(installed: Launcher, name: str, features: str) -> None:
    directory = installed.place / f"ktx-{name}"
    directory.mkdir()
    (directory / "pyproject.toml").write_text(PROJECT.format(name=name))
    (directory / f"ktx_{name}.py").write_text(LIFT + features)
    done = installed.run("runtime", "plugins", "add", str(directory), "--yes")
    assert done.exit_code == 0, done.stderr


@pytest.fixture(scope="module")
def installed(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    directory = tmp_path_factory.mktemp("heavy")
    made = Launcher(
        package=shutil.copytree(unpacked, directory / "package"),
        place=make_place(directory / "place"),
        path=path_with(python_directory(directory / "bin")),
        variables={"KTX_UV": str(UV)},
    )
    add_plugin(made, "feather", FEATHER)
    try:
        yield made
    finally:
        made.run("runtime", "stop")


@pytest.fixture
def alone(installed: Launcher) -> Launcher:
    """No daemon runs yet."""
    installed.run("runtime", "stop")
    assert daemon(installed) is None
    return installed


@pytest.fixture(scope="module")
def heavy(installed: Launcher) -> Launcher:
    """With the heavy feature, from here on."""
    add_plugin(installed, "anvil", ANVIL)
    return installed


def daemon(installed: Launcher) -> DaemonRecord | None:
    for file in installed.root.glob("*/daemon.json"):
        return read_daemon_record(file)
    return None


def told_by(installed: Launcher, *words: str, stdin: str = "") -> dict[str, object]:
    done = installed.run(*words, stdin=stdin)
    assert done.exit_code == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_a_verb_is_light_while_what_makes_it_heavy_is_not_installed(alone: Launcher) -> None:
    assert told_by(alone, "blow", "hard")["mode"] == "one-shot"
    assert daemon(alone) is None


def test_a_heavy_command_starts_the_daemon_and_runs_in_it(heavy: Launcher, alone: Launcher) -> None:
    told = told_by(heavy, "lift")
    record = daemon(alone)
    assert record is not None
    assert told == {"pid": record.pid, "mode": "daemon", "cwd": str(heavy.work)}
    assert told_by(heavy, "lift")["pid"] == record.pid


def test_a_verb_is_heavy_where_what_makes_it_so_is_installed_and_others_are_not(
    heavy: Launcher, alone: Launcher
) -> None:
    assert told_by(heavy, "blow", "gently")["mode"] == "one-shot"
    assert told_by(heavy, "blow")["mode"] == "one-shot"
    assert daemon(alone) is None
    assert told_by(heavy, "blow", "hard")["mode"] == "daemon"


def test_stdin_reaches_a_heavy_command(heavy: Launcher, alone: Launcher) -> None:
    text = "Zoë\n" * 100_000
    told = told_by(heavy, "lift", "--read", stdin=text)
    assert (told["mode"], told["stdin"]) == ("daemon", text)


def test_the_exit_code_is_that_of_the_command(heavy: Launcher, alone: Launcher) -> None:
    assert heavy.run("lift", "--fail").exit_code == 7


def test_help_starts_no_daemon(heavy: Launcher, alone: Launcher) -> None:
    heavy.run("lift", "--help")
    heavy.run("blow", "hard", "-h")
    assert daemon(alone) is None


def test_without_a_daemon_a_heavy_command_runs_by_itself(heavy: Launcher, alone: Launcher) -> None:
    told = told_by(heavy.having(KTX_NO_DAEMON="1"), "lift", "--read", stdin="in")
    assert (told["mode"], told["stdin"]) == ("one-shot", "in")
    assert daemon(alone) is None


def test_where_no_daemon_is_wanted_one_that_runs_is_left_alone(heavy: Launcher, alone: Launcher) -> None:
    assert told_by(heavy, "lift")["mode"] == "daemon"
    assert told_by(heavy.having(KTX_NO_DAEMON="1"), "lift")["mode"] == "one-shot"
    assert told_by(heavy.having(KTX_NO_DAEMON=""), "lift")["mode"] == "daemon"


def test_a_command_that_keeps_out_of_daemons_does_so_in_a_heavy_feature_too(heavy: Launcher, alone: Launcher) -> None:
    assert told_by(heavy, "drop")["mode"] == "one-shot"
    assert daemon(alone) is None


def test_a_daemon_that_cannot_be_started_is_told_and_done_without(heavy: Launcher, alone: Launcher) -> None:
    """Where it is to say that it runs stands something that cannot be written to."""
    (version,) = (directory.parent for directory in heavy.root.glob("*/generations"))
    record = version / "daemon.json"
    record.mkdir()
    try:
        done = heavy.run("lift")
    finally:
        record.rmdir()
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["mode"] == "one-shot"
    assert "the daemon is not to be had" in done.stderr
    assert "going on without it" in done.stderr


def test_a_daemon_that_dies_in_the_middle_is_an_error_and_nothing_runs_twice(heavy: Launcher, alone: Launcher) -> None:
    with heavy.start("lift", "slowly") as command:
        try:
            assert command.stdout is not None
            assert command.stdout.readline() == "lifting\n"
            record = daemon(heavy)
            assert record is not None
            os.kill(record.pid, signal.SIGKILL)
            rest, stderr = command.communicate(timeout=60)
        finally:
            command.kill()
    assert (command.returncode, rest) == (1, "")
    assert "the daemon ended while it ran the command" in stderr
    assert "run the command again" in stderr


def test_interrupting_the_client_ends_the_command_and_not_the_daemon(heavy: Launcher, alone: Launcher) -> None:
    told_by(heavy, "lift")
    record = daemon(heavy)
    assert record is not None
    with heavy.start("lift", "slowly") as command:
        try:
            assert command.stdout is not None
            assert command.stdout.readline() == "lifting\n"
            os.kill(command.pid, signal.SIGINT)
            command.communicate(timeout=60)
        finally:
            command.kill()
    assert command.returncode == 130
    wait_until(lambda: told_by(heavy, "lift")["pid"] == record.pid, what="the same daemon")
