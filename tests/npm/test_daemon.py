"""With a daemon at hand the launcher starts no Python for a command; without one, nothing else changes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ktx_runtime.daemon.process import process_mark
from tests.npm.package import UV, Launcher, make_place, path_with, python_directory

QUERY = ("sl", "query", "--measure", "orders.revenue", "--dimension", "orders.status", "--execute")
SOURCE = """\
name: orders
table: orders
grain: [id]
columns:
  - {name: id, type: number}
  - {name: status, type: string}
  - {name: amount, type: number}
measures:
  - {name: revenue, expr: sum(amount)}
"""


def make_project(directory: Path) -> None:
    (directory / "semantic-layer" / "shop").mkdir(parents=True)
    (directory / "semantic-layer" / "shop" / "orders.yaml").write_text(SOURCE)
    (directory / "ktx.yaml").write_text("connections: {shop: {driver: sqlite, path: shop.db}}\n")
    with sqlite3.connect(directory / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (id INTEGER, status TEXT, amount INTEGER)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", [(1, "open", 5), (2, "open", 6), (3, "paid", 7)])
    connection.close()


@pytest.fixture(scope="module")
def installed(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    directory = tmp_path_factory.mktemp("dæmon")
    package = shutil.copytree(unpacked, directory / "package")
    python = python_directory(directory / "bin")
    made = Launcher(
        package=package,
        place=make_place(directory / "place"),
        path=path_with(python),
        variables={"KTX_UV": str(UV)},
    )
    make_project(made.work)
    done = made.run("runtime", "install", "--yes")
    assert done.exit_code == 0, done.stderr
    yield made
    made.run("runtime", "stop")


def version_directory(launcher: Launcher) -> Path:
    (manifest,) = launcher.root.glob("*/manifest.json")
    return manifest.parent


def daemon_record(launcher: Launcher) -> dict[str, object]:
    return json.loads((version_directory(launcher) / "daemon.json").read_text())


@pytest.fixture
def running(installed: Launcher) -> Iterator[Launcher]:
    done = installed.run("runtime", "start", "--json")
    assert done.exit_code == 0, done.stderr
    yield installed
    installed.run("runtime", "stop")
    assert not (version_directory(installed) / "daemon.json").exists()


def test_the_answer_is_the_same_with_and_without_a_daemon(installed: Launcher) -> None:
    alone = installed.run(*QUERY)
    assert installed.run("runtime", "start").exit_code == 0
    through = installed.run(*QUERY)
    installed.run("runtime", "stop")
    assert alone.exit_code == 0, alone.stderr
    assert "11" in alone.stdout
    assert (through.exit_code, through.stdout, through.stderr) == (alone.exit_code, alone.stdout, alone.stderr)


def test_a_daemon_answers_without_the_interpreter_being_started(running: Launcher) -> None:
    manifest = json.loads((version_directory(running) / "manifest.json").read_text())
    python = Path(manifest["python"]["executable"])
    hidden = python.with_name("hidden")
    python.rename(hidden)
    # Something must stand there, or the launcher takes the runtime for broken.
    python.write_text("#!/bin/sh\necho started >&2\nexit 99\n")
    python.chmod(0o755)
    try:
        done = running.run(*QUERY)
        assert (done.exit_code, done.stderr) == (0, "")
        completed = running.having(KTX_COMPLETION_SECONDS="100").run(
            "complete", "--", "sl", "query", "--measure", "orders.r"
        )
        assert completed.stdout.splitlines() == ["orders.revenue\tsum(amount)"]
    finally:
        python.unlink()
        hidden.rename(python)


def test_a_search_without_embeddings_says_what_would_rank_by_meaning(running: Launcher) -> None:
    done = running.run("sl", "search", "revenue")
    assert done.exit_code == 0, done.stderr
    assert (
        done.stderr
        == "ranked by words (to rank by meaning, too, run: ktx runtime install --feature local-embeddings)\n"
    )


def test_failures_have_the_same_words_and_exit_code(running: Launcher) -> None:
    through = running.run("sl", "query", "--measure", "orders.nope")
    running.run("runtime", "stop")
    alone = running.run("sl", "query", "--measure", "orders.nope")
    assert (through.exit_code, through.stdout, through.stderr) == (alone.exit_code, alone.stdout, alone.stderr)
    assert through.exit_code == 1


def test_the_callers_directory_and_environment_count(running: Launcher, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    make_project(elsewhere)
    with sqlite3.connect(elsewhere / "shop.db") as connection:
        connection.execute("DELETE FROM orders WHERE status = 'open'")
    connection.close()
    there = running.run(*QUERY, "--project-dir", str(elsewhere))
    by_variable = running.having(KTX_PROJECT_DIR=str(elsewhere)).run(*QUERY)
    assert "open" not in there.stdout
    assert by_variable.stdout == there.stdout
    assert "open" in running.run(*QUERY).stdout


@pytest.mark.parametrize("content", ["", "{", "{}", '{"schemaVersion": 2}'])
def test_a_damaged_record_is_passed_over(installed: Launcher, content: str) -> None:
    record = version_directory(installed) / "daemon.json"
    record.write_text(content)
    try:
        assert installed.run(*QUERY).exit_code == 0
    finally:
        record.unlink(missing_ok=True)


def test_a_killed_daemon_is_passed_over(running: Launcher) -> None:
    os.kill(int(str(daemon_record(running)["pid"])), signal.SIGKILL)
    assert running.run(*QUERY).exit_code == 0


def test_a_stranger_on_the_port_of_a_daemon_that_died_hears_nothing(running: Launcher) -> None:
    """What would be sent is the token, and all of the caller's environment."""
    record = daemon_record(running)
    os.kill(int(str(record["pid"])), signal.SIGKILL)
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        deadline = time.monotonic() + 60
        while True:
            try:
                stranger.bind(("127.0.0.1", int(str(record["port"]))))
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
        stranger.listen()
        stranger.settimeout(0)
        assert running.run(*QUERY).exit_code == 0
        with pytest.raises(BlockingIOError):
            stranger.accept()


