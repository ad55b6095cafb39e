"""A generation as the installer leaves it, with a feature of the tests' own in it; run as real processes."""

from __future__ import annotations

import json
import os
import shutil
import site
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker's environment and where its logs go."""

    python: Path
    version_directory: Path

    def run(
        self, *words: str, stdin: bytes | str = b"", cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        body = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [self.python, "-I", "-m", "ktx_daemon", *words],
            input=body,
            capture_output=True,
            cwd=cwd or self.version_directory,
            env={"PATH": os.environ["PATH"], **variables},
            timeout=60,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def logs(self) -> list[Path]:
        return sorted((self.version_directory / "logs").glob("*"))


@pytest.fixture(scope="session")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Worker:
    """`<root>/0.1.0/generations/00000001` with a catalogue, its environment seeing this checkout and the greeter."""
    version_directory = tmp_path_factory.mktemp("root") / "0.1.0"
    home = version_directory / "generations" / "00000001"
    venv.create(home / "venv", with_pip=False, symlinks=True)
    packages = next((home / "venv").glob("lib/python*/site-packages"))
    shutil.copy(Path(__file__).parent / "greeter.py", packages)
    info = packages / "greeter-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: greeter\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[ktx.plugins]\ngreeter = greeter\n")
    seen = [REPOSITORY, *(REPOSITORY / "features").iterdir(), *site.getsitepackages()]
    (packages / "checkout.pth").write_text("".join(f"{path}\n" for path in seen))
    python = home / "venv" / "bin" / "python"
    described = subprocess.run(
        [python, "-I", "-m", "ktx_runtime.registry.describe"], capture_output=True, check=True, timeout=60
    )
    (home / "catalogue.json").write_text(json.dumps(json.loads(described.stdout)["catalogue"]), encoding="utf-8")
    return Worker(python, version_directory)


@pytest.fixture
def worker(generation: Worker) -> Worker:
    """The generation, its logs emptied."""
    shutil.rmtree(generation.version_directory / "logs", ignore_errors=True)
    return generation
