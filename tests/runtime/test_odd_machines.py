"""Machines that are set up oddly: no streams, a terminal that vanishes, a clock that was set back, another user."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from ktx_runtime.install.leftovers import GRACE_SECONDS, INSTALLED_FILE, SUPERSEDED_FILE, removable
from tests.runtime.conftest import Ktx
from tests.support.waiting import wait_until


@pytest.mark.runtime
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_process_without_streams_does_what_it_was_asked(ktx: Ktx, closed: str) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        words = ("/bin/sh", "-c", f'exec "$@" {closed}', "sh", *ktx.argv(*words))
        return subprocess.run(
            words, check=False, env=ktx.variables, cwd=ktx.directory, capture_output=True, text=True, timeout=180
        )

    asked = run("runtime", "install")
    assert asked.returncode == 4
    assert not ktx.manifest_file.exists()
    done = [run("runtime", "install", "--yes"), run("runtime", "status"), run("runtime", "doctor"), run("alpha", "say")]
    assert [one.returncode for one in done] == [0, 0, 0, 0], [one.stderr for one in done]
    assert "Traceback" not in "".join(one.stdout + one.stderr for one in [asked, *done])
    assert list(ktx.version_directory.glob("logs/error-*")) == []


@pytest.mark.runtime
def test_a_terminal_that_vanishes_in_an_install_leaves_nothing_behind(ktx: Ktx) -> None:
    child, terminal = pty.fork()
    if child == 0:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.execve(ktx.python, ktx.argv("runtime", "install", "--yes"), ktx.variables)  # noqa: S606
    wait_until(lambda: list(ktx.version_directory.glob("generations/*/venv")), what="the install")
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in {130, -signal.SIGHUP}
    wait_until(lambda: not using(ktx.root), what="the end of all that it started")
    assert ktx.generations() == set()
    ktx.install()


@pytest.mark.runtime
@pytest.mark.parametrize("style", ["lines", "json", "bar"])
def test_an_install_goes_on_when_nobody_follows_its_progress_any_more(ktx: Ktx, style: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        words = ktx.argv("runtime", "install", "--yes", "--progress", style)
        done = subprocess.run(words, check=False, env=ktx.variables, stderr=nobody, stdout=subprocess.PIPE, timeout=180)
    assert done.returncode == 0
    assert b"is ready: alpha" in done.stdout
    assert ktx.status()["state"] == "ready"


def using(root: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or ())
        found += [words] if str(root) in words else []
    return found


def replaced_generation(directory: Path, at: float) -> Path:
    directory.mkdir(parents=True)
    (directory / INSTALLED_FILE).touch()
    (directory / SUPERSEDED_FILE).touch()
    os.utime(directory / SUPERSEDED_FILE, (at, at))
    return directory


def test_what_was_replaced_before_the_clock_was_set_back_goes_all_the_same(tmp_path: Path) -> None:
    now = time.time()
    ahead = replaced_generation(tmp_path / "00000001", now + 400 * 86_400)
    just_now = replaced_generation(tmp_path / "00000002", now - GRACE_SECONDS / 2)
    nearly_now = replaced_generation(tmp_path / "00000003", now + 1)
    assert removable([ahead, just_now, nearly_now], now=now) == (ahead,)
