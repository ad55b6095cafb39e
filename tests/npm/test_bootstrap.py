"""The way from nothing to the controller, and what stands in it."""

from __future__ import annotations

import http.server
import importlib.util
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ktx_runtime import VERSION
from tests.npm.package import UV, Launcher, end
from tests.runtime.test_surroundings import is_superuser, mounted

INSTALL = ("runtime", "install", "--yes")


def throw_away_directories(launcher: Launcher) -> list[str]:
    return [entry.name for entry in launcher.root.glob("bootstrap-*")]


def test_a_first_install_leaves_a_runtime_and_nothing_of_the_throw_away_environment(equipped: Launcher) -> None:
    done = equipped.run(*INSTALL)
    assert done.exit_code == 0, done.stderr
    assert throw_away_directories(equipped) == []
    status = json.loads(equipped.run("runtime", "status", "--json").stdout)
    assert status["state"] == "ready"
    assert "core" in [feature["name"] for feature in status["features"]]
    assert equipped.having(KTX_UV="/nonexistent").run("runtime", "status").exit_code == 0


def test_a_home_in_which_nothing_can_be_made_is_told_at_once(equipped: Launcher) -> None:
    done = equipped.having(HOME="/proc", XDG_DATA_HOME="").run("sl", "list", "--yes", "--json", timeout=60)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["code"] == "root-not-writable"
    assert "KTX_RUNTIME_ROOT" in done.stderr


@pytest.mark.parametrize("home", ["", "somewhere/else"])
def test_an_empty_and_a_relative_home_name_no_directory(equipped: Launcher, home: str) -> None:
    done = equipped.having(HOME=home, XDG_DATA_HOME="").run("runtime", "status", "--json")
    assert Path(json.loads(done.stdout)["root"]).is_relative_to(Path(pwd.getpwuid(os.getuid()).pw_dir).resolve())


@is_superuser
def test_a_disk_that_is_too_small_is_told_before_the_start(launcher: Launcher, tmp_path: Path) -> None:
    root = tmp_path / "small"
    with mounted(root, "size=8m"):
        done = launcher.having(KTX_RUNTIME_ROOT=str(root)).run("sl", "list", "--yes", "--json")
        assert done.exit_code == 1
        error = json.loads(done.stdout)["error"]
        assert error["code"] == "disk-full"
        assert "8 MB are free" in error["message"]
        assert list(root.iterdir()) == []


def test_two_first_runs_at_once_both_succeed_and_make_one_runtime(equipped: Launcher) -> None:
    processes = [equipped.start("setup", "demo", f"demo{number}", "--yes") for number in range(2)]
    try:
        told = [process.communicate(timeout=120) for process in processes]
    finally:
        for process in processes:
            end(process)
    assert [process.returncode for process in processes] == [0, 0], told
    assert len(list(equipped.root.glob("*/generations/*"))) == 1
    assert throw_away_directories(equipped) == []


@pytest.mark.deep
def test_the_oldest_uv_that_is_taken_from_path_will_do(launcher: Launcher, tmp_path: Path) -> None:
    minimum = json.loads((launcher.assets / "runtime.json").read_text("utf-8"))["uv"]["minimum"]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(tmp_path / "old"), f"uv=={minimum}"]
    if importlib.util.find_spec("pip") is None:
        pip = [str(UV), "pip", "install", "--quiet", *pip[-3:]]
    subprocess.run(pip, check=True)
    here = replace(launcher, path=os.pathsep.join([str(tmp_path / "old" / "bin"), launcher.path]))
    done = here.run("setup", "demo", "--yes")
    assert done.exit_code == 0, done.stderr
    assert f"with uv {minimum} " in done.stderr


