"""A real uv, a controller installed from a real wheel, and a root of its own for each test."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from ktx_runtime.install.find_uv import find_uv
from ktx_runtime.install.host import this_host
from ktx_runtime.install.uv import PackageSource
from ktx_runtime.version import VERSION
from tests.runtime.small_wheel import REPOSITORY, BuiltWheel, build_small_wheel
from tests.support.answers import validate_answer

TIMEOUT_SECONDS = 180


def clean_environment() -> dict[str, str]:
    """The environment of this machine, without what concerns Python, uv and us; whom it trusts stays."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "KTX_", "UV_", "VIRTUAL_ENV")) or name == "UV_SYSTEM_CERTS"
    }


@dataclass(frozen=True, slots=True)
class Ktx:
    """`ktx` as the launcher calls it: an interpreter with the controller, and variables."""

    python: Path
    root: Path
    variables: dict[str, str]
    directory: Path = field(default_factory=Path.cwd)

    def with_variables(self, **variables: str | None) -> Ktx:
        """The same with other variables; None takes one away."""
        merged = self.variables | {name: value for name, value in variables.items() if value is not None}
        gone = {name for name, value in variables.items() if value is None}
        return replace(self, variables={name: value for name, value in merged.items() if name not in gone})

    def with_wheel(self, wheel: BuiltWheel) -> Ktx:
        return self.with_variables(KTX_WHEEL=str(wheel.path), KTX_WHEEL_SHA256=wheel.sha256)

    def argv(self, *words: str) -> list[str]:
        return [str(self.python), "-I", "-m", "ktx_runtime", *words]

    def run(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `ktx` to its end. Whatever it answers as JSON has to be what the published schemas say."""
        done = subprocess.run(
            self.argv(*words),
            check=False,
            env=self.variables,
            cwd=self.directory,
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
        if words[:1] == ("runtime",) and "--json" in words and done.stdout:
            validate_answer(done.stdout)
        return done

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            # A run in the background hands down that ^C is ignored; whoever works at a terminal has it.
            ["/usr/bin/env", "--default-signal=INT", *self.argv(*words)],
            env=self.variables,
            cwd=self.directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def install(self, *features: str) -> dict[str, Any]:
        """Install, demand that it worked, and return the manifest."""
        words = [word for feature in features for word in ("--feature", feature)]
        done = self.run("runtime", "install", *words, "--yes", "--progress", "none")
        assert done.returncode == 0, done.stderr
        return self.manifest()

    def status(self) -> dict[str, Any]:
        done = self.run("runtime", "status", "--json")
        return json.loads(done.stdout)

    @property
    def version_directory(self) -> Path:
        return self.root / VERSION

    @property
    def manifest_file(self) -> Path:
        return self.version_directory / "manifest.json"

    def manifest(self) -> dict[str, Any]:
        return json.loads(self.manifest_file.read_text())

    def generations(self) -> set[str]:
        directory = self.version_directory / "generations"
        return {entry.name for entry in directory.iterdir()} if directory.is_dir() else set()

    def generation_directory(self, name: str) -> Path:
        return self.version_directory / "generations" / name

    def logs(self) -> list[Path]:
        return sorted((self.version_directory / "logs").glob("install-*.log"))

    def worker(self) -> Ktx:
        """The controller of the installed runtime, as the launcher calls it once there is one."""
        return replace(self, python=Path(self.manifest()["python"]["executable"]))


@pytest.fixture(scope="session")
def kept(pytestconfig: pytest.Config) -> Path:
    """A directory that stays from run to run: uv, and uv's cache."""
    return pytestconfig.cache.mkdir("ktx-runtime")


@pytest.fixture(scope="session")
def uv(kept: Path) -> Path:
    """A real uv: this machine's, or one that our own code fetches and checks, once."""
    environment = clean_environment() | {"KTX_RUNTIME_ROOT": str(kept / "root")}
    if "KTX_UV" in os.environ:
        environment["KTX_UV"] = os.environ["KTX_UV"]
    (kept / "root").mkdir(exist_ok=True)
    with FileLock(kept / "uv.lock"):
        host = this_host(environment, cli_version=VERSION)
        return find_uv(host, source=PackageSource(), say=print).executable


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def find_links(shared: Path) -> Path:
    return shared / "libraries"


@pytest.fixture(scope="session")
def small_wheel(shared: Path, find_links: Path) -> BuiltWheel:
    with FileLock(shared / "small.lock"):
        return build_small_wheel(shared / "small", find_links=find_links)


@pytest.fixture(scope="session")
def other_wheel(shared: Path, small_wheel: BuiltWheel, find_links: Path) -> BuiltWheel:
    """The same version with another content."""
    with FileLock(shared / "small.lock"):
        return build_small_wheel(shared / "other", find_links=find_links, word="later")


def make_controller(directory: Path, wheel: BuiltWheel, variables: Mapping[str, str]) -> Path:
    """An environment with the light base and the wheel, as the launcher makes one."""

    def run(words: Sequence[str]) -> None:
        command = [variables["KTX_UV"], *words]
        done = subprocess.run(command, env=dict(variables), check=False, capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, done.stderr

    if not (directory / "done").exists():
        shutil.rmtree(directory, ignore_errors=True)
        run(["venv", "-q", "--no-project", "--python", variables["KTX_BASE_PYTHON"], str(directory)])
        python = str(directory / "bin" / "python")
        lock = str(REPOSITORY / "ktx_runtime" / "locks" / "base.lock")
        run(["pip", "install", "-q", "--python", python, "--no-deps", "--require-hashes", "-r", lock])
        run(["pip", "install", "-q", "--python", python, "--no-deps", str(wheel.path)])
        (directory / "done").touch()
    return directory / "bin" / "python"


@pytest.fixture(scope="session")
def settings(uv: Path, kept: Path, find_links: Path) -> dict[str, str]:
    """Variables for every call: which uv, which interpreter, where packages come from."""
    return clean_environment() | {
        "KTX_UV": str(uv),
        "KTX_PROGRAM": "ktx",
        "KTX_BASE_PYTHON": sys._base_executable,
        "UV_CACHE_DIR": str(kept / "cache"),
        "UV_FIND_LINKS": str(find_links),
        "UV_HTTP_RETRIES": "0",
        "UV_HTTP_TIMEOUT": "60",
    }


@pytest.fixture(scope="session")
def controller(shared: Path, small_wheel: BuiltWheel, settings: dict[str, str]) -> Path:
    with FileLock(shared / "controller.lock"):
        return make_controller(shared / "controller", small_wheel, settings)


@pytest.fixture(scope="session")
def new_ktx(controller: Path, small_wheel: BuiltWheel, settings: dict[str, str]) -> Callable[[Path], Ktx]:
    """Makes a `ktx` with nothing installed, whose home, root and working directory lie in the directory given."""

    def make(parent: Path) -> Ktx:
        for name in ("home", "work"):
            (parent / name).mkdir(parents=True)
        root = parent / "root"
        variables = settings | {"HOME": str(parent / "home"), "KTX_RUNTIME_ROOT": str(root)}
        return Ktx(controller, root, variables, parent / "work").with_wheel(small_wheel)

    return make


@pytest.fixture
def ktx(tmp_path: Path, new_ktx: Callable[[Path], Ktx]) -> Iterator[Ktx]:
    yield new_ktx(tmp_path)
    # uv keeps a lock for its credentials there, whoever calls it; pip asks for a compiler, whose manager takes notes.
    others = {"uv", ".rustup"}
    left = [entry for entry in (tmp_path / "home").rglob("*") if entry.is_file() and not others & set(entry.parts)]
    assert left == [], "a test left files in the home directory"
