"""Makes a database file of DuckDB's own, table by table."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import duckdb

from ktx_duckdb.quoting import name_of
from ktx_runtime.api import NewTable

_ROWS_AT_ONCE = 20_000
_TYPES = {"integer": "BIGINT", "text": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP"}
_NEEDS = {"boolean": "BIGINT", "date": "VARCHAR", "timestamp": "VARCHAR"}
"""How a value travels where that is not its own type."""


def make_database(file: Path, tables: Sequence[NewTable]) -> None:
    """Write `tables` into the new file. Raises OSError where that cannot be."""
    try:
        with duckdb.connect(str(file)) as connection:
            for table in tables:
                connection.execute(_created(table))
                _fill(connection, table)
    except duckdb.IOException as error:
        raise OSError(errno.EIO, str(error).splitlines()[0], str(file)) from error


def _created(table: NewTable) -> str:
    columns = [
        f"{name_of(column.name)} {_TYPES[column.type]}{'' if column.nullable else ' NOT NULL'}"
        for column in table.columns
    ]
    key = f"PRIMARY KEY ({', '.join(map(name_of, table.primary_key))})"
    return f"CREATE TABLE {name_of(table.name)} ({', '.join((*columns, key))})"


def _fill(connection: duckdb.DuckDBPyConnection, table: NewTable) -> None:
    """A list a column: DuckDB takes values one by one a hundred times slower."""
    values = [
        f"CAST(unnest(CAST(${number} AS {_NEEDS.get(column.type, _TYPES[column.type])}[])) AS {_TYPES[column.type]})"
        for number, column in enumerate(table.columns, start=1)
    ]
    statement = f"INSERT INTO {name_of(table.name)} SELECT {', '.join(values)}"
    for rows in _batches(table.rows):
        connection.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _batches(rows: Iterable[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    left = iter(rows)
    while batch := list(islice(left, _ROWS_AT_ONCE)):
        yield batch
