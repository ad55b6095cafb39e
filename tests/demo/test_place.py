"""The demo's files in a directory: all or nothing, and never over an edit."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import ktx_core.demo
from ktx_core.demo.files import DemoFiles, demo_files
from ktx_core.demo.place import Findings, examine, place
from tests.support.processes import killed_after

PYTHONPATH = str(Path(ktx_core.demo.__path__[0]).parents[1])

DEMO = demo_files()
MODEL = tuple(name for name in DEMO.names if name.startswith("semantic-layer/"))


@dataclass(frozen=True, slots=True)
class CopiedDemo(DemoFiles):
    """The demo with its database copied instead of grown; writing `interrupted_at` raises `by` instead."""

    database: Path
    interrupted_at: str = ""
    by: BaseException | None = None

    def write(self, name, directory):
        if name == self.interrupted_at:
            raise self.by
        if name == "shop.db":
            shutil.copy(self.database, directory / name)
        else:
            DemoFiles.write(self, name, directory)


@pytest.fixture
def demo(demo_directory):
    """The demo, quickly written."""
    return CopiedDemo(DEMO.texts, demo_directory / "shop.db")


def everything_in(directory):
    """Every file and directory below `directory`, with the files' bytes."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() if path.is_file() else None
        for path in directory.rglob("*")
    }


@pytest.fixture
def placed(demo_directory, tmp_path):
    """A demo of the test's own, to change."""
    return shutil.copytree(demo_directory, tmp_path / "ktx-demo")


def test_a_new_directory_holds_the_whole_demo_and_nothing_else(demo_directory):
    files = {name for name, content in everything_in(demo_directory).items() if content is not None}
    assert files == set(DEMO.names)
    assert len(MODEL) == 14
    assert {"ktx.yaml", "README.md", "shop.db"} < files


def test_a_new_directory_can_be_entered_by_whom_the_umask_lets(demo, tmp_path):
    (tmp_path / "ordinary").mkdir()
    place(tmp_path / "ktx-demo", demo, demo.names)
    assert (tmp_path / "ktx-demo").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


@pytest.mark.parametrize("name", ["with spaces", "Ærøskøbing", "it's 100% $HOME", "a/b/c"])
def test_any_name_will_do(demo, tmp_path, name):
    place(tmp_path / name, demo, demo.names)
    assert examine(tmp_path / name, DEMO) == Findings(unchanged=DEMO.names, changed=(), missing=())


def test_an_empty_directory_is_filled(demo, tmp_path):
    place(tmp_path, demo, demo.names)
    assert examine(tmp_path, DEMO).unchanged == DEMO.names
    assert not list(tmp_path.glob(".ktx*"))


def test_line_ends_of_windows_are_no_edit(placed):
    file = placed / "semantic-layer/shop/orders.yaml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert examine(placed, DEMO).changed == ()


def test_a_vacuumed_database_is_no_edit(placed):
    before = (placed / "shop.db").read_bytes()
    with closing(sqlite3.connect(placed / "shop.db")) as database:
        database.execute("PRAGMA page_size = 8192")
        database.execute("VACUUM")
    assert (placed / "shop.db").read_bytes() != before
    assert examine(placed, DEMO).changed == ()


@pytest.mark.parametrize("statement", ["UPDATE orders SET status = 'open' WHERE id = 10001", "CREATE TABLE mine (x)"])
def test_a_changed_database_is_an_edit(placed, statement):
    with closing(sqlite3.connect(placed / "shop.db")) as database, database:
        database.execute(statement)
    assert examine(placed, DEMO).changed == ("shop.db",)


def test_edited_and_missing_files_are_told_apart(placed):
    (placed / "README.md").write_text("mine")
    (placed / "ktx.yaml").unlink()
    (placed / "notes.txt").write_text("foreign")
    findings = examine(placed, DEMO)
    assert findings.changed == ("README.md",)
    assert findings.missing == ("ktx.yaml",)
    assert set(findings.unchanged) == set(DEMO.names) - {"README.md", "ktx.yaml"}


def test_replacing_some_files_leaves_all_others_alone(demo, placed):
    (placed / "README.md").write_text("mine")
    (placed / "semantic-layer/shop/mine.yaml").write_text("mine too")
    (placed / "notes.txt").write_text("foreign")
    before = everything_in(placed)
    place(placed, demo, ("README.md",))
    assert everything_in(placed) == {**before, "README.md": DEMO.texts["README.md"]}


def test_a_link_in_a_files_place_is_replaced_and_not_followed(demo, placed, tmp_path):
    target = tmp_path / "elsewhere.md"
    target.write_text("mine")
    (placed / "README.md").unlink()
    (placed / "README.md").symlink_to(target)
    assert examine(placed, DEMO).changed == ("README.md",)
    place(placed, demo, ("README.md",))
    assert target.read_text() == "mine"
    assert not (placed / "README.md").is_symlink()


@pytest.mark.parametrize("at", ["shop.db", "semantic-layer/shop/orders.yaml", "ktx.yaml"])
@pytest.mark.parametrize("by", [KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("directory", ["ktx-demo", "far/away/ktx-demo", "."])
def test_an_interruption_while_writing_leaves_nothing(demo, tmp_path, at, by, directory):
    with pytest.raises(type(by)):
        place(tmp_path / directory, replace(demo, interrupted_at=at, by=by), demo.names)
    assert everything_in(tmp_path) == {}


def test_a_failure_while_moving_brings_every_file_back(demo, placed):
    """The project file moves last, and cannot: there is a directory in its place."""
    (placed / "README.md").write_text("mine")
    (placed / "semantic-layer/shop/orders.yaml").unlink()
    (placed / "ktx.yaml").unlink()
    (placed / "ktx.yaml").mkdir()
    before = everything_in(placed)
    with pytest.raises(IsADirectoryError):
        place(placed, demo, demo.names)
    assert everything_in(placed) == before


def test_directories_made_on_the_way_go_when_moving_fails(demo, tmp_path):
    (tmp_path / "ktx.yaml").mkdir()
    with pytest.raises(IsADirectoryError):
        place(tmp_path, demo, demo.names)
    assert everything_in(tmp_path) == {"ktx.yaml": None}


PLACE = """
import pathlib, sys
from ktx_core.demo.files import demo_files
from ktx_core.demo.place import place
demo = demo_files()
print("ready", flush=True)
try:
    place(pathlib.Path(sys.argv[1]), demo, demo.names)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.2, 0.3, 0.4, 0.5])
def test_control_c_leaves_all_or_nothing(tmp_path, seconds):
    placing = subprocess.Popen(
        [sys.executable, "-c", PLACE, tmp_path / "ktx-demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
    )
    with killed_after(placing) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    left = everything_in(tmp_path)
    if process.returncode == 0 or left:
        assert examine(tmp_path / "ktx-demo", DEMO).unchanged == DEMO.names
        assert [path for path in left if ".ktx-demo-" in path] == []
    else:
        assert left == {}


@pytest.mark.parametrize("kilobytes", [1, 500, 3000])
def test_a_full_disk_leaves_nothing(tmp_path, kilobytes):
    """A limit on the size of files stands in for the disk: SQLite says the same of both."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024}, {kilobytes * 1024}))"
    done = subprocess.run(
        [sys.executable, "-B", "-c", limit + PLACE, tmp_path / "ktx-demo"],
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "OperationalError" in done.stderr
    assert everything_in(tmp_path) == {}
