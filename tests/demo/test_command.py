"""`ktx setup demo`: what it prints, what it refuses, and that it can be run again."""

import io
import json
import os
import shlex
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from ktx_core.commands import COMMANDS
from ktx_core.demo.command_line import command_line
from ktx_core.demo.files import demo_files
from ktx_core.demo.place import examine
from ktx_core.demo.questions import QUESTIONS, SUGGESTIONS
from ktx_core.demo.readme import readme
from ktx_runtime.api import Invocation, KtxError, Terminal, UsageError, resolve_reference
from tests.support.answers import validate_if_answer

DEMO = demo_files()
PIPE = Terminal()


OWN_CALENDAR = "is that of its own joins for each fact: order_lines -> orders -> calendar and returns -> calendar"
"""Said of the first question: revenue runs by the day of the order, refunds by the day of the return."""


class Shell:
    """A working directory to type commands in."""

    def __init__(self, directory):
        self.directory = directory

    def __call__(self, *words, program="ktx", terminal=PIPE):
        """What a command prints on stdout. Raises what the command raises."""
        command = " ".join(words[:2]) if words[0] == "setup" else words[0]
        (handler,) = (resolve_reference(it.handler) for it in COMMANDS if it.name == command)
        stdout, stderr = io.StringIO(), io.StringIO()
        invocation = Invocation(
            arguments=words[len(command.split()) :],
            working_directory=self.directory,
            environment={},
            stdin=io.StringIO(),
            stdout=stdout,
            stderr=stderr,
            terminal=terminal,
            program=program,
        )
        assert handler(invocation) == 0
        assert [line for line in stderr.getvalue().splitlines() if OWN_CALENDAR not in line] == []
        validate_if_answer(stdout.getvalue())
        return stdout.getvalue()


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


@pytest.fixture
def placed(demo_directory, tmp_path):
    """A demo of the test's own in ktx-demo, to change."""
    return shutil.copytree(demo_directory, tmp_path / "ktx-demo")


def test_without_a_directory_the_demo_goes_to_ktx_demo(shell, tmp_path):
    assert "Made a demo project in ktx-demo" in shell("setup", "demo")
    assert examine(tmp_path / "ktx-demo", DEMO).unchanged == DEMO.names
    assert [path.name for path in tmp_path.iterdir()] == ["ktx-demo"]


def test_each_question_is_printed_with_its_command_and_its_answer(shell, placed):
    text = shell("setup", "demo", program="npx @kaelio/ktx")
    for question in QUESTIONS:
        assert question.text in text
        assert question.shows.capitalize() in text
    assert text.count("npx @kaelio/ktx sl query") == len(QUESTIONS) + len(SUGGESTIONS) - 1
    assert "{naive}" not in text
    for number in ("217134.43", "396606.01", "30269.41", "724.95", "159298", "13,027,780"):
        assert number in text


def test_the_printed_commands_give_the_printed_answers(shell, placed):
    """The commands are run as printed, taken from the JSON, by the command they name."""
    answer = json.loads(shell("setup", "demo", "--json"))
    there = Shell(placed)
    for question in answer["questions"]:
        _, *words = question["command"]
        found = json.loads(there(*words, "--format", "json"))
        assert found["headers"] == question["headers"]
        assert found["rows"] == question["rows"]


@pytest.mark.parametrize(
    "words",
    [*(it.words() for it in (*QUESTIONS, *SUGGESTIONS)), ("a b", "it's", '"', "$HOME", "`x`", "\\", "100%", "é", "")],
)
def test_a_shell_takes_a_printed_command_apart_into_the_same_words(words):
    assert shlex.split(command_line(words)) == list(words)


def test_the_suggested_commands_work(placed):
    there = Shell(placed)
    for suggestion in SUGGESTIONS:
        assert there(*suggestion.words())


def test_json_is_an_envelope_with_everything_that_is_printed(shell, tmp_path):
    answer = json.loads(shell("setup", "demo", "--json", "--yes", "--no-input", "shop"))
    assert answer["command"] == "setup demo"
    assert answer["ok"] is True
    assert answer["directory"] == str(tmp_path / "shop")
    assert answer["written"] == list(DEMO.names)
    assert answer["rows"] == 67_301
    assert [len(question["rows"]) for question in answer["questions"]] == [12, 5, 11, 4, 7]
    assert [len(question["notices"]) for question in answer["questions"]] == [1, 0, 0, 0, 0]
    assert OWN_CALENDAR in answer["questions"][0]["notices"][0]


