"""The packed npm package, unpacked as npm would, and runs of its launcher on a machine that is nobody's."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.support.answers import validate_if_answer

CHECKOUT = Path(__file__).parent.parent.parent
UV = CHECKOUT / ".tools" / "bin" / "uv"
NODE = Path(os.path.realpath(shutil.which("node") or "node"))

# What this machine needs to reach its package index, and caches so that nothing is fetched twice.
_PASSED_ON = ("PIP_", "UV_", "SSL_", "HTTP", "NO_PROXY", "ALL_PROXY", "http", "no_proxy", "npm_config_", "LANG", "LC_")


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """An unpacked package and the machine that it runs on: home, runtime root and working directory, all empty."""

    package: Path
    place: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    path: str = ""

    @property
    def root(self) -> Path:
        return self.place / "data" / "kaelio" / "ktx" / "runtime"

    @property
    def work(self) -> Path:
        return self.place / "work"

    @property
    def assets(self) -> Path:
        return self.package / "assets"

    @property
    def argv(self) -> list[str]:
        return [str(NODE), str(self.package / "dist" / "bin.js")]

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
        ours = {"HOME": str(self.place / "home"), "XDG_DATA_HOME": str(self.place / "data"), "PATH": self.path}
        return kept | {"UV_CACHE_DIR": uv_cache()} | ours | dict(self.variables)

    def having(self, **variables: str) -> Launcher:
        """The same with more variables."""
        return replace(self, variables={**self.variables, **variables})

    def run(self, *words: str, stdin: str = "", timeout: float = 300) -> Run:
        """Run it to its end. Whatever it answers as JSON has to be what the published schemas say."""
        done = subprocess.run(
            [*self.argv, *words],
            env=self.environment(),
            cwd=self.work,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        validate_if_answer(done.stdout)
        return Run(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.argv, *words],
            env=self.environment(),
            cwd=self.work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def created(self) -> list[str]:
        """Every file and directory below the place but the three that stood there before."""
        below = (path.relative_to(self.place).as_posix() for path in self.place.rglob("*"))
        return sorted(name for name in below if name not in {"home", "work", "data"})


def uv_cache() -> str:
    """The cache of whoever runs the tests, so that an empty home costs no downloads."""
    done = subprocess.run([UV, "cache", "dir"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def make_place(directory: Path) -> Path:
    """An empty machine."""
    for name in ("home", "work", "data"):
        (directory / name).mkdir(parents=True)
    return directory


def path_with(*directories: Path) -> str:
    """A PATH of these directories and the system's; none of pyenv's shims, no uv."""
    return os.pathsep.join([*map(str, directories), "/usr/bin", "/bin"])


def python_directory(directory: Path) -> Path:
    """A directory whose `python3` is the interpreter that runs the tests, and nothing else."""
    directory.mkdir()
    base: Sequence[str] = (getattr(sys, "_base_executable", ""), sys.executable)
    (directory / "python3").symlink_to(next(path for path in base if path))
    return directory


def end(process: subprocess.Popen[str]) -> None:
    """Kill a launcher and all it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
