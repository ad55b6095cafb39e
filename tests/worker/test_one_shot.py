"""`ktx-daemon <operation>`, as other programs call it."""

from __future__ import annotations

import json
import platform
import subprocess
import sys

import pytest

from ktx_runtime.version import VERSION


def test_an_operation_answers_one_json_object_and_a_newline_with_nulls_kept(worker):
    done = worker.run("greet", stdin='{"name": "Ann"}')
    assert done.stdout == '{"greeting":"hello Ann","title":null,"weight":1.0}\n'
    assert (done.returncode, done.stderr) == (0, "")


def test_the_handler_sees_the_callers_directory_and_environment(worker, tmp_path):
    done = worker.run("environment", stdin='{"name": "x"}', cwd=tmp_path, WHO="ann")
    assert json.loads(done.stdout)["greeting"] == f"ann in {tmp_path.name}"


def test_an_answer_with_a_number_that_json_lacks_is_still_json(worker):
    done = worker.run("environment", stdin='{"name": "x"}', WHO="ann")
    assert json.loads(done.stdout, parse_constant=pytest.fail)["weight"] is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "the request is not JSON"),
        ("{", "the request is not JSON"),
        ("[1]", "the request is not a JSON object"),
        ('{"name": NaN}', "the request is not JSON"),
        (b'{"name": "\xff"}', "the request is not JSON"),
        ("[" * 100_000, "the request is larger than 200 bytes"),
        ("[" * 199, "the request is not JSON"),
        ('{"name": 3}', "the request does not fit greet: name: input should be a valid string"),
        ('{"name": "a", "nmae": 1}', "the request does not fit greet: nmae: extra inputs are not permitted"),
        ("{}", "the request does not fit greet: name: field required"),
    ],
)
def test_a_request_of_the_wrong_shape_is_one_plain_message(worker, body, said):
    done = worker.run("greet", stdin=body)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_refusal_shows_neither_credentials_nor_escape_codes(worker):
    done = worker.run("refuse", stdin='{"name": "s3cret"}')
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: no greeting for postgres://***@db/shop\nhint: greet somebody else\n"


def test_a_key_of_the_request_cannot_smuggle_escape_codes_into_the_message(worker):
    done = worker.run("greet", stdin=json.dumps({"name": "a", "\x1b]0;pwned\x07x": 1}))
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    assert "pwned" not in done.stderr


def test_an_unexpected_failure_names_its_log_and_shows_no_traceback(worker):
    done = worker.run("crash", stdin='{"name": "s3cret"}')
    assert (done.returncode, done.stdout) == (3, "")
    assert "Traceback" not in done.stderr
    (log,) = worker.logs()
    assert str(log) in done.stderr
    text = log.read_text()
    assert "RuntimeError" in text
    assert "s3cret" not in text + done.stderr
    assert log.stat().st_mode & 0o077 == 0


def test_only_the_last_logs_stay(worker):
    directory = worker.version_directory / "logs"
    directory.mkdir()
    for day in range(10, 30):
        (directory / f"error-202001{day}T000000-aaaaaa.log").touch()
    worker.run("crash", stdin='{"name": "x"}')
    assert len(worker.logs()) == 10


@pytest.mark.parametrize("operation", ["spin", "wait", "query"])
def test_an_operation_whose_time_is_up_is_ended_wherever_it_is(worker, operation):
    done = worker.run(operation, stdin='{"name": "x"}')
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {operation} did not finish within 0.5 s\n"


def test_the_time_limit_holds_where_interrupts_are_ignored(worker):
    """As a shell without job control has it for what it starts in the background."""
    ignoring = "import os, signal, sys; signal.signal(2, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    words = [sys.executable, "-c", ignoring, worker.python, "-I", "-m", "ktx_daemon", "query"]
    done = subprocess.run(words, input='{"name": "x"}', capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "error: query did not finish within 0.5 s\n")


def test_an_interrupt_ends_with_130_and_says_nothing(worker):
    done = worker.run("interrupt", stdin='{"name": "x"}')
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize("name", ["absent-package", "need-requirement"])
def test_an_operation_without_its_packages_says_how_to_install_the_feature(worker, name):
    done = worker.run(name, stdin='{"name": "x"}')
    assert done.returncode == 1
    assert "feature greeter, which is not installed here: no module named a_package_that_nobody_has" in done.stderr
    assert done.stderr.endswith("hint: run: ktx runtime install --feature greeter\n")


def test_an_operation_of_the_daemon_alone_says_how_to_start_it(worker):
    done = worker.run("stay", stdin='{"name": "x"}', KTX_PROGRAM="npx ktx")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: stay runs in the daemon only\nhint: run: npx ktx runtime start\n"


@pytest.mark.parametrize("name", ["absent-code", "absent-module", "not-callable"])
def test_an_operation_whose_code_is_not_there_is_its_plugins_failure(worker, name):
    done = worker.run(name, stdin='{"name": "x"}')
    assert done.returncode == 5
    assert f"operation {name} of feature greeter cannot be loaded" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no operation given"),
        (("gret",), "did you mean greet?"),
        (("greet", "Ann"), "unexpected argument: Ann"),
        (("--verbose",), "unknown option: --verbose"),
        (("--version", "x"), "unexpected argument after --version"),
    ],
)
def test_wrong_words_are_a_usage_error(worker, words, said):
    done = worker.run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_the_version_is_told_to_people_and_to_programs(worker):
    assert worker.run("--version").stdout == f"ktx-daemon {VERSION}\n"
    told = json.loads(worker.run("--version", "--json").stdout)
    assert told == {
        "version": VERSION,
        "python": platform.python_version(),
        "features": ["core", "embeddings", "embeddings-parquet", "greeter"],
        "buildId": "00000001",
    }


def test_a_stdin_that_is_larger_than_the_operation_takes_is_not_read_whole(worker):
    done = worker.run("greet", stdin=b'{"name": "' + b"x" * 5_000_000)
    assert "larger than 200 bytes" in done.stderr
