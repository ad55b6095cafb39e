"""`ktx-daemon run <command>`: how a feature's command is found, called, and its failure worded."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import termios
import time

import pytest

from tests.support.processes import killed_after


def test_a_command_gets_the_words_after_its_name(worker):
    done = worker.run("run", "hello", "Ann", "--loud")
    assert (done.returncode, done.stdout, done.stderr) == (0, "HELLO ANN\n", "")


def test_data_and_messages_reach_one_place_in_the_order_of_writing(worker, tmp_path):
    with (tmp_path / "both").open("w") as both:
        words = [worker.python, "-I", "-m", "ktx_daemon", "run", "in-turn"]
        done = subprocess.run(words, cwd=tmp_path, stdout=both, stderr=both, env={}, timeout=60, check=False)
    assert done.returncode == 0
    assert (tmp_path / "both").read_text() == "one\ntwo\nthree\nfour\n"


def test_messages_are_told_where_nobody_reads_the_data(worker):
    words = [worker.python, "-I", "-m", "ktx_daemon", "run", "in-turn"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(writing)
    assert done.stderr == "two\nfour\n"


@pytest.mark.parametrize(
    ("closed", "exit_code", "stdout", "stderr"),
    [
        (">&-", 0, "", "two\nfour\n"),
        ("2>&-", 0, "one\nthree\n", ""),
        ("<&- >&- 2>&-", 0, "", ""),
    ],
)
def test_a_stream_that_the_caller_closed_is_written_to_nowhere(worker, closed, exit_code, stdout, stderr):
    words = [worker.python, "-I", "-m", "ktx_daemon", "run", "in-turn"]
    shell = ["/bin/sh", "-c", f'"$@" {closed}', "sh", *words]
    done = subprocess.run(shell, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (exit_code, stdout, stderr)
    assert worker.logs() == []


def test_the_longer_of_two_command_names_wins(worker):
    assert worker.run("run", "ask", "name").returncode == 4
    assert worker.run("run", "ask", "anything").returncode == 42


def test_an_expected_failure_has_its_exit_code_and_its_hint_on_a_line_of_its_own(worker):
    done = worker.run("run", "ask", "name")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "error: a name is needed\nhint: run: ktx hello NAME\n"


@pytest.mark.parametrize("words", [("--json",), ("--format", "json"), ("--format=json",)])
def test_with_json_a_failure_is_an_envelope_on_stdout(worker, words):
    done = worker.run("run", "ask", "name", *words)
    assert json.loads(done.stdout) == {
        "schemaVersion": 1,
        "command": "ask name",
        "ok": False,
        "error": {"code": "name-needed", "message": "a name is needed", "hint": "run: ktx hello NAME"},
    }


@pytest.mark.parametrize("words", [(), ("--", "--json"), ("json", "--format")])
def test_without_json_a_failure_leaves_stdout_empty(worker, words):
    assert worker.run("run", "ask", "name", *words).stdout == ""


def test_an_unknown_option_is_met_with_near_names(worker):
    done = worker.run("run", "hello", "Ann", "--lod")
    assert done.returncode == 2
    assert done.stderr == "error: unknown option: --lod\nhint: did you mean --loud? run: ktx hello --help\n"


def test_a_missing_argument_is_named(worker):
    done = worker.run("run", "hello", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["message"] == "missing argument: name"


def test_help_goes_to_stdout_and_names_the_program_that_the_user_typed(worker):
    done = worker.run("run", "hello", "--help", KTX_PROGRAM="npx @kaelio/ktx")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: npx @kaelio/ktx hello ")
    assert "$ npx @kaelio/ktx hello Ann --loud" in done.stdout


def test_an_unknown_command_is_met_with_near_names(worker):
    done = worker.run("run", "helo", "Ann")
    assert done.returncode == 2
    assert "unknown command: helo Ann\nhint: did you mean hello?" in done.stderr


def test_no_command_is_a_usage_error(worker):
    assert worker.run("run").returncode == 2


def test_an_unexpected_failure_of_a_command_leaves_a_log_without_the_secret(worker):
    done = worker.run("run", "fail")
    assert (done.returncode, done.stdout) == (3, "")
    (log,) = worker.logs()
    assert f"the details are in: {log}" in done.stderr
    assert "abcdef" not in log.read_text() + done.stderr


def test_an_interrupted_command_ends_with_130(worker):
    assert worker.run("run", "interrupt").returncode == 130


def test_an_interrupt_reaches_a_query_that_does_not_come_back_to_python(worker):
    words = [worker.python, "-I", "-m", "ktx_daemon", "run", "query"]
    with killed_after(subprocess.Popen(words, stderr=subprocess.PIPE, text=True)) as running:
        assert running.stderr is not None
        assert running.stderr.readline() == "begun\n"
        # In the query it has to be: until then ^C is Python's alone, and works.
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 130
        assert running.stderr.read() == ""


def test_a_command_whose_code_is_not_there_is_its_plugins_failure(worker):
    assert worker.run("run", "absent").returncode == 5


def test_a_command_without_its_packages_says_how_to_install_the_feature(worker):
    done = worker.run("run", "absent-package")
    assert done.returncode == 1
    assert done.stderr.endswith("hint: run: ktx runtime install --feature greeter\n")


def test_a_reader_that_went_away_is_met_with_silence(worker):
    flood = subprocess.Popen(
        [worker.python, "-I", "-m", "ktx_daemon", "run", "flood"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with killed_after(flood):
        assert flood.stdout is not None
        assert flood.stderr is not None
        flood.stdout.read(100)
        flood.stdout.close()
        assert flood.wait(timeout=60) == 141
        assert flood.stderr.read() == b""


@pytest.mark.parametrize(
    ("variables", "width", "color"),
    [
        ({}, 80, False),
        ({"COLUMNS": "132"}, 132, False),
        ({"COLUMNS": "wide"}, 80, False),
        ({"FORCE_COLOR": "1"}, 80, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, 80, False),
    ],
)
def test_the_invocation_tells_width_and_colour_without_a_terminal(worker, tmp_path, variables, width, color):
    done = worker.run("run", "surroundings", cwd=tmp_path, WHO="ann", **variables)
    assert done.stdout == f"ktx {tmp_path.name} {width} False {color} ann\n"


@pytest.mark.parametrize(("variables", "color"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_is_told_with_its_width(worker, variables, color):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 61, 0, 0))
    done = subprocess.Popen(
        [worker.python, "-I", "-m", "ktx_daemon", "run", "surroundings"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={"WHO": "ann", "TERM": "xterm", **variables},
    )
    os.close(theirs)
    with killed_after(done):
        shown = os.read(ours, 1000).decode()
        assert done.wait(timeout=60) == 0
    os.close(ours)
    assert shown.rstrip().endswith(f"61 True {color} ann")
