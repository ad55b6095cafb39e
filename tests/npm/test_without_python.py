"""What the launcher answers alone. PATH is empty in these: a Python could not even be found."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ktx_runtime import VERSION
from tests.npm.package import Launcher
from tests.support.answers import validate_answer
from tests.support.misspelt import MISSPELT


@pytest.fixture
def alone(launcher: Launcher) -> Launcher:
    return replace(launcher, path="")


def test_the_version_is_the_wheels(alone: Launcher) -> None:
    assert alone.run("--version").stdout == f"ktx {VERSION}\n"
    assert json.loads(alone.run("--version", "--json").stdout)["version"] == VERSION


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",), ("--yes",)])
def test_help_lists_every_command_of_the_wheel_and_of_the_runtime(alone: Launcher, words: tuple[str, ...]) -> None:
    done = alone.run(*words)
    assert done.exit_code == 0
    catalogue = json.loads((alone.assets / "runtime.json").read_text("utf-8"))
    commands = [
        *catalogue["commands"],
        *(command for feature in catalogue["features"] for command in feature["commands"]),
    ]
    assert {"sl", "setup demo", "runtime install"} <= {command["name"] for command in commands}
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for command in commands:
        assert f"{command['name']} {command['summary']}" in lines


def test_help_may_stand_before_the_command_too(alone: Launcher) -> None:
    assert alone.run("help", "setup", "demo") == alone.run("setup", "demo", "--help")


def test_help_on_a_command_does_not_install_it(alone: Launcher) -> None:
    done = alone.run("setup", "demo", "--help")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "setup demo" in done.stdout
    assert alone.created() == []


def test_status_without_a_runtime_says_so_and_creates_nothing(alone: Launcher) -> None:
    done = alone.run("runtime", "status")
    assert done.exit_code == 1
    assert done.stderr == ""
    assert str(alone.root) in done.stdout
    assert done.stdout.endswith("next: ktx runtime install --yes\n")
    assert alone.created() == []


def test_status_as_json_is_pythons_own_answer_with_nothing_in_it(alone: Launcher) -> None:
    done = alone.run("runtime", "status", "--json")
    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["state"], answer["features"]) == (1, "missing", [])
    assert answer["root"] == str(alone.root)


def test_status_of_a_broken_runtime_gives_the_reason(alone: Launcher) -> None:
    directory = alone.root / VERSION
    directory.mkdir(parents=True)
    (directory / "manifest.json").write_text('{"schemaVersion": 1, "cli')
    done = alone.run("runtime", "status", "--json")
    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["state"]) == (1, "broken")
    assert "JSON" in answer["reason"]


def test_words_that_name_no_command_are_answered_before_anything_is_installed(alone: Launcher) -> None:
    for words, message, hint in MISSPELT:
        done = alone.run(*words)
        assert (done.exit_code, done.stderr) == (2, f"error: {message}\nhint: {hint}\n"), done.stderr
    told = alone.run("postgres://ann:secret@h/db", "--json")
    assert (told.exit_code, "secret" in told.stdout + told.stderr) == (2, False)
    verb = alone.run("sl", "qurey", "--yes")
    assert verb.stderr == "error: there is no command sl qurey\nhint: did you mean ktx sl query?\n"
    assert alone.created() == []


@pytest.mark.parametrize("group", ["runtime", "setup", "plugin"])
def test_a_word_that_only_verbs_make_a_command_lists_them_as_python_would(alone: Launcher, group: str) -> None:
    done = alone.run(group)
    assert (done.exit_code, done.stdout) == (0, of_python(alone, group))
    assert alone.run("help", group) == done


def test_the_overview_is_word_for_word_what_python_says(alone: Launcher) -> None:
    assert alone.run("--help").stdout == of_python(alone, "--help")
    assert alone.run("--json").stdout == of_python(alone, "--json")
    assert validate_answer(alone.run("help", "--json").stdout) == "CommandOverview"


def test_help_on_every_command_is_there_before_anything_is_installed(alone: Launcher) -> None:
    page = alone.run("sl", "query", "--help", "--yes")
    assert (page.exit_code, page.stderr) == (0, "")
    assert page.stdout.startswith("usage: ktx sl query [-h] [--measure M]")
    assert "--max-rows N" in page.stdout
    assert alone.run("help", "sl", "query").stdout == page.stdout
    by_npx = replace(alone, package=shutil.copytree(alone.package, alone.place / "_npx" / "0f" / "package"))
    assert by_npx.run("sl", "query", "-h").stdout.startswith("usage: npx @kaelio/ktx sl query [-h]")
    listed = json.loads(alone.run("--json").stdout)["commands"]
    for command in listed:
        shown = alone.run(*command["name"].split(), "--help")
        assert (shown.exit_code, f"usage: ktx {command['name']}" in shown.stdout) == (0, True), command


def test_verbs_can_be_completed_before_anything_is_installed(alone: Launcher) -> None:
    for words in (("sl", ""), ("sl", "q"), ("setup", "d"), ("runtime", "st")):
        shown = alone.run("complete", "--", *words).stdout.splitlines()
        assert shown
        assert sorted(shown) == sorted(of_python(alone, "complete", "--", *words).splitlines())


def test_status_refuses_what_its_help_does_not_know(alone: Launcher) -> None:
    done = alone.run("runtime", "status", "--jsno")
    hint = "run: ktx runtime status --help"
    assert (done.exit_code, done.stderr) == (2, f"error: unrecognized arguments: --jsno\nhint: {hint}\n")


def of_python(launcher: Launcher, *words: str) -> str:
    """What the wheel's own `ktx` prints."""
    argv = [sys.executable, "-m", "ktx_runtime", *words]
    variables = launcher.environment() | {"KTX_PROGRAM": "ktx"}
    return subprocess.run(argv, env=variables, cwd=launcher.work, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_a_failure_is_data_too(alone: Launcher) -> None:
    done = alone.run("frobnicate", "--json")
    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["ok"], answer["error"]["code"]) == (2, False, "unknown-command")