def test_an_altered_wheel_is_refused_before_anything_is_made(equipped: Launcher) -> None:
    (wheel,) = equipped.assets.glob("*.whl")
    content = bytearray(wheel.read_bytes())
    content[len(content) // 2] ^= 1
    wheel.write_bytes(content)
    done = equipped.run(*INSTALL)
    assert done.exit_code == 1
    assert f"{wheel.name}: its sha256 is " in done.stderr
    assert "reinstall it: npm install --global @kaelio/ktx" in done.stderr
    assert equipped.created() == []


def test_a_truncated_wheel_is_refused(equipped: Launcher) -> None:
    (wheel,) = equipped.assets.glob("*.whl")
    os.truncate(wheel, 1000)
    done = equipped.run(*INSTALL)
    assert (done.exit_code, "it has 1000 bytes instead of" in done.stderr) == (1, True)
    assert equipped.created() == []


def test_an_altered_dependency_is_refused(equipped: Launcher) -> None:
    lock = equipped.assets / "base.lock"
    text = lock.read_text("utf-8")
    start = text.index("--hash=sha256:", text.index("pluggy==")) + len("--hash=sha256:")
    for hashed in re.findall(r"[0-9a-f]{64}", text[start : text.index("==", start)]):
        text = text.replace(hashed, "0" * 64)
    lock.write_text(text, "utf-8")
    done = equipped.run(*INSTALL)
    assert done.exit_code == 1
    assert "pluggy" in done.stderr
    assert done.stderr.endswith("then run: ktx runtime install --yes\n")
    assert throw_away_directories(equipped) == []


def test_where_uv_is_missing_and_may_not_be_fetched_the_error_says_how_to_go_on(launcher: Launcher) -> None:
    done = launcher.having(KTX_UV_BOOTSTRAP="never").run("sl", "query", "--measure", "orders.revenue", "--yes")
    assert done.exit_code == 1
    message, hint = done.stderr.splitlines()
    assert message == "error: ktx needs uv, which is not on this machine: KTX_UV_BOOTSTRAP=never forbids fetching it"
    assert hint.startswith("hint: install uv (")
    assert hint.endswith("then run: ktx sl query --measure orders.revenue --yes")
    assert launcher.created() == []


def verdicts(launcher: Launcher, *words: str) -> dict[str, str]:
    done = launcher.run("runtime", "doctor", *words, "--json")
    assert done.exit_code == 1, done.stderr
    return {check["name"]: check["status"] for check in json.loads(done.stdout)["checks"]}


def test_a_doctor_comes_where_nothing_is_installed_and_changes_nothing(launcher: Launcher) -> None:
    alone = launcher.having(KTX_UV_BOOTSTRAP="never", UV_OFFLINE="1", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    found = verdicts(alone)
    assert found["python"] == found["wheel"] == found["permissions"] == "pass"
    assert found["uv"] == found["runtime"] == "fail"
    assert launcher.created() == []
    done = alone.run("runtime", "doctor")
    assert "missing: no runtime is installed for this version" in done.stdout
    assert "run: ktx runtime install --yes" in done.stdout
    assert done.stderr == ""


def test_a_doctor_comes_where_the_runtime_is_broken_and_mending_is_agreed_to(equipped: Launcher) -> None:
    assert equipped.run(*INSTALL).exit_code == 0
    manifest = equipped.root / VERSION / "manifest.json"
    sound = json.loads(manifest.read_text())
    manifest.write_text("{")
    assert verdicts(equipped)["runtime"] == "fail"
    manifest.write_text(json.dumps(sound))
    shutil.rmtree(equipped.root / VERSION / "generations" / sound["generation"] / "venv" / "bin")
    assert verdicts(equipped)["runtime"] == "fail"
    assert equipped.run("runtime", "doctor", "--fix", "--no-input").exit_code == 4
    assert equipped.run("runtime", "doctor", "--fix", "--yes").exit_code == 0
    assert equipped.run("runtime", "doctor").exit_code == 0


def test_a_doctor_runs_no_code_of_a_wheel_that_was_altered(launcher: Launcher, tmp_path: Path) -> None:
    package = shutil.copytree(launcher.package, tmp_path / "package")
    (wheel,) = (package / "assets").glob("*.whl")
    content = bytearray(wheel.read_bytes())
    content[len(content) // 2] ^= 1
    wheel.write_bytes(content)
    done = replace(launcher, package=package).run("runtime", "doctor")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "its sha256 is" in done.stderr


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("exit 0", "uv says that it made an environment, and there is none: {file}"),
        ("kill -SEGV $$", "uv ended with exit code 139"),
        (
            'case "$1" in venv) exec "{uv}" "$@";; esac',
            "uv says that it installed the packages, and they are not there",
        ),
    ],
    ids=["does nothing", "crashes", "installs nothing"],
)
def test_a_uv_that_does_not_do_what_it_says_is_told_as_such(
    equipped: Launcher, tmp_path: Path, rest: str, said: str
) -> None:
    strange = tmp_path / "uv"
    script = f'if [ "$1" = --version ]; then exec "{UV}" --version; fi\n{rest.replace("{uv}", str(UV))}'
    strange.write_text(f"#!/bin/sh\n{script}\n")
    strange.chmod(0o755)
    done = equipped.having(KTX_UV=str(strange)).run(*INSTALL)
    assert done.exit_code == 1
    message, hint = done.stderr.splitlines()[-2:]
    assert message.startswith(f"error: the installer could not be prepared: {said.replace('{file}', str(strange))}")
    assert hint == "hint: set KTX_UV to a uv that works, then run: ktx runtime install --yes"
    assert throw_away_directories(equipped) == []


def test_a_uv_on_path_that_does_not_work_is_named(launcher: Launcher, tmp_path: Path) -> None:
    silent = tmp_path / "uv"
    silent.write_text("#!/bin/sh\nexit 0\n")
    silent.chmod(0o755)
    broken = replace(launcher, path=f"{tmp_path}:{launcher.path}").having(KTX_UV_BOOTSTRAP="never")
    message, hint = broken.run(*INSTALL).stderr.splitlines()[-2:]
    assert f"ktx needs uv, and {silent} is older or does not work: KTX_UV_BOOTSTRAP=never" in message
    assert hint.startswith("hint: install uv (")


def test_uv_is_fetched_checked_and_kept_where_there_is_none(launcher: Launcher) -> None:
    # Whatever else pip is told to do, such as to work in virtual environments only.
    elsewhere = {"PIP_REQUIRE_VIRTUALENV": "1", "PIP_TARGET": "/nowhere", "PIP_PLATFORM": "win_amd64", "PIP_USER": "1"}
    done = launcher.having(**elsewhere).run(*INSTALL)
    assert done.exit_code == 0, done.stderr
    assert "fetching uv" in done.stderr
    (uv,) = (launcher.root / "uv").glob("*/uv")
    inode = uv.stat().st_ino
    (launcher.root / VERSION / "manifest.json").unlink()
    again = launcher.run(*INSTALL)
    assert (again.exit_code, "fetching uv" in again.stderr) == (0, False)
    assert uv.stat().st_ino == inode


class _WrongBytes(http.server.BaseHTTPRequestHandler):
    """An index whose uv is not uv."""

    def do_GET(self) -> None:
        pins = json.loads(self.server.assets.joinpath("runtime.json").read_text())["uv"]["wheels"].values()  # type: ignore[attr-defined]
        if self.path == "/simple/uv/":
            body = "".join(f'<a href="/files/{pin["file"]}">{pin["file"]}</a>' for pin in pins).encode()
        else:
            body = b"not a wheel"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        del arguments


@contextmanager
def wrong_index(assets: Path) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _WrongBytes) as server:
        server.assets = assets  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://ann:secret@127.0.0.1:{server.server_address[1]}/simple"
        server.shutdown()
        thread.join()


