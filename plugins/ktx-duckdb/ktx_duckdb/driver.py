"""Opening DuckDB so that a query can read what its connection names, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import duckdb

from ktx_duckdb.location import READERS, DatabaseFile, DataFiles, failed, locate
from ktx_duckdb.session import DuckDBSession
from ktx_runtime.api import Connection


class DuckDBDriver:
    """A `DatabaseDriver`. `settings`: `path` or `url`, see `location.locate`."""

    @property
    def dialect(self) -> str:
        """See `DatabaseDriver.dialect`."""
        return "duckdb"

    @contextmanager
    def open(self, connection: Connection, *, connect_timeout_seconds: float) -> Iterator[DuckDBSession]:
        """See `DatabaseDriver.open`. DuckDB waits for nobody: a file that another process writes is refused at once."""
        del connect_timeout_seconds
        place = locate(connection)
        try:
            opened = _open_database(place) if isinstance(place, DatabaseFile) else _open_files(place)
        except duckdb.Error as error:
            raise failed(connection, str(error).splitlines()[0]) from error
        with closing(opened):
            yield DuckDBSession(opened)


def _open_database(place: DatabaseFile) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(place.file), read_only=True, config={"autoinstall_known_extensions": "false"})
    try:
        _lock(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _open_files(place: DataFiles) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    try:
        for table, file in place.tables.items():
            reader = READERS[file.suffix.lower()]
            connection.execute(f"CREATE VIEW {_name(table)} AS SELECT * FROM {reader}({_text(str(file))})")  # noqa: S608 - quoted
        allowed = ", ".join(_text(str(file)) for file in place.tables.values())
        connection.execute(f"SET allowed_paths = [{allowed}]")
        _lock(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    """From here on no statement can read another file, reach the network, load an extension, or undo this."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
