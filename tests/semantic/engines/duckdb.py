"""DuckDB, in process: one connection, a schema for each place."""

from __future__ import annotations

from typing import ClassVar

import duckdb

from engines.engine import Engine, Result


class DuckdbEngine(Engine):
    """One in-memory database for the session."""

    name = "duckdb"
    dialect = "duckdb"
    types: ClassVar = {
        "integer": "BIGINT",
        "decimal": "DECIMAL(18, 4)",
        "float": "DOUBLE",
        "string": "VARCHAR",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
    }

    def __init__(self) -> None:
        super().__init__()
        # Without the step of the optimiser that ktx-duckdb goes without, too: it mixes columns up in 2.0.1.
        config = {"threads": 1, "disabled_optimizers": "common_subplan"}
        self._connection = duckdb.connect(":memory:", config=config)

    def enter(self, place: str) -> None:
        """Make a schema and use it."""
        self._connection.execute(f"CREATE SCHEMA {place}")
        self._connection.execute(f"USE {place}")

    def leave(self, place: str) -> None:
        """Drop the schema."""
        self._connection.execute("USE main")
        self._connection.execute(f"DROP SCHEMA {place} CASCADE")

    def run(self, sql: str) -> Result:
        """Run one statement."""
        cursor = self._connection.execute(sql)
        names = tuple(column[0] for column in cursor.description or ())
        return Result(names, tuple(cursor.fetchall()))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
