"""Opening DuckDB so that a query can read what its connection names, and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex

import duckdb

from ktx_duckdb.location import DatabaseFile, DataFiles, DataTable, failed, locate
from ktx_duckdb.make import make_database
from ktx_duckdb.optimizers import go_without_what_is_wrong
from ktx_duckdb.quoting import name_of, text_of
from ktx_duckdb.session import DuckDBSession
from ktx_runtime.api import Connection, NewTable

_TAKEN = frozenset({"memory", "main", "system", "temp"})
"""Names that a database cannot be attached by."""


class DuckDBDriver:
    """A `DatabaseDriver`, and a `DatabaseMaker`. `settings`: `path` or `url`, and `table`; see `location.locate`."""

    @property
    def dialect(self) -> str:
        """See `DatabaseDriver.dialect`."""
        return "duckdb"

    @property
    def suffix(self) -> str:
        """See `DatabaseMaker.suffix`."""
        return ".duckdb"

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

    def make(self, file: Path, tables: Sequence[NewTable]) -> None:
        """See `DatabaseMaker.make`."""
        make_database(file, tables)


def _open_database(place: DatabaseFile) -> duckdb.DuckDBPyConnection:
    """Attached to an instance of the session's own: DuckDB shares one that is opened by its file, settings and all."""
    connection = _instance()
    try:
        stem = place.file.stem
        alias = name_of(f"{stem}_" if stem.lower() in _TAKEN else stem)
        connection.execute(f"ATTACH {text_of(str(place.file))} AS {alias} (TYPE duckdb, READ_ONLY)")
        connection.execute(f"USE {alias}")
        _lock(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _open_files(place: DataFiles) -> duckdb.DuckDBPyConnection:
    connection = _instance()
    try:
        for name, table in place.tables.items():
            connection.execute(f"CREATE VIEW {name_of(name)} AS SELECT * FROM {_read(table)}")  # noqa: S608 - quoted
        allowed = ", ".join(text_of(str(file)) for table in place.tables.values() for file in table.files)
        connection.execute(f"SET allowed_paths = [{allowed}]")
        _lock(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _read(table: DataTable) -> str:
    """Each file by its name, so that a file that comes later, or lies beside, is not read. Columns meet by name."""
    files = ", ".join(text_of(str(file)) for file in table.files)
    options = [f"hive_partitioning = {'true' if table.partitioned else 'false'}"]
    if len(table.files) > 1:
        options.append("union_by_name = true")
    return f"{table.reader}([{files}], {', '.join(options)})"


def _instance() -> duckdb.DuckDBPyConnection:
    """What does not fit in memory goes to a folder of the session's own, which DuckDB makes and removes."""
    scratch = Path(tempfile.gettempdir()) / f"ktx-duckdb-{token_hex(8)}"
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "temp_directory": str(scratch)}
    )
    go_without_what_is_wrong(connection)
    return connection


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    """From here on no statement can read another file, reach the network, load an extension, or undo this."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