def test_without_python_the_error_says_how_to_get_one(alone: Launcher) -> None:
    done = alone.run("sl", "list", "--yes")
    assert done.exit_code == 1
    assert "needs Python 3.11 or newer and found none" in done.stderr
    assert "KTX_PYTHON" in done.stderr.splitlines()[-1]
    assert alone.created() == []


def test_a_package_without_its_description_says_how_to_mend_it(alone: Launcher) -> None:
    (alone.assets / "runtime.json").unlink()
    done = alone.run("--version")
    assert done.exit_code == 1
    assert "runtime.json" in done.stderr
    assert "npm install --global @kaelio/ktx" in done.stderr


def test_an_empty_home_is_none_and_the_system_knows_whose_it_is(alone: Launcher) -> None:
    done = alone.having(HOME="", XDG_DATA_HOME="").run("runtime", "status", "--json")
    root = Path(json.loads(done.stdout)["root"])
    assert root.is_relative_to(Path(pwd.getpwuid(os.getuid()).pw_dir).resolve())
    assert alone.created() == []


def test_a_directory_that_is_gone_is_told_as_such(alone: Launcher) -> None:
    gone = alone.work / "gone"
    gone.mkdir()
    script = '/bin/rmdir "$PWD" && exec "$@"'
    argv = ["/bin/sh", "-c", script, "sh", *alone.argv, "runtime", "status"]
    done = subprocess.run(argv, cwd=gone, env=alone.environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: the current directory does not exist any more\nhint: go to one that does: cd\n"


def test_output_on_a_full_disk_is_an_error_and_no_defect(alone: Launcher) -> None:
    for words in (("--version",), ("--help",), ("runtime", "status", "--json")):
        with Path("/dev/full").open("w") as full:
            argv = [*alone.argv, *words]
            done = subprocess.run(
                argv, env=alone.environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert done.returncode == 1
        assert done.stderr.startswith("error: the output cannot be written: ENOSPC"), words


def test_whoever_reads_only_the_beginning_is_no_error(alone: Launcher) -> None:
    line = 'set -o pipefail; "$0" "$1" --help | head -n 1'
    done = subprocess.run(
        ["/bin/bash", "-c", line, *alone.argv],
        env=alone.environment() | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")


def test_a_node_that_is_too_old_is_named_and_nothing_else_happens(alone: Launcher, tmp_path: Path) -> None:
    pretend = tmp_path / "pretend.cjs"
    pretend.write_text(
        "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });"
    )
    node, *words = alone.argv
    argv = [node, "--require", str(pretend), *words, "--version"]
    done = subprocess.run(argv, env=alone.environment(), capture_output=True, text=True, check=False)
    message, hint = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert message == f"error: ktx needs node 20 or newer, and this is 18.20.8: {node}"
    assert hint.startswith("hint: install a newer one")


def test_the_oldest_node_is_the_one_that_the_package_says(alone: Launcher) -> None:
    engines = json.loads((alone.package / "package.json").read_text("utf-8"))["engines"]
    assert engines == {"node": ">=20"}
