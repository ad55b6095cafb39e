"""MariaDB: a private server on a unix socket in a temporary directory; a database for each place."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import ClassVar

import pymysql

from engines.engine import Engine, Result
from engines.server import (
    START_TIMEOUT_SECONDS,
    accepts_connections,
    find_program,
    hand_over,
    run_quietly,
)
from tests.support.accounts import as_child, as_user


class MariadbEngine(Engine):
    """One server for the session, with its default SQL mode and a collation that tells letters' case."""

    name = "mariadb"
    dialect = "mysql"
    is_optional = True
    quote = "`"
    types: ClassVar = {
        "integer": "BIGINT",
        "decimal": "DECIMAL(18, 4)",
        "float": "DOUBLE",
        "string": "VARCHAR(200)",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "DATETIME(6)",
    }

    def __init__(self, programs: tuple[Path, Path]) -> None:
        super().__init__()
        self._install, self._server_program = programs
        self._home = Path(tempfile.mkdtemp(prefix="my"))
        self._process: subprocess.Popen[bytes] | None = None
        hand_over(self._home, "mysql")
        try:
            self._connection = self._start()
        except BaseException:
            self._stop()
            raise

    def enter(self, place: str) -> None:
        """Make a database and use it."""
        self.run(f"CREATE DATABASE {place} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        self.run(f"USE {place}")

    def leave(self, place: str) -> None:
        """Drop the database."""
        self.run(f"DROP DATABASE {place}")

    def run(self, sql: str) -> Result:
        """Run one statement."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            names = tuple(column[0] for column in cursor.description or ())
            return Result(names, tuple(cursor.fetchall()))

    def close(self) -> None:
        """Stop the server."""
        self.run("SHUTDOWN")
        self._connection.close()
        if self._process is not None:
            self._process.wait(timeout=START_TIMEOUT_SECONDS)
        self._stop()

    def _start(self) -> pymysql.Connection:
        data, socket_path = self._home / "data", self._home / "s"
        options = ["--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"]
        run_quietly(as_user("mysql", [self._install, *options]), cwd=self._home)
        arguments = [
            *["--no-defaults", f"--datadir={data}", f"--socket={socket_path}", "--skip-networking"],
            *[f"--pid-file={self._home / 'pid'}", f"--log-error={self._home / 'log'}", "--innodb-flush-method=nosync"],
            *["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"],
        ]
        self._process = subprocess.Popen(
            as_child("mysql", [self._server_program, *arguments]),
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not accepts_connections(socket_path):
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"mariadbd does not answer: {(self._home / 'log').read_text()[-2000:]}")
            time.sleep(0.05)
        return pymysql.connect(unix_socket=str(socket_path), user="root", autocommit=True, charset="utf8mb4")

    def _stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=START_TIMEOUT_SECONDS)
        shutil.rmtree(self._home, ignore_errors=True)


def find_mariadb() -> tuple[Path, Path] | None:
    """The paths of mariadb-install-db and mariadbd, or None where the server is not installed."""
    install = find_program("mariadb-install-db")
    server = find_program("mariadbd", directories=[Path("/usr/sbin")])
    return (install, server) if install and server else None