def test_a_uv_altered_on_its_way_is_refused_and_no_password_is_shown(launcher: Launcher) -> None:
    with wrong_index(launcher.assets) as index:
        here = launcher.having(PIP_INDEX_URL=index, PIP_FIND_LINKS="", PIP_CONFIG_FILE="/dev/null", PIP_RETRIES="0")
        done = here.run(*INSTALL)
    assert done.exit_code == 1
    assert "ktx needs uv, which is not on this machine: fetching it failed" in done.stderr
    assert done.stderr.endswith("then run: ktx runtime install --yes\n")
    assert "secret" not in done.stderr
    assert not (launcher.root / "uv").exists()
    assert throw_away_directories(launcher) == []


def test_a_package_index_that_is_down_is_told_with_uvs_own_words(equipped: Launcher, tmp_path: Path) -> None:
    index = "http://ann:secret@127.0.0.1:9/simple"
    here = equipped.having(UV_DEFAULT_INDEX=index, UV_CACHE_DIR=str(tmp_path / "cache"), UV_HTTP_RETRIES="0")
    done = here.run(*INSTALL)
    assert done.exit_code == 1
    assert "the installer could not be prepared" in done.stderr
    assert "127.0.0.1:9" in done.stderr
    assert "secret" not in done.stderr
    assert throw_away_directories(equipped) == []


