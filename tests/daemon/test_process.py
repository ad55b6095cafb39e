"""A process is known by its mark on every system: psutil's way, which others use, is tried here as well."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ktx_runtime.daemon.process import is_running, process_mark
from ktx_runtime.daemon.spawn import start_options
from tests.support.processes import killed_after
from tests.support.waiting import wait_until

PLATFORMS = ["linux", "darwin", "win32"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with killed_after(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])) as process:
        yield process


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_mark_stays_while_the_process_lives_and_a_zombie_has_none(
    sleeper: subprocess.Popen[bytes], platform: str
) -> None:
    mark = process_mark(sleeper.pid, platform)
    assert mark is not None
    assert is_running(sleeper.pid, mark, platform)
    sleeper.kill()
    # Nobody has collected it yet: it is a zombie.
    wait_until(lambda: not is_running(sleeper.pid, mark, platform))
    sleeper.wait()
    assert process_mark(sleeper.pid, platform) is None


@pytest.mark.parametrize("platform", PLATFORMS)
def test_two_processes_have_two_marks(sleeper: subprocess.Popen[bytes], platform: str) -> None:
    assert process_mark(sleeper.pid, platform) != process_mark(os.getpid(), platform)


def test_a_daemon_is_cut_loose_from_the_terminal_on_every_system() -> None:
    assert start_options("linux") == start_options("darwin") == {"start_new_session": True}
    # DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP, as Windows' documentation numbers them.
    assert start_options("win32") == {"creationflags": 0x8 | 0x200}
