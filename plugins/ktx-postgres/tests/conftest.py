"""A private PostgreSQL server, on a loopback port and a unix socket; nothing of it outlives the tests."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from ktx_postgres.driver import PostgresDriver

from ktx_runtime.api import Connection, DatabaseSession
from tests.support.accounts import as_child, as_user

PATIENCE_SECONDS = 60
PASSWORD = "p:w/with@every#thing%"


class Server:
    """`port` wants a password on loopback (`app`, `owner`); in `home` lies the socket, where everybody is trusted."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # Short: a unix socket's path may not pass some 100 characters, which pytest's directories do.
        self.home = Path(tempfile.mkdtemp(prefix="pg"))
        if os.geteuid() == 0:
            os.chown(self.home, pwd.getpwnam("postgres").pw_uid, -1)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        data = self.home / "data"
        self._run(
            "initdb", "-D", data, "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C"
        )
        self._make_certificate()
        (data / "pg_hba.conf").write_text(
            "local all all trust\n"
            "host all nobody 127.0.0.1/32 reject\n"
            "hostnossl all tlsonly 127.0.0.1/32 reject\n"
            "host all all 127.0.0.1/32 scram-sha-256\n"
        )

    def _make_certificate(self) -> None:
        """A self-signed certificate, where this machine can make one."""
        self.has_tls = shutil.which("openssl") is not None
        if self.has_tls:
            words = "req -x509 -nodes -newkey rsa:2048 -days 2 -subj /CN=localhost -keyout server.key -out server.crt"
            self._as_user(["openssl", *words.split()], directory=self.home / "data")

    def start(self) -> None:
        settings = ["listen_addresses=127.0.0.1", f"port={self.port}", "fsync=off", "jit=off", "max_connections=40"]
        settings += [f"ssl={'on' if self.has_tls else 'off'}"]
        arguments = [part for setting in settings for part in ("-c", setting)]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                as_child(
                    "postgres",
                    [str(self._programs / "postgres"), "-D", str(self.home / "data"), "-k", str(self.home), *arguments],
                ),
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self.admin().close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError(f"postgres does not answer: {(self.home / 'log').read_text()}") from None
                time.sleep(0.05)

    def stop(self) -> None:
        """At once: every connection is cut."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=PATIENCE_SECONDS)
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def admin(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.home), port=self.port, user="postgres", dbname=database, autocommit=True)

    def _run(self, program: str, *words: str | Path) -> None:
        self._as_user([str(self._programs / program), *map(str, words)])

    def _as_user(self, command: list[str], *, directory: Path | None = None) -> None:
        done = subprocess.run(
            as_user("postgres", command),
            cwd=directory or self.home,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, done.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _programs() -> Path | None:
    found = shutil.which("postgres")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    return versions[-1] if versions and (versions[-1] / "postgres").is_file() else None


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    programs = _programs()
    if programs is None:
        message = "the programs of a PostgreSQL server are missing: initdb, postgres"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    running = Server(programs)
    try:
        running.start()
        with running.admin() as admin:
            quoted = PASSWORD.replace("'", "''")
            for role in ("app", "owner", "nobody", "tlsonly"):
                admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{quoted}'")
            admin.execute("CREATE ROLE shut NOLOGIN")
        yield running
    finally:
        running.close()


@pytest.fixture
def database(server: Server, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database of the test's own."""
    name = f"t{abs(hash(request.node.nodeid)):x}"
    with contextlib.closing(server.admin()) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER owner")
    yield Database(server, name)
    with contextlib.closing(server.admin()) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Database:
    """A database, `run` in by its superuser, `open`ed as a connection of a project."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name

    def run(self, *statements: str) -> None:
        with contextlib.closing(self.server.admin(self.name)) as admin:
            for statement in statements:
                admin.execute(statement.encode())

    def value(self, sql: str) -> object:
        with contextlib.closing(self.server.admin(self.name)) as admin:
            row = admin.execute(sql.encode()).fetchone()
            return row[0] if row else None

    def connection(self, **settings: str) -> Connection:
        trusted = {
            "host": str(self.server.home),
            "port": str(self.server.port),
            "database": self.name,
            "user": "postgres",
        }
        stated = {**trusted, **settings}
        return Connection("warehouse", "postgres", Path("/"), {key: value for key, value in stated.items() if value})

    @contextlib.contextmanager
    def open(self, **settings: str) -> Iterator[DatabaseSession]:
        with PostgresDriver().open(self.connection(**settings), connect_timeout_seconds=30) as session:
            yield session
