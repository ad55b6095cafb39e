"""SQLite, from the standard library: a fresh in-memory database for each place."""

from __future__ import annotations

import sqlite3
from typing import ClassVar

from engines.engine import Engine, Result


class SqliteEngine(Engine):
    """Dates and timestamps are ISO text, booleans 0 and 1, as is usual there."""

    name = "sqlite"
    dialect = "sqlite"
    types: ClassVar = {
        "integer": "INTEGER",
        "decimal": "NUMERIC",
        "float": "REAL",
        "string": "TEXT",
        "boolean": "BOOLEAN",
        "date": "TEXT",
        "timestamp": "TEXT",
    }

    def __init__(self) -> None:
        super().__init__()
        self._connection: sqlite3.Connection | None = None

    def enter(self, place: str) -> None:  # noqa: ARG002 - every place is a database of its own
        """Open an empty database."""
        self._connection = sqlite3.connect(":memory:", isolation_level=None)

    def leave(self, place: str) -> None:  # noqa: ARG002 - there is only one
        """Forget it."""
        self.close()

    def run(self, sql: str) -> Result:
        """Run one statement."""
        if self._connection is None:
            self.enter("")
        assert self._connection is not None
        cursor = self._connection.execute(sql)
        names = tuple(column[0] for column in cursor.description or ())
        return Result(names, tuple(cursor.fetchall()))

    def close(self) -> None:
        """Close the open database, if any."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
