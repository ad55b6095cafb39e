"""A uv that is none, or does not do what it says: told as what it is, and one that works is found behind it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.runtime.conftest import Ktx

pytestmark = pytest.mark.runtime


def fake_uv(directory: Path, uv: str, rest: str) -> Path:
    """Says its version as `uv` does; everything else is `rest`, a script."""
    directory.mkdir(parents=True)
    file = directory / "uv"
    file.write_text(f'#!/bin/sh\nif [ "$1" = --version ]; then exec "{uv}" --version; fi\n{rest}\n')
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("exit 0", "and there is none"),
        ("kill -SEGV $$", "it was ended by signal 11"),
        ("echo out of order >&2; exit 9", "out of order"),
        ('case "$*" in *" venv "*) exec "{uv}" "$@";; esac', "and they are not there"),
    ],
    ids=["does nothing", "crashes", "fails", "installs nothing"],
)
def test_a_uv_that_does_not_do_what_it_says_is_told_and_changes_nothing(
    ktx: Ktx, tmp_path: Path, rest: str, said: str
) -> None:
    ktx.install()
    before = ktx.manifest()
    uv = ktx.variables["KTX_UV"]
    strange = fake_uv(tmp_path / "bin", uv, rest.replace("{uv}", uv))
    done = ktx.with_variables(KTX_UV=str(strange)).run("runtime", "install", "--feature", "beta", "--yes")
    assert done.returncode == 1, done.stderr
    assert said in done.stderr
    assert "hint: " in done.stderr
    assert (ktx.manifest(), ktx.generations()) == (before, {before["generation"]})
    ktx.install("beta")


def test_the_first_uv_on_path_that_works_is_taken(ktx: Ktx, tmp_path: Path) -> None:
    uv = ktx.variables["KTX_UV"]
    (tmp_path / "directory" / "uv").mkdir(parents=True)
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "uv").symlink_to("/nowhere/uv")
    crashing = tmp_path / "crashing" / "uv"
    crashing.parent.mkdir()
    crashing.write_text("#!/bin/sh\nkill -SEGV $$\n")
    crashing.chmod(0o755)
    silent = tmp_path / "silent" / "uv"
    silent.parent.mkdir()
    silent.write_text("#!/bin/sh\nexit 0\n")
    silent.chmod(0o755)
    good = fake_uv(tmp_path / "good", uv, f'exec "{uv}" "$@"')
    places = [*(tmp_path / name for name in ("directory", "link", "crashing", "silent", "good")), "/usr/bin", "/bin"]
    on_path = ktx.with_variables(KTX_UV=None, KTX_UV_BOOTSTRAP="never", PATH=":".join(map(str, places)))
    on_path.install()
    assert f"(PATH: {good})" in ktx.logs()[-1].read_text()


def test_where_none_on_path_works_the_error_says_which_were_passed_over(ktx: Ktx, tmp_path: Path) -> None:
    silent = tmp_path / "silent" / "uv"
    silent.parent.mkdir()
    silent.write_text("#!/bin/sh\nexit 0\n")
    silent.chmod(0o755)
    on_path = ktx.with_variables(KTX_UV=None, KTX_UV_BOOTSTRAP="never", PATH=f"{silent.parent}:/usr/bin:/bin")
    done = on_path.run("runtime", "install", "--yes", "--json")
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "uv-missing"
    assert f"passed over: {silent})" in error["message"]
