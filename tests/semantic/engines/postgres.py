"""PostgreSQL: a private server on a unix socket in a temporary directory; a schema for each place."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import ClassVar

import psycopg

from engines.engine import Engine, Result
from engines.server import as_user, find_program, hand_over, run_quietly


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
        self._initdb, self._pg_ctl = programs
        # Short: a unix socket's path may not pass some 100 characters, which pytest's directories do.
        self._home = Path(tempfile.mkdtemp(prefix="pg"))
        hand_over(self._home, "postgres")
        try:
            self._start()
            self._connection = psycopg.connect(
                host=str(self._home), user="postgres", dbname="postgres", autocommit=True, prepare_threshold=None
            )
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

    def _start(self) -> None:
        data = self._home / "data"
        options = ["--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C"]
        run_quietly(as_user("postgres", [self._initdb, "-D", data, *options]), cwd=self._home)
        settings = f"-k {self._home} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c jit=off"
        log = self._home / "log"
        start = [self._pg_ctl, "-D", data, "-w", "-l", log, "-o", settings, "start"]
        # The server inherits pg_ctl's output; a pipe would stay open as long as it runs.
        subprocess.run(
            as_user("postgres", start),
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )

    def _stop(self) -> None:
        stop = [self._pg_ctl, "-D", self._home / "data", "-m", "immediate", "-w", "stop"]
        subprocess.run(as_user("postgres", stop), cwd=self._home, capture_output=True, check=False, timeout=60)
        shutil.rmtree(self._home, ignore_errors=True)


def find_postgres() -> tuple[Path, Path] | None:
    """The paths of initdb and pg_ctl, or None where the server is not installed."""
    versions = Path("/usr/lib/postgresql")
    directories = sorted(versions.glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    initdb = find_program("initdb", directories=directories)
    pg_ctl = find_program("pg_ctl", directories=directories)
    return (initdb, pg_ctl) if initdb and pg_ctl else None
