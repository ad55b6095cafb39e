"""With a runtime on disk: whom the launcher starts, with which words and variables, and what passes through.

The runtime here is a script that tells how it was called; `test_npx` has a real one.
"""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ktx_runtime import VERSION
from tests.npm.package import Launcher, end
from tests.support.processes import killed_after

TEACHER = f"""#!{sys.executable}
import json, os, signal, sys, time
words = sys.argv[1:]
if "sleep" in words:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(77))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(78))
    print("asleep", flush=True)
    time.sleep(60)
if "die" in words:
    os.kill(os.getpid(), signal.SIGKILL)
ours = {{name: value for name, value in os.environ.items() if name.startswith("KTX_")}}
print(json.dumps({{"words": words, "ours": ours, "stdin": sys.stdin.read(), "cwd": os.getcwd()}}))
sys.exit(23)
"""


@pytest.fixture
def warm(launcher: Launcher) -> Launcher:
    """The launcher with a ready runtime that has `sl` and `setup demo`."""
    return make_runtime(launcher)


def make_runtime(launcher: Launcher, **changes: object) -> Launcher:
    directory = launcher.root / VERSION
    python = directory / "generations" / "0123abcd" / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(TEACHER)
    python.chmod(0o755)
    described = json.loads((launcher.assets / "runtime.json").read_text("utf-8"))
    manifest = {
        "schemaVersion": 1,
        "cliVersion": VERSION,
        "wheel": {"file": described["wheel"]["file"], "sha256": described["wheel"]["sha256"]},
        "generation": "0123abcd",
        "python": {"executable": str(python), "version": "3.11.7"},
        "commands": {"sl": "core", "setup demo": "core", "acme": "acme"},
        **changes,
    }
    (directory / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return launcher


def test_a_command_of_an_installed_feature_goes_straight_to_the_worker(warm: Launcher) -> None:
    words = ("sl", "query", "--filter", "name = 'Zoë \"x\"'", "--", "-h", "")
    done = warm.run(*words, stdin="{}")
    told = json.loads(done.stdout)
    assert done.exit_code == 23
    assert told["words"] == ["-I", "-m", "ktx_daemon", "run", *words]
    assert (told["stdin"], told["cwd"]) == ("{}", str(warm.work))


def test_a_command_of_two_words_is_a_features_only_as_a_whole(warm: Launcher) -> None:
    assert json.loads(warm.run("setup", "demo", "x").stdout)["words"][2:4] == ["ktx_daemon", "run"]
    assert json.loads(warm.run("setup", "other").stdout)["words"][2:] == ["ktx_runtime", "setup", "other"]


@pytest.mark.parametrize("words", [("runtime", "status"), ("frobnicate",), ("other", "--yes"), ("sql", "select 1")])
def test_all_else_goes_to_the_controller(warm: Launcher, words: tuple[str, ...]) -> None:
    assert json.loads(warm.run(*words).stdout)["words"] == ["-I", "-m", "ktx_runtime", *words]


def test_what_may_stand_before_a_command_does_not_hide_it(warm: Launcher) -> None:
    words = json.loads(warm.run("--yes", "--json", "sl", "query", "--limit", "5").stdout)["words"]
    assert words == ["-I", "-m", "ktx_daemon", "run", "sl", "query", "--yes", "--json", "--limit", "5"]


def test_what_could_be_typed_next_is_asked_of_the_worker_word_by_word(warm: Launcher) -> None:
    words = ("complete", "--", "sl", "--yes", "que ry", "")
    assert json.loads(warm.run(*words).stdout)["words"] == ["-I", "-m", "ktx_daemon", "run", *words]


def test_python_gets_to_know_the_package_it_was_called_from(warm: Launcher) -> None:
    told = json.loads(warm.having(KTX_CONSENT="granted").run("sl").stdout)
    (wheel,) = warm.assets.glob("*.whl")
    described = json.loads((warm.assets / "runtime.json").read_text("utf-8"))
    assert told["ours"] == {
        "KTX_CLI_VERSION": VERSION,
        "KTX_WHEEL": str(wheel),
        "KTX_WHEEL_SHA256": described["wheel"]["sha256"],
        "KTX_PROGRAM": "ktx",
    }


def test_the_warm_path_does_not_read_the_wheel(warm: Launcher) -> None:
    (wheel,) = warm.assets.glob("*.whl")
    wheel.unlink()
    assert warm.run("sl").exit_code == 23


def test_input_that_comes_late_still_arrives_whole(warm: Launcher) -> None:
    argv = [*warm.argv, "sl"]
    environment = warm.environment()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with killed_after(subprocess.Popen(argv, env=environment, cwd=warm.work, text=True, **pipes)) as process:
        assert process.stdin is not None
        for part in ("one ", "two"):
            time.sleep(0.4)
            process.stdin.write(part)
            process.stdin.flush()
        told, _ = process.communicate(timeout=60)
    assert json.loads(told)["stdin"] == "one two"


def test_help_shows_commands_of_plugins_too(warm: Launcher) -> None:
    named = warm.run("--help").stdout
    assert "acme: a plugin's\n  acme  \n" in named
    # Its catalogue says more, and is read by no other command.
    command = {"name": "acme", "summary": "make anvils", "handler": "acme:make"}
    plugin = {"name": "acme", "distribution": "ktx-acme", "version": "1.0"}
    feature = {"name": "acme", "summary": "everything for the desert", "commands": [command]}
    catalogue = {"schemaVersion": 1, "features": [{"feature": feature, "plugin": plugin}]}
    (warm.root / VERSION / "generations" / "0123abcd" / "catalogue.json").write_text(json.dumps(catalogue))
    assert "acme: everything for the desert\n  acme  make anvils\n" in warm.run("--help").stdout


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGTERM, 77), (signal.SIGINT, 78)])
def test_a_signal_reaches_python_and_its_exit_code_comes_back(
    warm: Launcher, number: signal.Signals, exit_code: int
) -> None:
    process = warm.start("sl", "sleep")
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "asleep\n"
        process.send_signal(number)
        process.communicate(timeout=60)
    finally:
        end(process)
    assert process.returncode == exit_code


