"""What other systems do differently, told to the code as parameters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import psutil
import pytest

from ktx_runtime import VERSION
from ktx_runtime.install.host import Host
from ktx_runtime.process import kill_tree
from ktx_runtime.state.paths import RuntimePaths
from ktx_runtime.state.replace import PATIENCE_SECONDS, move_over
from tests.support.processes import killed_after
from tests.support.waiting import wait_until


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
    with killed_after(subprocess.Popen([sys.executable, "-c", code])) as process:
        top = psutil.Process(process.pid)
        wait_until(lambda: len(top.children(recursive=True)) == 2)
        tree = [top, *top.children(recursive=True)]
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


def suggested(platform: str, *words: str) -> str:
    """A command line as it is suggested on `platform`."""
    paths = RuntimePaths(Path("/root"), VERSION)
    host = Host(environment={}, platform=platform, paths=paths, base_python=Path("p"), prefix=Path("v"))
    return host.command(*words)


def test_suggested_commands_are_quoted_for_the_shells_of_windows() -> None:
    """The launcher does it alike (`npm/test/words.test.ts`)."""
    assert suggested("win32", "sl", "query", "--filter", 'a "b" c') == 'ktx sl query --filter "a ""b"" c"'
    assert suggested("win32", "scan", r"C:\data\shop.db", "") == r'ktx scan C:\data\shop.db ""'
    assert suggested("win32", "sl", "a&b", "100%;x") == 'ktx sl "a&b" "100%;x"'
    assert suggested("win32", "sl", "<command>") == suggested("linux", "sl", "<command>") == "ktx sl <command>"
    assert suggested("linux", "sl", 'a "b"') == "ktx sl 'a \"b\"'"


# What Windows takes, unless somebody has told it otherwise, is 260 characters with the zero at the end.
LONGEST_PATH = 259
ROOT = rf"C:\Users\{'x' * 20}\AppData\Local\Kaelio\KTX\runtime"
GENERATION = ROOT + r"\100.100.100rc100\generations\12345678\venv\Lib\site-packages"


def test_no_path_of_a_runtime_is_too_long_for_windows() -> None:
    """Of all that core installs, byte code included, and of our own wheel."""
    locks = Path(__file__).parents[2] / "ktx_runtime" / "locks"
    text = "".join((locks / name).read_text("utf-8") for name in ("base.lock", "core.lock"))
    names = {line.split("==")[0] for line in text.splitlines() if "==" in line and not line.startswith(" ")}
    installed = [dist for dist in distributions() if dist.name.lower().replace("_", "-") in names]
    assert len(installed) > 10
    ours = [
        file.relative_to(folder).as_posix()
        for folder in (locks.parents[1], *(locks.parents[1] / "features").iterdir())
        for file in folder.glob("*/**/*.py")
        if folder.name in {"core", "embeddings", "local_embeddings"} or file.is_relative_to(locks.parent)
    ]
    theirs = [str(file) for dist in installed for file in dist.files or ()]
    for file in (*ours, *theirs):
        compiled = f"{file.rpartition('/')[0]}/__pycache__/{Path(file).stem}.cpython-314.opt-1.pyc"
        assert len(rf"{GENERATION}\{compiled}") <= LONGEST_PATH, file
