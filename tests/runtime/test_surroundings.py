"""Hostile places: odd paths, foreign variables and files, a network that fails, a disk that is full or read-only."""

from __future__ import annotations

import http.server
import json
import os
import pwd
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runtime.conftest import Ktx
from tests.runtime.small_wheel import BuiltWheel, build_library

pytestmark = pytest.mark.runtime

is_superuser = pytest.mark.skipif(os.geteuid() != 0, reason="needs to be the superuser: it mounts and gives away")


def test_spaces_quotes_and_letters_of_other_scripts_in_every_path(
    tmp_path: Path, new_ktx: Callable[[Path], Ktx], small_wheel: BuiltWheel
) -> None:
    odd = tmp_path / 'it\'s a "test" $HOME %41 #1 größe 日本'
    ktx = new_ktx(odd)
    copy = odd / "some where" / small_wheel.path.name
    copy.parent.mkdir()
    copy.write_bytes(small_wheel.path.read_bytes())
    ktx = ktx.with_wheel(BuiltWheel(copy, small_wheel.sha256))
    ktx.install("gamma")
    assert ktx.status()["state"] == "ready"
    assert ktx.run("alpha", "say", "größe").stdout.startswith("alpha says größe")
    assert ktx.run("runtime", "doctor").returncode == 0
    assert ktx.run("runtime", "uninstall", "--yes").returncode == 0
    assert not ktx.root.exists()


def test_variables_and_files_of_other_projects_change_nothing(ktx: Ktx, tmp_path: Path) -> None:
    evil = "import pathlib\npathlib.Path(__file__).with_suffix('.ran').touch()\nraise SystemExit(66)\n"
    for name in ("sitecustomize.py", "usercustomize.py", "pydantic.py", "json.py"):
        (ktx.directory / name).write_text(evil)
    settings = "no-index = true\n[pip]\nrequire-hashes = true\ntarget = 'elsewhere'\n"
    (ktx.directory / "uv.toml").write_text(settings)
    (ktx.directory / "pyproject.toml").write_text("[tool.uv]\nno-index = true\n")
    (ktx.directory / ".python-version").write_text("2.7\n")
    hostile = ktx.with_variables(
        VIRTUAL_ENV=str(tmp_path / "venv"),
        PYTHONPATH=str(ktx.directory),
        PYTHONHOME="/nowhere",
        PYTHONSTARTUP=str(ktx.directory / "sitecustomize.py"),
        PYTHONDONTWRITEBYTECODE="1",
        CONDA_PREFIX="/nowhere",
        UV_PYTHON="2.7",
        UV_TARGET=str(tmp_path / "target"),
        UV_REQUIRE_HASHES="1",
        UV_SYSTEM_PYTHON="1",
        UV_PROJECT_ENVIRONMENT=str(tmp_path / "project"),
        NO_PROXY="localhost,::1/128,fd00::/8",
        no_proxy="localhost,::1/128,fd00::/8",
    )
    hostile.install("gamma")
    said = hostile.run("alpha", "say", "hello")
    assert said.stdout.startswith("alpha says hello")
    assert list(ktx.directory.glob("*.ran")) == []
    assert [entry.name for entry in tmp_path.iterdir() if entry.name in {"target", "project", "venv"}] == []


def test_without_home_the_root_that_is_named_suffices(ktx: Ktx) -> None:
    homeless = ktx.with_variables(HOME=None)
    homeless.install()
    assert homeless.run("alpha", "say", "hello").returncode == 0


@pytest.mark.parametrize("home", ["", "somewhere/else"])
def test_an_empty_and_a_relative_home_name_no_directory(ktx: Ktx, home: str) -> None:
    nameless = ktx.with_variables(HOME=home, KTX_RUNTIME_ROOT=None, XDG_DATA_HOME=None)
    root = Path(json.loads(nameless.run("runtime", "path", "--json").stdout)["root"])
    assert root.is_relative_to(Path(pwd.getpwuid(os.getuid()).pw_dir).resolve())


@pytest.mark.parametrize("words", [("runtime", "status"), ("runtime", "status", "--json"), ("--help",), ("--version",)])
def test_output_that_cannot_be_written_is_told_and_ends_with_1(ktx: Ktx, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            ktx.argv(*words), env=ktx.variables, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2:] == [
        "error: the output cannot be written: No space left on device",
        "hint: free some space, then try again",
    ]