def test_a_python_that_was_killed_is_reported_as_a_shell_would(warm: Launcher) -> None:
    assert warm.run("sl", "die").exit_code == 128 + signal.SIGKILL


def test_a_runtime_of_another_wheel_answers_status_but_runs_nothing_else(launcher: Launcher) -> None:
    make_runtime(launcher, wheel={"file": "x.whl", "sha256": "0" * 64})
    assert launcher.run("runtime", "status").exit_code == 23
    done = launcher.having(KTX_UV_BOOTSTRAP="never").run("sl", "list", "--yes")
    assert (done.exit_code, "ktx needs uv" in done.stderr) == (1, True)


def test_a_runtime_whose_python_cannot_start_says_so(warm: Launcher) -> None:
    python = next(warm.root.glob("*/generations/*/venv/bin/python"))
    python.write_text("#!/nonexistent/interpreter\n")
    done = warm.run("sl")
    assert done.exit_code == 1
    assert "the runtime's Python cannot be started" in done.stderr


def test_the_version_costs_no_more_than_starting_node(warm: Launcher) -> None:
    node = shutil.which("node")
    assert node is not None

    def seconds(*argv: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        Launcher.run(_Program(argv, warm))  # type: ignore[arg-type]
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Processor time, in turn: on a busy machine the time on the clock says nothing.
    taken = [(seconds(*warm.argv, "--version"), seconds(node, "-e", "0")) for _ in range(40)]
    assert sum(ours for ours, _ in taken) <= 1.3 * sum(floor for _, floor in taken)


class _Program:
    """A program run as the launcher is."""

    def __init__(self, argv: tuple[str, ...], like: Launcher) -> None:
        self.argv = list(argv)
        self.work: Path = like.work
        self.environment = like.environment
