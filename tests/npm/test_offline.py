"""Without a network: after the first run, and from a wheelhouse on a machine that never had one."""

from __future__ import annotations

from pathlib import Path

from tests.npm.package import Launcher

NOWHERE = "http://127.0.0.1:9/simple"


def offline(launcher: Launcher, cache: Path) -> Launcher:
    """The launcher where no package index answers and nothing is in a cache."""
    dead = dict.fromkeys(("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), NOWHERE)
    quick = {"UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": ""}
    return launcher.having(UV_CACHE_DIR=str(cache), **dead, **quick)


def test_a_wheelhouse_is_all_that_a_first_install_needs_uv_included(
    launcher: Launcher, wheelhouse: Path, tmp_path: Path
) -> None:
    here = offline(launcher, tmp_path / "cache")
    done = here.run("runtime", "install", "--offline", "--wheelhouse", str(wheelhouse), "--yes")
    assert done.exit_code == 0, done.stderr
    assert "fetching uv 0.13.9 from the wheelhouse" in done.stderr
    assert here.run("runtime", "status").exit_code == 0


def test_without_a_wheelhouse_offline_says_what_is_missing(launcher: Launcher, tmp_path: Path) -> None:
    here = offline(launcher, tmp_path / "cache")
    done = here.run("runtime", "install", "--offline", "--yes")
    assert done.exit_code == 1
    assert "ktx needs uv, which is not on this machine: --offline forbids fetching it" in done.stderr


def test_an_altered_uv_in_the_wheelhouse_is_refused(launcher: Launcher, wheelhouse: Path, tmp_path: Path) -> None:
    mine = tmp_path / "wheelhouse"
    mine.mkdir()
    for wheel in wheelhouse.iterdir():
        (mine / wheel.name).symlink_to(wheel)
    (uv,) = mine.glob("uv-*.whl")
    content = uv.read_bytes()
    uv.unlink()
    uv.write_bytes(content[:-1] + b"x")
    done = offline(launcher, tmp_path / "cache").run(
        "runtime", "install", "--offline", "--wheelhouse", str(mine), "--yes"
    )
    assert done.exit_code == 1
    assert f"{uv.name} is not the pinned one: its sha256 is" in done.stderr


def test_after_the_first_run_no_network_is_needed(equipped: Launcher, tmp_path: Path) -> None:
    assert equipped.run("setup", "demo", "--yes").exit_code == 0
    here = offline(equipped, tmp_path / "cache").having(KTX_UV="/nonexistent")
    done = here.run("sl", "list", "--project-dir", str(next(equipped.work.rglob("ktx.yaml")).parent))
    assert (done.exit_code, done.stderr) == (0, "")
