"""A first run in a company's network: every byte goes through a proxy, and nothing is to be had without a token."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.npm.network import Index, Proxy, Seen, serving
from tests.npm.package import Launcher, Run

SECRETS = ("pr0xy-secret", "t0ken-secret")


def isolated(launcher: Launcher, tmp_path: Path, **variables: str) -> Launcher:
    """Where no cache has anything, and pip's and uv's settings are these alone."""
    nothing = dict.fromkeys(("PIP_FIND_LINKS", "UV_FIND_LINKS", "NO_PROXY", "no_proxy", "UV_INDEX"), "")
    quick = {"UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null", "PIP_NO_CACHE_DIR": "1"}
    return launcher.having(**nothing, **quick, UV_CACHE_DIR=str(tmp_path / "cache"), **variables)


def install_through(launcher: Launcher, proxy: str) -> Run:
    names = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
    return launcher.having(**dict.fromkeys(names, proxy)).run("runtime", "install", "--yes")


def assert_no_secret_is_kept(launcher: Launcher, done: Run) -> None:
    for secret in SECRETS:
        assert secret not in done.stdout + done.stderr
        for file in launcher.place.rglob("*"):
            # What is linked out of uv's cache came from the index.
            if file.is_file() and not file.is_symlink() and file.stat().st_nlink == 1:
                assert secret.encode() not in file.read_bytes(), file


def test_an_index_behind_a_token_and_a_proxy_behind_a_password_are_used_and_neither_is_told(
    launcher: Launcher, wheelhouse: Path, tmp_path: Path
) -> None:
    with (
        serving(Index, "__token__", "t0ken-secret", directory=wheelhouse) as index,
        serving(Proxy, "ann", "pr0xy-secret") as proxy,
    ):
        here = isolated(launcher, tmp_path, PIP_INDEX_URL=f"{index.address}/simple")
        done = install_through(here, proxy.address)
        assert done.exit_code == 0, done.stderr
        assert "fetching uv" in done.stderr
        # Nobody went past the proxy, and what was fetched is all that there is.
        assert len(proxy.asked) == len(index.asked) + len(index.refused)
        assert {"uv", "pydantic-core", "sqlglot"} <= {path.split("/")[-2] for path in index.asked if "simple" in path}
        assert {path.split("/")[-1] for path in index.asked if path.startswith("/files/")} >= named(
            wheelhouse, "uv", "sqlglot"
        )
        assert here.run("runtime", "doctor").exit_code == 0
        assert_no_secret_is_kept(here, done)


def named(wheelhouse: Path, *names: str) -> set[str]:
    return {file.name for file in wheelhouse.glob("*.whl") if file.name.split("-")[0] in names}


def test_a_proxy_that_lets_nobody_through_is_told_without_its_password(launcher: Launcher, tmp_path: Path) -> None:
    with serving(Proxy, "ann", "another") as proxy:
        here = isolated(launcher, tmp_path, PIP_INDEX_URL="https://127.0.0.1:9/simple")
        done = install_through(here, proxy.address.replace("another", "pr0xy-secret"))
    assert done.exit_code == 1
    assert proxy.asked == []
    assert proxy.refused != []
    assert "407" in done.stderr
    assert done.stderr.endswith("then run: ktx runtime install --yes\n")
    assert_no_secret_is_kept(here, done)


@pytest.mark.parametrize("uv", ["fetched", "given"])
def test_an_index_that_wants_another_token_is_told_without_the_one_it_got(
    launcher: Launcher, equipped: Launcher, wheelhouse: Path, tmp_path: Path, uv: str
) -> None:
    with serving(Index, "__token__", "another", directory=wheelhouse) as index:
        address = index.address.replace("another", "t0ken-secret")
        here = isolated(launcher if uv == "fetched" else equipped, tmp_path, PIP_INDEX_URL=f"{address}/simple")
        done = here.run("runtime", "install", "--yes")
    assert done.exit_code == 1
    assert index.refused != []
    assert_no_secret_is_kept(here, done)


@pytest.mark.deep
def test_through_a_proxy_the_real_index_is_reached_over_tls(launcher: Launcher, tmp_path: Path) -> None:
    with serving(Proxy, "ann", "pr0xy-secret") as proxy:
        nothing = dict.fromkeys(("NO_PROXY", "no_proxy"), "")
        here = launcher.having(**nothing, UV_CACHE_DIR=str(tmp_path / "cache"), PIP_NO_CACHE_DIR="1")
        done = install_through(here, proxy.address)
        assert done.exit_code == 0, done.stderr
        assert all(target.endswith(":443") for target in proxy.asked)
        assert len(proxy.asked) > 1
        refused = install_through(here.having(KTX_RUNTIME_ROOT=str(tmp_path / "other")), without_password(proxy))
        assert refused.exit_code in {0, 1}
    assert_no_secret_is_kept(here, done)


def without_password(proxy: Seen) -> str:
    return proxy.address.replace("ann:pr0xy-secret@", "")