def test_whoever_stops_reading_ends_nothing_badly(ktx: Ktx) -> None:
    ktx.install()
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        ktx.argv("runtime", "status", "--json"), env=ktx.variables, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@is_superuser
def test_where_nobody_knows_of_a_home_the_error_says_what_to_set(ktx: Ktx) -> None:
    homeless = ktx.with_variables(HOME=None, KTX_RUNTIME_ROOT=None)
    # A user without an entry in the password database, as containers have; our files are not theirs to read.
    code = (
        "import os\nfrom ktx_runtime.api import KtxError, failure_text\nfrom ktx_runtime.cli.main import main\n"
        "os.setuid(54321)\nraise SystemExit(main(['runtime', 'status']))\n"
    )
    done = subprocess.run(
        [ktx.python, "-I", "-c", code], env=homeless.variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "hint: set HOME, or KTX_RUNTIME_ROOT to a directory of your own"


def test_a_root_that_is_a_link_is_followed_once(ktx: Ktx, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    ktx.root.symlink_to(target)
    manifest = ktx.install()
    assert manifest["python"]["executable"].startswith(str(target))
    assert ktx.run("alpha", "say", "hello").returncode == 0
    assert ktx.run("runtime", "uninstall", "--yes").returncode == 0
    assert ktx.root.is_symlink()
    assert not target.exists()


def test_a_root_that_cannot_be_made_is_told_with_the_way_out(ktx: Ktx, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    blocked = ktx.with_variables(KTX_RUNTIME_ROOT=str(tmp_path / "file" / "root"))
    done = blocked.run("runtime", "install", "--yes", "--json")
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "root-not-writable"
    assert "KTX_RUNTIME_ROOT" in error["hint"]
    assert blocked.status()["state"] == "missing"


@is_superuser
def test_a_root_of_another_user_is_not_trusted(ktx: Ktx) -> None:
    ktx.root.mkdir()
    os.chown(ktx.root, 12345, 12345)
    done = ktx.run("runtime", "install", "--yes", "--json")
    assert json.loads(done.stdout)["error"]["code"] == "root-not-yours"


@contextmanager
def mounted(directory: Path, *options: str) -> Iterator[None]:
    directory.mkdir(exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(directory)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(directory)], check=True)


@pytest.mark.parametrize("mask", [0o000, 0o077], ids=["open", "closed"])
def test_whatever_the_umask_nobody_else_can_write_what_is_run(ktx: Ktx, mask: int) -> None:
    done = subprocess.run(
        ktx.argv("runtime", "install", "--yes"),
        env=ktx.variables,
        cwd=ktx.directory,
        capture_output=True,
        text=True,
        check=False,
        umask=mask,
    )
    assert done.returncode == 0, done.stderr
    entries = [ktx.root, *(path for path in ktx.root.rglob("*") if not path.is_symlink())]
    # What is linked out of uv's cache has the mode that it has there; nobody else can replace it here.
    assert [path for path in entries if path.is_dir() and path.stat().st_mode & 0o022] == []
    assert ktx.run("alpha", "say", "hello").returncode == 0


@is_superuser
def test_a_root_that_forbids_programs_is_told_before_the_start(ktx: Ktx) -> None:
    with mounted(ktx.root, "size=64m", "noexec"):
        done = ktx.run("runtime", "install", "--yes", "--json")
        assert json.loads(done.stdout)["error"]["code"] == "root-not-executable"
        assert "KTX_RUNTIME_ROOT" in done.stderr
        assert ktx.generations() == set()


@is_superuser
def test_a_full_disk_leaves_the_runtime_before_and_says_so(ktx: Ktx) -> None:
    with mounted(ktx.root, "size=64m"):
        copying = ktx.with_variables(UV_LINK_MODE="copy")
        before = copying.install()
        free = os.statvfs(ktx.root).f_bavail * os.statvfs(ktx.root).f_frsize
        with (ktx.root / "ballast").open("wb") as ballast:
            ballast.write(b"x" * (free - 3_000_000))
        done = copying.run("runtime", "install", "--feature", "beta", "--yes", "--json")
        assert done.returncode == 1
        assert json.loads(done.stdout)["error"]["code"] == "disk-full", done.stdout
        assert copying.manifest() == before
        assert ktx.generations() == {before["generation"]}
        assert copying.run("alpha", "say", "still").returncode == 0
        (ktx.root / "ballast").unlink()
        copying.install("beta")


@is_superuser
def test_a_read_only_root_still_answers_and_refuses_installs(ktx: Ktx) -> None:
    with mounted(ktx.root, "size=64m"):
        ktx.install()
        subprocess.run(["mount", "-o", "remount,ro", str(ktx.root)], check=True)
        assert ktx.run("alpha", "say", "still").returncode == 0
        assert ktx.status()["state"] == "ready"
        done = ktx.run("runtime", "install", "--feature", "beta", "--yes", "--json")
        assert json.loads(done.stdout)["error"]["code"] == "root-not-writable"


class Index(http.server.BaseHTTPRequestHandler):
    """A package index that does what the test says: `mode` is `500`, `cut` or `altered`."""

    mode = "500"
    wheel: BuiltWheel

    def do_GET(self) -> None:
        if self.mode == "500":
            self.send_error(500)
        elif self.path.endswith(".whl"):
            content = self.wheel.path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if self.mode == "cut" else content)
        elif "tiny-beta" in self.path:
            name = self.wheel.path.name
            page = f'<a href="/{name}#sha256={self.wheel.sha256}">{name}</a>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
        else:
            self.send_error(404)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""

    def log_error(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving(mode: str, wheel: BuiltWheel) -> Iterator[str]:
    handler = type("Serving", (Index,), {"mode": mode, "wheel": wheel})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/simple"
        finally:
            server.shutdown()
            thread.join()


def demand_failed_addition(ktx: Ktx, *signs: str) -> None:
    before = ktx.manifest()
    done = ktx.run("runtime", "install", "--feature", "beta", "--yes")
    assert done.returncode == 1, done.stdout
    assert any(sign in done.stderr for sign in signs), done.stderr
    assert f"log: {ktx.logs()[-1]}" in done.stderr
    assert ktx.manifest() == before
    assert ktx.generations() == {before["generation"]}
    assert ktx.run("alpha", "say", "still").returncode == 0


@pytest.mark.parametrize(
    ("mode", "signs"),
    [("500", ("500",)), ("cut", ("Failed to download", "Failed to fetch")), ("altered", ("Hash mismatch", "hash"))],
)
def test_an_index_that_fails_cuts_or_alters_changes_nothing(
    ktx: Ktx, tmp_path: Path, mode: str, signs: tuple[str, ...]
) -> None:
    ktx.install()
    wheel = build_library(tmp_path / "served", "tiny-beta", "altered" if mode == "altered" else "beta")
    with serving(mode, wheel) as address:
        # Asked first; what it has not comes from where it usually comes from.
        broken = ktx.with_variables(UV_INDEX=address, UV_FIND_LINKS=None)
        demand_failed_addition(broken, *signs)
    ktx.install("beta")


def test_an_index_that_cannot_be_reached_is_told_and_changes_nothing(ktx: Ktx, tmp_path: Path) -> None:
    ktx.install()
    cut_off = ktx.with_variables(
        UV_DEFAULT_INDEX="http://somebody:hunter2@127.0.0.1:9/simple",
        UV_FIND_LINKS=None,
        UV_CACHE_DIR=str(tmp_path / "cache"),
    )
    demand_failed_addition(cut_off, "127.0.0.1:9", "Failed to fetch")
    assert "hunter2" not in ktx.logs()[-1].read_text()
    assert "hunter2" not in cut_off.run("runtime", "install", "--feature", "beta", "--yes").stderr
    ktx.install("beta")


def test_offline_installs_what_the_cache_of_uv_has(ktx: Ktx) -> None:
    ktx.install("gamma")
    ktx.run("runtime", "uninstall", "--yes")
    done = ktx.run("runtime", "install", "--feature", "gamma", "--offline", "--yes")
    assert done.returncode == 0, done.stderr


def test_the_pip_settings_of_the_user_reach_uv(ktx: Ktx, find_links: Path, tmp_path: Path) -> None:
    pip_only = ktx.with_variables(UV_FIND_LINKS=None, PIP_FIND_LINKS=str(find_links))
    pip_only.install("gamma")
    nowhere = replace(pip_only, root=tmp_path / "other").with_variables(
        KTX_RUNTIME_ROOT=str(tmp_path / "other"),
        PIP_FIND_LINKS=None,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        UV_CACHE_DIR=str(tmp_path / "cache"),
    )
    done = nowhere.run("runtime", "install", "--yes")
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr


def test_a_certificate_that_uv_does_not_know_is_tried_once_more_with_those_of_the_system(
    ktx: Ktx, tmp_path: Path
) -> None:
    # What uv says and does behind a company's proxy; a real one would need its certificate among the system's.
    wrapper = tmp_path / "uv"
    wrapper.write_text(
        "#!/bin/sh\n"
        f'if [ "$3" = pip ] && [ -z "$UV_SYSTEM_CERTS" ]; then echo "error: UnknownIssuer" >&2; exit 2; fi\n'
        f'exec "{ktx.variables["KTX_UV"]}" "$@"\n'
    )
    wrapper.chmod(0o755)
    behind = ktx.with_variables(KTX_UV=str(wrapper), SSL_CERT_FILE=None, PIP_CERT=None, UV_SYSTEM_CERTS=None)
    behind.install()
    assert "once more with the certificates of the system" in ktx.logs()[-1].read_text()
    told = behind.with_variables(SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt")
    assert told.run("runtime", "install", "--force", "--yes").returncode == 1


@pytest.mark.deep
def test_without_the_lock_everything_is_resolved_afresh(ktx: Ktx) -> None:
    done = ktx.run("runtime", "install", "--feature", "gamma", "--no-lock", "--yes")
    assert done.returncode == 0, done.stderr
    assert "--require-hashes" in ktx.logs()[-1].read_text()
    assert ktx.run("beta").returncode == 7
