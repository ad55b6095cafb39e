"""The words of a call, as `ktx` of the wheel reads them: their order, and what is said of those that name nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ktx_runtime import VERSION
from ktx_runtime.cli.words import in_order
from tests.support.answers import validate_answer
from tests.support.misspelt import MISSPELT


def ktx(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m ktx_runtime` on a machine without a runtime."""
    ours = {"HOME": str(directory), "KTX_RUNTIME_ROOT": str(directory / "root"), "KTX_PROGRAM": "ktx"}
    argv = [sys.executable, "-m", "ktx_runtime", *words]
    return subprocess.run(argv, env=os.environ | ours, cwd=directory, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("help sl query", "sl query --help"),
        ("-h sl", "sl --help"),
        ("help", "--help"),
        ("sl help", "sl help"),
        ("--yes --json sl list --all", "sl list --yes --json --all"),
        ("-- sl -- --yes", "sl -- --yes"),
        ("--json -C sl", "--json -C sl"),
        ("", ""),
    ],
)
def test_what_stands_before_a_commands_name_is_what_stands_behind_it(typed: str, words: str) -> None:
    assert in_order(typed.split()) == tuple(words.split())


@pytest.mark.parametrize(("words", "message", "hint"), MISSPELT)
def test_words_that_name_no_command_are_answered_with_what_was_meant(
    tmp_path: Path, words: tuple[str, ...], message: str, hint: str
) -> None:
    done = ktx(tmp_path, *words)
    assert (done.returncode, done.stderr) == (2, f"error: {message}\nhint: {hint}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_password_that_was_pasted_is_in_no_answer(tmp_path: Path) -> None:
    done = ktx(tmp_path, "postgres://ann:secret@h/db", "--json")
    assert (done.returncode, "secret" in done.stdout + done.stderr) == (2, False)
    assert json.loads(done.stdout)["command"] == "postgres://***@h/db --json"


def test_the_overview_is_data_too(tmp_path: Path) -> None:
    done = ktx(tmp_path, "--json")
    assert (validate_answer(done.stdout), done.stderr) == ("CommandOverview", "")
    answer = json.loads(done.stdout)
    commands = {command["name"]: command["feature"] for command in answer["commands"]}
    assert (answer["version"], commands["sl query"], commands["runtime install"]) == (VERSION, "core", None)
    assert ktx(tmp_path, "help", "--json").stdout == done.stdout


def test_the_version_is_data_too(tmp_path: Path) -> None:
    for words in (("--version", "--json"), ("--json", "-V")):
        assert validate_answer(ktx(tmp_path, *words).stdout) == "CommandVersion"


@pytest.mark.parametrize("words", [("setup",), ("help", "setup"), ("setup", "--help")])
def test_a_word_that_only_verbs_make_a_command_lists_them(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = ktx(tmp_path, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: ktx setup <verb> [options]\n\n  setup demo ")


def test_flags_may_stand_before_a_verb(tmp_path: Path) -> None:
    behind, before, dashes = (
        ktx(tmp_path, *words.split())
        for words in ("runtime status --json", "runtime --json status", "runtime -- status --json")
    )
    assert behind.stdout.startswith("{")
    assert behind.stdout == before.stdout == dashes.stdout
