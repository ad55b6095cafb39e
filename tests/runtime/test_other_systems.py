"""What other systems do differently, told to the code as parameters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ktx_runtime.process import kill_tree
from ktx_runtime.state.replace import PATIENCE_SECONDS, move_over


class HeldFile:
    """A file that somebody reads for the first `refusals` attempts, on a system that minds."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.now = 0.0
        self.moved: list[tuple[Path, Path]] = []

    def replace(self, staged: Path, file: Path) -> None:
        if self.refusals:
            self.refusals -= 1
            raise PermissionError(13, "Access is denied")
        self.moved.append((staged, file))

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def put(held: HeldFile, *, is_windows: bool) -> None:
    staged, file = Path("new"), Path("manifest.json")
    move_over(staged, file, replace=held.replace, clock=held.clock, sleep=held.sleep, is_windows=is_windows)


def test_on_windows_a_file_that_is_being_read_is_replaced_as_soon_as_it_is_not() -> None:
    held = HeldFile(refusals=20)
    put(held, is_windows=True)
    assert held.moved == [(Path("new"), Path("manifest.json"))]


def test_on_windows_a_file_that_stays_open_is_an_error_in_the_end() -> None:
    held = HeldFile(refusals=10**6)
    with pytest.raises(PermissionError):
        put(held, is_windows=True)
    assert PATIENCE_SECONDS <= held.now < PATIENCE_SECONDS + 1


def test_elsewhere_a_file_that_may_not_be_replaced_is_an_error_at_once() -> None:
    held = HeldFile(refusals=1)
    with pytest.raises(PermissionError):
        put(held, is_windows=False)
    assert held.now == 0


def test_where_there_are_no_process_groups_a_process_is_killed_with_all_below_it() -> None:
    below = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {below!r}])"
    process = subprocess.Popen([sys.executable, "-c", code])
    until = time.monotonic() + 30
    top = psutil.Process(process.pid)
    while len(tree := [top, *top.children(recursive=True)]) < 3:
        assert time.monotonic() < until
        time.sleep(0.01)
    kill_tree(process.pid)
    process.wait(timeout=30)
    _, alive = psutil.wait_procs(tree, timeout=30)
    assert alive == []
    kill_tree(process.pid)  # gone already


@pytest.mark.parametrize("words", [("path",), ("status", "--json"), ("status",)])
def test_a_stream_that_speaks_a_code_page_is_made_to_speak_utf_8(tmp_path: Path, words: tuple[str, ...]) -> None:
    """As a pipe of Windows does, in most of Europe and America."""
    root = tmp_path / "корень"
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "KTX_RUNTIME_ROOT": str(root), "HOME": str(tmp_path)}
    argv = [sys.executable, "-m", "ktx_runtime", "runtime", *words]
    done = subprocess.run(argv, env=environment, capture_output=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    assert str(root) in done.stdout.decode("utf-8")
    assert b"\r" not in done.stdout
    if "--json" in words:
        assert json.loads(done.stdout)["root"] == str(root)
