"""A project's connections, used: the dialect that one speaks, and rows from it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ktx_core.project import ConnectionEntry, Project, resolve_connection
from ktx_runtime.api import (
    DatabaseSession,
    FeatureMissing,
    IntrospectedTable,
    Invocation,
    KtxError,
    PluginFailed,
    Rows,
    TableScope,
)

CONNECT_TIMEOUT_SECONDS = 10.0
_DEFAULT_SCHEMA = "public"

_DIALECTS_BY_NAME = frozenset(
    {
        "bigquery", "clickhouse", "databricks", "duckdb", "mysql", "postgres", "redshift", "snowflake", "sqlite",
        "trino", "tsql",
    }
)  # fmt: skip
"""Dialects that SQL is compiled for even where no driver of that name is installed."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One statement to run. `max_rows` is how many rows come back at most."""

    sql: str
    max_rows: int
    timeout_seconds: float
    parameters: tuple[object, ...] = ()


def dialect_of(driver: str, *, program: str) -> str:
    """The SQL dialect of the driver called `driver`; `program` is what the user calls ktx.

    Raises `FeatureMissing` when no such driver is installed and no dialect has its name.
    """
    from ktx_core.database import find_driver  # noqa: PLC0415 - a lookup among entry points

    try:
        return find_driver(driver, program=program).dialect
    except FeatureMissing:
        if driver in _DIALECTS_BY_NAME:
            return driver
        raise


def fetch_rows(project: Project, entry: ConnectionEntry, fetch: Fetch, invocation: Invocation) -> Rows:
    """Run one statement on a connection. Raises as `open_session` does."""
    with open_session(project, entry, invocation) as (session, _):
        return session.fetch(
            fetch.sql, max_rows=fetch.max_rows, timeout_seconds=fetch.timeout_seconds, parameters=fetch.parameters
        )


def describe_tables(
    project: Project,
    entry: ConnectionEntry,
    invocation: Invocation,
    *,
    schemas: Sequence[str],
    table_scope: Sequence[TableScope] | None,
    timeout_seconds: float,
) -> tuple[tuple[IntrospectedTable, ...], str]:
    """The tables and views of a connection, and its dialect. Raises as `open_session` does.

    Without `schemas` those count that the connection's setting `schemas` names, else `public`.
    """
    looked_in = schemas_of(entry, schemas)
    with open_session(project, entry, invocation) as (session, dialect):
        return session.introspect(schemas=looked_in, table_scope=table_scope, timeout_seconds=timeout_seconds), dialect


def schemas_of(entry: ConnectionEntry, schemas: Sequence[str]) -> Sequence[str]:
    """Where to look: in `schemas`, else in those of the connection's setting, else in `public`."""
    stated = entry.settings.get("schemas")
    return schemas or ([name.strip() for name in stated.text.split(",")] if stated else [_DEFAULT_SCHEMA])


def scope_of(name: str) -> TableScope:
    """The table that a user names as `table` or `schema.table`."""
    db, _, table = name.rpartition(".")
    return TableScope(db=db or None, name=table)


@contextmanager
def open_session(
    project: Project, entry: ConnectionEntry, invocation: Invocation
) -> Iterator[tuple[DatabaseSession, str]]:
    """An open connection and the dialect that it speaks.

    Raises `FeatureMissing` when its driver is not installed, `ProjectError` for a secret that is not there,
    `OperationRefused` when the database cannot be reached or says no, and `PluginFailed` for a fault of the driver.
    """
    from ktx_core.database import find_driver  # noqa: PLC0415 - as above

    driver = find_driver(entry.driver, program=invocation.program)
    connection = resolve_connection(project, entry, environment=invocation.environment)
    try:
        opened = driver.open(connection, connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS)
        with opened as session, invocation.interruption.calling(session.cancel):
            yield session, driver.dialect
    except KtxError:
        raise
    except Exception as error:  # a driver's own code; its text may hold the address, so only its kind is told
        raise PluginFailed(
            f"the database driver {entry.driver} failed on connection {entry.id}: {type(error).__name__}",
            code="driver-failed",
        ) from error