def test_a_root_that_cannot_be_written_is_named(equipped: Launcher, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = equipped.having(KTX_RUNTIME_ROOT=str(tmp_path / "file" / "root")).run(*INSTALL)
    assert done.exit_code == 1
    assert "cannot write to the runtime's root" in done.stderr
    assert "KTX_RUNTIME_ROOT" in done.stderr.splitlines()[-1]


def test_a_broken_runtime_is_named_as_the_reason_and_repaired_by_an_install(equipped: Launcher) -> None:
    directory = equipped.root / VERSION
    directory.mkdir(parents=True)
    (directory / "manifest.json").write_text("")
    refused = equipped.run("sl", "list")
    assert refused.exit_code == 4
    assert "cannot be used as it is: manifest.json: Unexpected end of JSON input" in refused.stderr
    assert equipped.run(*INSTALL).exit_code == 0
    assert equipped.run("runtime", "status").exit_code == 0


def test_the_users_surroundings_do_not_reach_the_install(equipped: Launcher) -> None:
    hostile = equipped.work
    (hostile / "uv.toml").write_text('index-url = "http://127.0.0.1:9/simple"\nrequire-hashes = true\n')
    (hostile / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.99"\n')
    (hostile / "sitecustomize.py").write_text("raise SystemExit('hostile')")
    (hostile / "pluggy.py").write_text("raise SystemExit('hostile')")
    here = equipped.having(
        PYTHONPATH=str(hostile), PYTHONHOME="/nonexistent", VIRTUAL_ENV=str(hostile), UV_PYTHON="3.1", UV_TARGET="/x"
    )
    done = here.run(*INSTALL)
    assert done.exit_code == 0, done.stderr
    assert equipped.run("runtime", "status").exit_code == 0


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_bootstrap_leaves_nothing(equipped: Launcher, number: signal.Signals, exit_code: int) -> None:
    process = equipped.start(*INSTALL)
    try:
        await_throw_away(equipped)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    finally:
        end(process)
    assert process.returncode in {exit_code, 130}, told
    assert throw_away_directories(equipped) == []


def test_what_a_killed_launcher_left_is_removed_by_the_next_one(equipped: Launcher) -> None:
    process = equipped.start(*INSTALL)
    try:
        await_throw_away(equipped)
    finally:
        end(process)
    assert throw_away_directories(equipped) != []
    living = equipped.root / f"bootstrap-{os.getpid()}-00000000"
    living.mkdir()
    done = equipped.run(*INSTALL)
    assert done.exit_code == 0, done.stderr
    assert throw_away_directories(equipped) == [living.name]


def await_throw_away(launcher: Launcher) -> None:
    until = time.monotonic() + 60
    while not throw_away_directories(launcher):
        assert time.monotonic() < until
        time.sleep(0.01)