def test_a_second_time_the_demo_is_left_alone_and_the_answers_come_again(shell, tmp_path):
    first = shell("setup", "demo")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "ktx-demo" / name for name in DEMO.names)}
    second = shell("setup", "demo")
    assert "is there already, and unchanged" in second
    assert second.splitlines()[3:] == first.splitlines()[3:]
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_edited_files_are_named_with_the_command_that_would_replace_them(shell, placed):
    (placed / "README.md").write_text("mine")
    (placed / "semantic-layer/shop/orders.yaml").write_text("name: orders")
    with pytest.raises(KtxError) as refused:
        shell("setup", "demo")
    assert refused.value.code == "demo-changed"
    assert refused.value.message.endswith(": README.md, semantic-layer/shop/orders.yaml")
    assert refused.value.hint.endswith(": ktx setup demo --force ktx-demo")
    assert refused.value.details["changed"] == ["README.md", "semantic-layer/shop/orders.yaml"]
    assert (placed / "README.md").read_text() == "mine"


def test_force_replaces_the_demos_files_and_keeps_all_others(shell, placed):
    (placed / "README.md").write_text("mine")
    (placed / "notes.txt").write_text("foreign")
    assert "Put the demo's own files back in ktx-demo: README.md." in shell("setup", "demo", "--force")
    assert (placed / "README.md").read_text() == readme()
    assert (placed / "notes.txt").read_text() == "foreign"


def test_missing_files_are_added(shell, placed):
    (placed / "shop.db").unlink()
    assert "Added what was missing of the demo in ktx-demo: shop.db." in shell("setup", "demo")
    assert examine(placed, DEMO).unchanged == DEMO.names


def test_a_project_of_somebody_elses_is_refused(shell, tmp_path):
    (tmp_path / "ktx.yaml").write_text("connections: {}\n")
    with pytest.raises(KtxError) as refused:
        shell("setup", "demo", ".")
    assert refused.value.code == "demo-changed"
    assert [path.name for path in tmp_path.iterdir()] == ["ktx.yaml"]


@pytest.mark.parametrize("name", ["with spaces", "Ærøskøbing", "it's 100% $HOME", "-dash"])
def test_a_directory_of_any_name_answers(shell, tmp_path, name):
    words = ("--", name) if name.startswith("-") else (name,)
    assert "217134.43" in shell("setup", "demo", *words)
    assert (tmp_path / name / "ktx.yaml").is_file()


@pytest.mark.parametrize(
    ("name", "shown"),
    [("with spaces", 'cd "with spaces"'), ("it's", 'cd "it\'s"'), ("$HOME", "cd '$HOME'"), ("-dash", "cd ./-dash")],
)
def test_the_way_into_the_directory_is_quoted(shell, demo_directory, tmp_path, name, shown):
    shutil.copytree(demo_directory, tmp_path / name)
    assert f"{shown}\n" in shell("setup", "demo", "--", name)


def test_an_empty_name_is_no_directory(shell):
    with pytest.raises(UsageError):
        shell("setup", "demo", "")


@contextmanager
def ordinary_user():
    """Root may write anywhere; for the tests of permissions it steps down."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def read_only_directory():
    """Outside pytest's own directories, which only their owner may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        yield Path(name)
        Path(name).chmod(0o755)


@pytest.mark.parametrize("name", ["ktx-demo", "."])
def test_a_directory_that_may_not_be_written_is_a_clear_error(read_only_directory, name):
    shell = Shell(read_only_directory)
    shell("setup", "demo", "--help")
    with ordinary_user(), pytest.raises(KtxError) as refused:
        shell("setup", "demo", name)
    assert refused.value.code == "demo-not-written"
    assert refused.value.message == f"cannot write the demo: permission denied: {read_only_directory / name}"
    assert refused.value.hint == "name a directory that you may write to: ktx setup demo DIR"
    assert list(read_only_directory.iterdir()) == []


def test_a_file_in_the_directorys_place_is_a_clear_error(shell, tmp_path):
    (tmp_path / "ktx-demo").write_text("mine")
    with pytest.raises(KtxError) as refused:
        shell("setup", "demo")
    assert refused.value.code == "demo-not-written"
    assert refused.value.message.endswith(f"not a directory: {tmp_path / 'ktx-demo'}")
    assert (tmp_path / "ktx-demo").read_text() == "mine"


def test_a_narrow_terminal_cuts_no_number(shell, placed):
    text = shell("setup", "demo", terminal=Terminal(width=44, stdout_is_terminal=True))
    assert "217134.43" in text


def test_colour_is_for_terminals_that_want_it(shell, placed):
    assert "\x1b" not in shell("setup", "demo")
    assert "\x1b[1m" in shell("setup", "demo", terminal=Terminal(stdout_is_terminal=True, color=True))


def test_the_readme_in_the_directory_lists_every_question(placed):
    text = (placed / "README.md").read_text()
    assert all(question.text in text for question in QUESTIONS)
