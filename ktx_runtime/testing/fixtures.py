"""The fixtures."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ktx_runtime.daemon.record import DaemonRecord
from ktx_runtime.registry import Catalogue
from ktx_runtime.registry.description import Description
from ktx_runtime.testing.caller import Caller, HttpCaller, OneShotCaller
from ktx_runtime.testing.command_line import Ktx
from ktx_runtime.testing.daemon import running_daemon
from ktx_runtime.testing.index import LocalIndex, serve_index
from ktx_runtime.testing.run import run_program


@pytest.fixture(scope="session")
def ktx_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaemonRecord]:
    """The record of a daemon of this environment that runs for the whole session."""
    with running_daemon(tmp_path_factory.mktemp("ktx-daemon")) as record:
        yield record


@pytest.fixture(scope="session")
def ktx_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """What this environment declares, every plugin asked in isolation."""
    argv = [sys.executable, "-I", "-m", "ktx_runtime.registry.describe"]
    done = run_program(argv, environment=dict(os.environ), directory=tmp_path_factory.mktemp("ktx-describe"))
    assert done.exit_code == 0, done.stderr
    return Description.model_validate_json(done.stdout).catalogue


@pytest.fixture
def ktx_one_shot(tmp_path: Path) -> OneShotCaller:
    """Calls operations and commands of this environment, each in a process of its own."""
    return OneShotCaller(directory=tmp_path)


@pytest.fixture
def ktx_http(ktx_daemon: DaemonRecord, tmp_path: Path) -> HttpCaller:
    """Calls operations and commands of this environment in a daemon that runs for the whole session."""
    return HttpCaller(record=ktx_daemon, directory=tmp_path)


@pytest.fixture(params=["one-shot", "http"])
def ktx_caller(request: pytest.FixtureRequest) -> Caller:
    """`ktx_one_shot` and `ktx_http`, one after the other."""
    caller: Caller = request.getfixturevalue("ktx_http" if request.param == "http" else "ktx_one_shot")
    return caller


@pytest.fixture
def ktx_root(tmp_path: Path) -> Path:
    """An empty folder for a runtime."""
    root = tmp_path / "ktx-root"
    root.mkdir()
    return root


@pytest.fixture
def ktx(ktx_root: Path, tmp_path: Path) -> Iterator[Ktx]:
    """The command `ktx` with a runtime of its own. A daemon that the test leaves is stopped."""
    ktx = Ktx(ktx_root, tmp_path)
    yield ktx
    if any(ktx_root.glob("*/daemon.json")):
        ktx.do("runtime", "stop", "--all")


@pytest.fixture
def ktx_index(tmp_path: Path) -> Iterator[LocalIndex]:
    """A package index on loopback, empty at first."""
    directory = tmp_path / "ktx-index"
    directory.mkdir()
    with serve_index(directory) as index:
        yield index
