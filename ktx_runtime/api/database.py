"""What a database driver is: the one named by a connection's `driver`, found by entry point in `ktx.database_drivers`.

A driver executes what was compiled elsewhere and describes what is there. It never writes.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from pydantic import Field

from ktx_runtime.api.record import Record

DATABASE_DRIVERS = "ktx.database_drivers"
"""The entry-point group. Each entry names a callable without arguments that returns a `DatabaseDriver`."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One entry of a project's `connections`, secrets resolved.

    `settings` are all keys but `driver`; a relative `path` in them is relative to `project_directory`.
    `settings` are left out of `repr`: they may hold credentials.
    """

    id: str
    driver: str
    project_directory: Path
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query returned. `truncated` says that there were more than were asked for."""

    headers: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    truncated: bool


class IntrospectedColumn(Record):
    """A column as the database names it; `type` is the database's own spelling."""

    name: str
    type: str
    nullable: bool
    primary_key: bool
    comment: str | None = None


class IntrospectedForeignKey(Record):
    """A declared reference, one per column pair. `to_db` is the schema of the target, where there are schemas."""

    from_column: str
    to_table: str
    to_column: str
    constraint_name: str | None = None
    to_db: str | None = None


class IntrospectedTable(Record):
    """A table or view, its columns in their order."""

    catalog: str | None = None
    db: str | None = None
    name: str
    comment: str | None = None
    kind: Literal["table", "view"] = "table"
    columns: tuple[IntrospectedColumn, ...] = ()
    foreign_keys: tuple[IntrospectedForeignKey, ...] = ()


class TableScope(Record):
    """Which tables to look at; a part that is None matches any."""

    catalog: str | None = None
    db: str | None = None
    name: str = Field(min_length=1)


class DatabaseSession(Protocol):
    """An open connection, used by one thread; only `cancel` is called from others."""

    def fetch(self, sql: str, *, max_rows: int, timeout_seconds: float, parameters: Sequence[object] = ()) -> Rows:
        """Run one read-only statement and return at most `max_rows` of its rows.

        Raises `OperationRefused` (code `query-failed`) with the database's message, free of credentials, or
        (code `query-timeout`) when the time is up; nothing keeps running then.
        """

    def introspect(
        self, *, schemas: Sequence[str], table_scope: Sequence[TableScope] | None, timeout_seconds: float
    ) -> tuple[IntrospectedTable, ...]:
        """Describe the tables and views in `schemas`, sorted by db and name.

        `table_scope` None means all, an empty one none.
        """

    def cancel(self) -> None:
        """End the statement that runs now, if one does: somebody pressed ^C, left, or has no time left.

        Called from another thread while the session is open, perhaps more than once, and at moments when nothing
        runs; it returns within seconds. What `fetch` or `introspect` then raise or return is not looked at, as long as
        they end soon and nothing keeps running in the database. A library's own way to do so from another thread is
        meant: `sqlite3.Connection.interrupt`, `duckdb.DuckDBPyConnection.interrupt`, psycopg's `cancel_safe`.
        """


class DatabaseDriver(Protocol):
    """One kind of database."""

    @property
    def dialect(self) -> str:
        """The name of the SQL dialect to compile for, as `semantic-query` takes it."""

    def open(
        self, connection: Connection, *, connect_timeout_seconds: float
    ) -> AbstractContextManager[DatabaseSession]:
        """Connect for reading. Raises `OperationRefused` (code `connection-failed`) without any credential."""


class NewColumn(Record):
    """A column of a database to be made."""

    name: str
    type: Literal["integer", "text", "boolean", "date", "timestamp"]
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class NewTable:
    """A table to be made. Dates and timestamps in `rows` are ISO 8601 text, truth values 0 and 1."""

    name: str
    columns: tuple[NewColumn, ...]
    primary_key: tuple[str, ...]
    rows: Iterable[tuple[object, ...]]


@runtime_checkable
class DatabaseMaker(Protocol):
    """What a driver may be as well: one whose databases are files can make one, for demos and examples.

    A connection to it has the file as its `path`.
    """

    @property
    def suffix(self) -> str:
        """How the name of a database file ends, with the dot."""

    def make(self, file: Path, tables: Sequence[NewTable]) -> None:
        """Write a new database into `file`, which does not exist; its directory does.

        Raises OSError where the file cannot be written. What is left of it then, the caller removes.
        """
