"""What is used first is compiled while an environment is checked; and what lives briefly ends fast."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ktx_runtime.compile_ahead import SUFFIX
from ktx_runtime.install.compiling import PROGRAM, compiling_ahead
from ktx_runtime.install.host import this_host
from ktx_runtime.version import VERSION
from tests.runtime.small_wheel import REPOSITORY
from tests.support.waiting import wait_until

PLACE = Path("lib", f"python3.{sys.version_info.minor}", "site-packages")
NAMES = ("large.py", "broken.py", "absent.py", "package/small.py")


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Packages as they lie in an environment, and beside a lock the files that are used first."""
    place = tmp_path / "venv" / PLACE
    (place / "package").mkdir(parents=True)
    (place / "large.py").write_text("WORD = 'large'\n" + "x = 1\n" * 5_000)
    (place / "broken.py").write_text("def\n")
    (place / "package" / "small.py").write_text("WORD = 'small'\n")
    program = place / PROGRAM
    (program.parent / "locks").mkdir(parents=True)
    program.write_bytes((REPOSITORY / PROGRAM).read_bytes())
    (program.parent / "locks" / f"some{SUFFIX}").write_text("".join(f"{name}\n" for name in NAMES))
    return tmp_path / "venv"


def host_at(root: Path):
    return this_host(dict(os.environ) | {"KTX_RUNTIME_ROOT": str(root)}, cli_version=VERSION)


def compiled(environment: Path) -> set[str]:
    return {file.name.partition(".")[0] for file in environment.rglob("*.pyc")}


def test_what_is_used_first_is_compiled_as_an_import_compiles_it(environment: Path, tmp_path: Path) -> None:
    python = Path(sys.executable)
    with compiling_ahead(["other", "some"], environment, python=python, host=host_at(tmp_path)):
        wait_until(lambda: compiled(environment) == {"large", "small"})
    files = sorted(environment.rglob("*.pyc"))
    stamps = [(file.stat().st_ino, file.stat().st_mtime_ns) for file in files]
    code = (
        f"import sys; sys.path.insert(0, {str(environment / PLACE)!r}); import large, package.small; print(large.WORD)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "large\n"
    assert [(file.stat().st_ino, file.stat().st_mtime_ns) for file in files] == stamps


def test_nobody_compiles_on_when_the_checks_are_over(environment: Path, tmp_path: Path) -> None:
    fifo = environment / PLACE / "large.py"
    fifo.unlink()
    os.mkfifo(fifo)  # whoever opens it to read waits for ever
    before = time.monotonic()
    with (
        pytest.raises(KeyboardInterrupt),
        compiling_ahead(["some"], environment, python=Path(sys.executable), host=host_at(tmp_path)),
    ):
        raise KeyboardInterrupt
    assert time.monotonic() - before < 30
    # A process that ends meanwhile has no words any more.
    running = [" ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])]
    assert not any(str(fifo.parent) in words for words in running)


def test_an_environment_without_our_code_is_left(tmp_path: Path) -> None:
    with compiling_ahead(["some"], tmp_path, python=tmp_path / "no-python", host=host_at(tmp_path)):
        pass


def test_the_lists_of_what_is_used_first_are_those_of_the_locked_packages() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/first_use.py", "--check"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


LEAVING = """
import atexit, sys, threading, time
from ktx_runtime.ending import leave
atexit.register(lambda: print("asked for"))
if sys.argv[1] == "thread":
    threading.Thread(target=lambda: (time.sleep(0.3), print("waited for"))).start()
print("said", end=" ")
leave(7)
"""


@pytest.mark.parametrize(("way", "said"), [("plain", "said asked for\n"), ("thread", "said waited for\nasked for\n")])
def test_whoever_leaves_early_loses_nothing(way: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", LEAVING, way], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, said, "")


def test_whoever_leaves_early_without_streams_still_ends_with_its_code() -> None:
    words = ["/bin/sh", "-c", 'exec "$@" >&- 2>&-', "sh", sys.executable, "-I", "-c", LEAVING, "plain"]
    assert subprocess.run(words, check=False, timeout=60).returncode == 7
