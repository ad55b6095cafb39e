"""A user who owns nothing but a home: no cache, no right to the package's files but to read them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.npm.package import NODE, UV
from tests.runtime.test_surroundings import is_superuser

NOBODY = 65534
HANDED_DOWN = ("PIP_", "UV_", "SSL_", "HTTP", "NO_PROXY", "http", "no_proxy")


def is_for_all(file: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (file, *file.parents))


@pytest.fixture
def common() -> Iterator[Path]:
    """A directory that everybody can look into; those of tests are their own user's."""
    directory = Path(tempfile.mkdtemp(prefix="ktx-common-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@is_superuser
def test_nobody_in_particular_installs_asks_and_removes(unpacked: Path, common: Path) -> None:
    candidates = [Path(os.path.realpath(sys._base_executable)), Path("/usr/bin/python3")]
    python = next((one for one in candidates if one.exists() and is_for_all(one.resolve())), None)
    if python is None or not is_for_all(NODE):
        pytest.skip("optional: needs a node and a Python that every user can run")
    package = shutil.copytree(unpacked, common / "package")
    uv = Path(shutil.copy(UV.resolve(), common / "uv"))
    uv.chmod(0o755)
    for entry in package.rglob("*"):
        entry.chmod(0o755 if entry.is_dir() else 0o644)
    home = common / "home"
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)
    kept = {name: value for name, value in os.environ.items() if name.startswith(HANDED_DOWN)}
    variables = {"KTX_UV": str(uv), "KTX_PYTHON": str(python), "UV_CACHE_DIR": str(home / "cache")}
    environment = kept | variables | {"HOME": str(home), "PATH": "/usr/bin:/bin"}

    def ktx(*words: str) -> str:
        done = subprocess.run(
            [NODE, package / "dist" / "bin.js", *words],
            env=environment,
            cwd=home,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    ktx("setup", "demo", "--yes", "--no-input", "shop")
    rows = ktx(
        "sl", "query", "--project-dir", "shop", "--measure", "orders.placed_orders", "--execute", "--format", "csv"
    )
    assert rows.splitlines()[0] == "placed_orders"
    assert int(rows.splitlines()[1]) > 0
    ktx("runtime", "doctor")
    root = Path(ktx("runtime", "path").strip())
    assert root.is_relative_to(home)
    assert {entry.stat().st_uid for entry in root.rglob("*") if not entry.is_symlink()} == {NOBODY}
    ktx("runtime", "uninstall", "--yes")
    assert not root.exists()
