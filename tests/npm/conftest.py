"""The npm package as it is published, unpacked; and machines to run it on."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

from tests.npm.package import CHECKOUT, UV, Launcher, make_place, path_with, python_directory, uv_cache


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("npm")


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `npm publish` would send."""
    (CHECKOUT / "build").mkdir(exist_ok=True)
    # Several workers may come at once.
    with FileLock(CHECKOUT / "build" / ".lock"):
        subprocess.run(["make", "--silent", "tarball"], cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
        (built,) = (CHECKOUT / "build").glob("*.tgz")
        return shutil.copy2(built, tmp_path_factory.mktemp("tarball") / built.name)


@pytest.fixture(scope="session")
def unpacked(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["tar", "--extract", "--file", tarball, "--directory", directory], check=True)
    return directory / "package"


@pytest.fixture
def package(unpacked: Path, tmp_path: Path) -> Path:
    """A copy of the package that a test may damage, where names need care."""
    return shutil.copytree(unpacked, tmp_path / "npm's pâckage")


@pytest.fixture
def launcher(package: Path, tmp_path: Path) -> Launcher:
    """The launcher on an empty machine with Python and nothing else: no uv, nobody to ask."""
    python = python_directory(tmp_path / "bin")
    return Launcher(package=package, place=make_place(tmp_path / "a user's plâce"), path=path_with(python))


@pytest.fixture
def equipped(launcher: Launcher) -> Launcher:
    """The same with a uv."""
    return launcher.having(KTX_UV=str(UV))


@pytest.fixture(scope="session")
def wheelhouse(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `ktx runtime bundle` collects on a machine with a network. Made once for all workers."""
    base = tmp_path_factory.getbasetemp()
    directory = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "bundling"
    with FileLock(directory.with_suffix(".lock")):
        if not (directory / "done").exists():
            directory.mkdir()
            path = path_with(python_directory(directory / "bin"))
            machine = Launcher(package=unpacked, place=make_place(directory / "place"), path=path)
            machine = machine.having(KTX_UV=str(UV), UV_CACHE_DIR=uv_cache())
            assert machine.run("runtime", "install", "--yes").exit_code == 0
            made = machine.run("runtime", "bundle", str(directory / "wheel house"))
            assert made.exit_code == 0, made.stderr
            (directory / "done").touch()
    return directory / "wheel house"
