"""A project's connections, used: the dialect that one speaks, and rows from it."""

from dataclasses import dataclass

from ktx_core.project import ConnectionEntry, Project, resolve_connection
from ktx_runtime.api import FeatureMissing, Invocation, Rows

CONNECT_TIMEOUT_SECONDS = 10.0

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


def dialect_of(driver: str) -> str:
    """The SQL dialect of the driver called `driver`.

    Raises `FeatureMissing` when no such driver is installed and no dialect has its name.
    """
    from ktx_core.database import find_driver  # noqa: PLC0415 - a lookup among entry points

    try:
        return find_driver(driver).dialect
    except FeatureMissing:
        if driver in _DIALECTS_BY_NAME:
            return driver
        raise


def fetch_rows(project: Project, entry: ConnectionEntry, fetch: Fetch, invocation: Invocation) -> Rows:
    """Run one statement on a connection.

    Raises `FeatureMissing` when its driver is not installed, `ProjectError` for a secret that is not there, and
    `OperationRefused` when the database cannot be reached or says no.
    """
    from ktx_core.database import find_driver  # noqa: PLC0415 - as above

    driver = find_driver(entry.driver)
    connection = resolve_connection(project, entry, environment=invocation.environment)
    with driver.open(connection, connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS) as session:
        return session.fetch(
            fetch.sql, max_rows=fetch.max_rows, timeout_seconds=fetch.timeout_seconds, parameters=fetch.parameters
        )
