"""One user's runtime and daemon, and what other users and the superuser can do to them: nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.npm.package import NODE, UV, Run
from tests.runtime.test_surroundings import is_superuser

ANN, BOB, ROOT = 12345, 23456, 0
PYTHONS = ("/usr/bin/python3", "/usr/local/bin/python3")


@dataclass(frozen=True, slots=True)
class Shared:
    """A place that everybody can look into, with the package, and Ann's home with her runtime."""

    place: Path
    python: str

    @property
    def root(self) -> Path:
        """Ann's."""
        return self.place / str(ANN) / "root"

    def ktx(self, user: int, *words: str) -> Run:
        """`ktx` as `user`, told to use Ann's runtime."""
        home = self.place / str(user)
        home.mkdir(exist_ok=True)
        os.chown(home, user, user)
        return as_user(
            user, [str(self.place / "node"), str(self.place / "package/dist/bin.js"), *words], self.variables(home)
        )

    def variables(self, home: Path) -> dict[str, str]:
        given = {name: value for name, value in os.environ.items() if name.startswith(("SSL_", "PIP_"))}
        ours = {"PATH": "/usr/bin:/bin", "HOME": str(home), "KTX_RUNTIME_ROOT": str(self.root)}
        tools = {"KTX_PYTHON": self.python, "KTX_UV": str(self.place / "uv"), "UV_CACHE_DIR": str(home / "cache")}
        return given | ours | tools


def as_user(user: int, argv: list[str], variables: Mapping[str, str]) -> Run:
    drop = ["setpriv", "--reuid", str(user), "--regid", str(user), "--clear-groups"]
    done = subprocess.run(
        [*drop, *argv], env=dict(variables), cwd="/", capture_output=True, text=True, timeout=300, check=False
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def shared(unpacked: Path) -> Iterator[Shared]:
    """Not below the directory of the tests, which nobody else can enter."""
    place = Path(tempfile.mkdtemp(prefix="ktx-users-", dir="/tmp"))
    try:
        place.chmod(0o755)
        shutil.copytree(unpacked, place / "package")
        for name, program in (("uv", UV), ("node", NODE)):
            shutil.copy(program, place / name)
            (place / name).chmod(0o755)
        yield Shared(place, python_for_everybody())
    finally:
        shutil.rmtree(place)


def python_for_everybody() -> str:
    code = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"
    for python in PYTHONS:
        if Path(python).exists() and as_user(ANN, [python, "-c", code], {"PATH": "/usr/bin:/bin"}).exit_code == 0:
            return python
    pytest.skip("no Python from 3.11 on that every user can run (optional)")


REFUSED = (
    ("runtime", "start"),
    ("runtime", "stop"),
    ("runtime", "uninstall", "--yes"),
    ("runtime", "prune"),
    ("runtime", "stop", "--all"),
    ("runtime", "install", "--force", "--yes"),
    ("runtime", "doctor", "--fix", "--yes"),
)


@is_superuser
def test_nobody_else_starts_stops_repairs_or_removes_what_is_somebodys(shared: Shared) -> None:
    assert shared.ktx(ANN, "runtime", "install", "--yes").exit_code == 0
    started = json.loads(shared.ktx(ANN, "runtime", "start", "--json").stdout)
    pid = started["daemon"]["pid"]
    try:
        before = tree(shared.root)
        for user, refused in ((BOB, REFUSED[:4]), (ROOT, REFUSED)):
            for words in refused:
                done = shared.ktx(user, *words, "--json")
                assert done.exit_code == 1, (user, words, done)
                if words[1] != "doctor":  # which has a row for it
                    assert json.loads(done.stdout)["error"]["code"] == "root-not-yours", (user, words)
                assert "defect" not in done.stderr
            status = json.loads(shared.ktx(user, "runtime", "status", "--json").stdout)
            assert (status["state"], status["daemon"]["reason"]) == ("ready", "record-not-yours")
            assert psutil.pid_exists(pid)
            assert tree(shared.root) == before
            assert {path.lstat().st_uid for path in shared.root.rglob("*")} == {ANN}
        assert json.loads(shared.ktx(ANN, "runtime", "start", "--json").stdout)["daemon"]["pid"] == pid
    finally:
        assert shared.ktx(ANN, "runtime", "stop").exit_code == 0
    assert shared.ktx(ANN, "runtime", "uninstall", "--yes").exit_code == 0


def tree(directory: Path) -> dict[str, int]:
    """Every file with its size, but for the logs, which the daemon writes, and byte code, which is made meanwhile."""
    files = (path for path in directory.rglob("*") if not {"logs", "__pycache__"} & set(path.parts))
    return {str(path): path.lstat().st_size for path in files if not path.is_dir()}
