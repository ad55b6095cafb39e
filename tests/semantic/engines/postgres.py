"""PostgreSQL: a private server on a unix socket in a temporary directory; a schema for each place."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import ClassVar

import psycopg

from engines.engine import Engine, Result
from engines.server import START_TIMEOUT_SECONDS, find_program, hand_over, run_quietly
from tests.support.accounts import as_child, as_user


class PostgresEngine(Engine):
    """One server for the session; nothing of it outlives `close`."""

    name = "postgres"
    dialect = "postgres"
    types: ClassVar = {
        "integer": "BIGINT",
        "decimal": "NUMERIC(18, 4)",
        "float": "DOUBLE PRECISION",
        "string": "TEXT",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
    }

    def __init__(self, programs: tuple[Path, Path]) -> None:
        super().__init__()
        self._initdb, self._postgres = programs
        self._process: subprocess.Popen[bytes] | None = None
        # Short: a unix socket's path may not pass some 100 characters, which pytest's directories do.
        self._home = Path(tempfile.mkdtemp(prefix="pg"))
        hand_over(self._home, "postgres")
        try:
            self._connection = self._start()
        except BaseException:
            self._stop()
            raise

    def enter(self, place: str) -> None:
        """Make a schema and put it first on the search path."""
        self._connection.execute(f"CREATE SCHEMA {place}; SET search_path TO {place}")

    def leave(self, place: str) -> None:
        """Drop the schema."""
        self._connection.execute(f"SET client_min_messages TO warning; DROP SCHEMA {place} CASCADE")

    def run(self, sql: str) -> Result:
        """Run one statement."""
        cursor = self._connection.execute(sql.encode())
        if cursor.description is None:
            return Result((), ())
        return Result(tuple(column.name for column in cursor.description), tuple(cursor.fetchall()))

    def close(self) -> None:
        """Disconnect and stop the server."""
        self._connection.close()
        self._stop()

    def _start(self) -> psycopg.Connection:
        data = self._home / "data"
        options = ["--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C"]
        run_quietly(as_user("postgres", [self._initdb, "-D", data, *options]), cwd=self._home)
        settings = ["listen_addresses=", "fsync=off", "full_page_writes=off", "jit=off"]
        arguments = [part for setting in settings for part in ("-c", setting)]
        with (self._home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                as_child("postgres", [self._postgres, "-D", data, "-k", self._home, *arguments]),
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while True:
            try:
                return psycopg.connect(
                    host=str(self._home), user="postgres", dbname="postgres", autocommit=True, prepare_threshold=None
                )
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError(f"postgres does not answer: {(self._home / 'log').read_text()}") from error
                time.sleep(0.05)

    def _stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            # Immediate shutdown: the data is thrown away.
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=START_TIMEOUT_SECONDS)
        shutil.rmtree(self._home, ignore_errors=True)


def find_postgres() -> tuple[Path, Path] | None:
    """The paths of initdb and postgres, or None where the server is not installed."""
    versions = Path("/usr/lib/postgresql")
    directories = sorted(versions.glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    initdb = find_program("initdb", directories=directories)
    postgres = find_program("postgres", directories=directories)
    return (initdb, postgres) if initdb and postgres else None