def test_a_hung_daemon_is_passed_over_in_seconds(running: Launcher) -> None:
    pid = int(str(daemon_record(running)["pid"]))
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert running.run(*QUERY).exit_code == 0
        assert time.monotonic() - began < 60
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def pretended(launcher: Launcher, *pieces: bytes) -> Iterator[None]:
    """A daemon of this process's that sends `pieces`, one after another, to the first who asks, and closes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        record = {
            "schemaVersion": 1,
            "pid": os.getpid(),
            "processMark": process_mark(os.getpid()),
            "port": server.getsockname()[1],
            "token": "t" * 32,
            "generation": json.loads((version_directory(launcher) / "manifest.json").read_text())["generation"],
        }

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.recv(1 << 20)
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(0.01)

        file = version_directory(launcher) / "daemon.json"
        file.write_text(json.dumps(record))
        answering = threading.Thread(target=answer)
        answering.start()
        try:
            yield
        finally:
            answering.join(60)
            file.unlink()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n"


def test_an_answer_may_be_cut_anywhere(installed: Launcher) -> None:
    line = json.dumps({"stdout": "naïve, 数, 🐦\n"}, ensure_ascii=False).encode()
    whole = HEAD + line + b'\n{"exit":7}\n'
    with pretended(installed, *(whole[at : at + 1] for at in range(len(whole)))):
        done = installed.run("sl", "list")
    assert (done.exit_code, done.stdout, done.stderr) == (7, "naïve, 数, 🐦\n", "")


def test_a_daemon_that_dies_in_the_middle_of_an_answer_is_told(installed: Launcher) -> None:
    """What it did is not known: the command is not run again unasked."""
    with pretended(installed, HEAD + b'{"stdout":"the first half\\n"}\n', b'{"stdout":"the sec'):
        done = installed.run("sl", "list")
    assert (done.exit_code, done.stdout) == (1, "the first half\n")
    assert done.stderr.startswith("error: the daemon ended while it ran the command\nhint: run the command again")


@pytest.mark.parametrize(
    "sent", [b"", HEAD, b"HTTP/1.1 409 Conflict\r\n\r\n{}", HEAD + b'{"elsewhere":"it reads stdin"}\n']
)
def test_a_daemon_that_answers_nothing_or_no_leaves_the_command_to_a_process(installed: Launcher, sent: bytes) -> None:
    with pretended(installed, sent):
        done = installed.run(*QUERY)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.split() == ["status", "revenue", "------", "-------", "open", "11", "paid", "7"]


def test_a_reader_that_has_enough_ends_the_command(running: Launcher) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" | head -n 1', "sh", *running.argv, *QUERY],
        env=running.environment(),
        cwd=running.work,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.split() == ["status", "revenue"]
    assert done.stderr == ""


def test_what_reads_stdin_runs_in_a_process_of_its_own(running: Launcher) -> None:
    request = json.dumps({"items": [{"key": "a", "sql_table_name": "x.y", "dialect": "postgres"}]})
    done = running.run("call", "sql-parse-table-identifier", stdin=request)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["results"]["a"]["ok"] is True


def test_a_new_generation_leaves_the_old_daemon_its_files_and_replaces_it_when_asked(running: Launcher) -> None:
    before = daemon_record(running)
    assert running.run("runtime", "install", "--force", "--yes").exit_code == 0
    assert running.run("runtime", "prune").exit_code == 0
    old = version_directory(running) / "generations" / str(before["generation"])
    assert old.is_dir()
    # The launcher asks no daemon of another generation, and leaves it alone.
    assert running.run(*QUERY).exit_code == 0
    assert daemon_record(running)["pid"] == before["pid"]
    assert "generation-differs" in running.run("runtime", "status").stdout
    started = running.run("runtime", "start")
    assert "generation-differs" in started.stdout
    assert daemon_record(running)["generation"] != before["generation"]
    assert running.run(*QUERY).exit_code == 0
