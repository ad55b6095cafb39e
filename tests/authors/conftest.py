"""The wheel as it is published, an environment of an author's, and machines with nothing installed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from ktx_runtime.testing.run import Run, run_program

CHECKOUT = Path(__file__).parents[2]
UV = CHECKOUT / ".tools" / "bin" / "uv"


def clean_environment() -> dict[str, str]:
    """This machine's, without what concerns Python, uv's environments and us; what concerns packages stays."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "KTX_", "VIRTUAL_ENV", "PYTEST"))
    }


@dataclass(frozen=True, slots=True)
class Machine:
    """An interpreter with ktx in it, and a root and a working directory of its own."""

    python: Path
    root: Path
    work: Path
    wheel: Path

    def environment(self) -> dict[str, str]:
        ours = {"KTX_WHEEL": str(self.wheel), "KTX_RUNTIME_ROOT": str(self.root), "KTX_UV": str(UV)}
        ours |= {"KTX_COMPLETION_SECONDS": "100", "KTX_PROGRAM": "ktx"}
        return clean_environment() | ours

    def ktx(self, *words: str) -> Run:
        argv = [str(self.python), "-I", "-m", "ktx_runtime", *words]
        return run_program(argv, environment=self.environment(), directory=self.work)

    def do(self, *words: str) -> Run:
        done = self.ktx(*words)
        assert done.exit_code == 0, done.stdout + done.stderr
        return done


@pytest.fixture(scope="session")
def own_wheel() -> Path:
    """What `make wheel` makes."""
    (CHECKOUT / "build").mkdir(exist_ok=True)
    with FileLock(CHECKOUT / "build" / ".lock"):
        subprocess.run(["make", "--silent", "wheel"], cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
        (built,) = (CHECKOUT / "build" / "wheel").glob("*.whl")
    return built


@pytest.fixture
def machine(own_wheel: Path, tmp_path: Path) -> Machine:
    """The controller of this checkout, with nothing installed."""
    work = tmp_path / "wörk place"
    work.mkdir()
    return Machine(Path(sys.executable), tmp_path / "root", work, own_wheel)


@pytest.fixture(scope="session")
def make_author(own_wheel: Path) -> Callable[[Path], Path]:
    """Makes an environment with the wheel and what test suites of plugins need; its interpreter."""

    def make(directory: Path) -> Path:
        python = directory / "bin" / "python"
        requirement = f"kaelio-ktx[core,testing] @ {own_wheel.as_uri()}"
        for words in (
            ["venv", "--quiet", "--no-project", "--python", sys.executable, str(directory)],
            ["pip", "install", "--quiet", "--python", str(python), requirement, "hatchling", "editables"],
        ):
            subprocess.run([UV, *words], check=True, env=clean_environment(), cwd="/")
        return python

    return make
