"""Opening SQLite files so that nothing can write to them, whatever the SQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from ktx_core.drivers.sqlite.authorizer import authorize
from ktx_core.drivers.sqlite.location import file_of
from ktx_core.drivers.sqlite.session import SQLiteSession
from ktx_runtime.api import Connection, OperationRefused

_LONGEST_VALUE = 100_000_000
"""Bytes of one text or blob: a query cannot make the worker run out of memory with a single value."""


class SQLiteDriver:
    """A `DatabaseDriver`. `settings`: `path` or `url`, see `location.file_of`."""

    @property
    def dialect(self) -> str:
        """See `DatabaseDriver.dialect`."""
        return "sqlite"

    @contextmanager
    def open(self, connection: Connection, *, connect_timeout_seconds: float) -> Iterator[SQLiteSession]:
        """See `DatabaseDriver.open`. The time limit is for waiting while another program holds the file locked."""
        file = file_of(connection)
        try:
            opened = _connect(file, connect_timeout_seconds)
        except sqlite3.Error as error:
            raise OperationRefused(
                f"cannot open connection {connection.id!r}: {file}: {error}", code="connection-failed"
            ) from error
        with closing(opened):
            yield SQLiteSession(opened)


def _connect(file: Path, timeout_seconds: float) -> sqlite3.Connection:
    """`mode=ro` never creates the file; `query_only` and the authorizer refuse what would write elsewhere."""
    connection = sqlite3.connect(
        f"file:{_uri_path(file)}?mode=ro",
        uri=True,
        timeout=timeout_seconds,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.text_factory = _decode
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.set_authorizer(authorize)
    except BaseException:
        connection.close()
        raise
    return connection


def _uri_path(file: Path) -> str:
    """The path of a `file:` URI: `/` separates, `?`, `#` and `%` are encoded, a drive letter gets a leading slash."""
    path = quote(file.as_posix(), safe="/:")
    return path if path.startswith("/") else f"/{path}"


def _decode(raw: bytes) -> str:
    """Text as it is; a byte that is no UTF-8 becomes U+FFFD instead of an error for the whole answer."""
    return raw.decode("utf-8", errors="replace")
