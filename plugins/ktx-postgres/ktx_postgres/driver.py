"""Opening a connection to PostgreSQL, for reading."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import IsolationLevel
from psycopg.conninfo import make_conninfo

from ktx_postgres.refusals import not_connected
from ktx_postgres.session import PostgresSession
from ktx_postgres.target import Target, target_of
from ktx_postgres.values import load_exactly
from ktx_runtime.api import Connection


class PostgresDriver:
    """A `DatabaseDriver`. `settings`: `url`, or `host`, `port`, `database`, `user`, `password` …, see `target`."""

    @property
    def dialect(self) -> str:
        """See `DatabaseDriver.dialect`."""
        return "postgres"

    @contextmanager
    def open(self, connection: Connection, *, connect_timeout_seconds: float) -> Iterator[PostgresSession]:
        """See `DatabaseDriver.open`. libpq counts the time limit in whole seconds, two at least, for each address."""
        target = target_of(connection)
        try:
            opened = _connect(target, connect_timeout_seconds)
        except (psycopg.Error, OSError, UnicodeError) as error:
            # The driver's own text may repeat what stands in the url, and so may its traceback.
            raise not_connected(connection.id, target, str(error), connect_timeout_seconds) from None
        try:
            yield PostgresSession(opened, target.settings)
        finally:
            opened.close()


def _connect(target: Target, timeout_seconds: float) -> psycopg.Connection[tuple[object, ...]]:
    """Every transaction is READ ONLY and sees one state of the data; nothing is prepared, for a pooler's sake."""
    connection = psycopg.connect(
        make_conninfo(**target.parameters, client_encoding="UTF8"),
        connect_timeout=max(2, math.ceil(timeout_seconds)),
        prepare_threshold=None,
        cursor_factory=psycopg.RawCursor,
    )
    try:
        connection.read_only = True
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        load_exactly(connection.adapters)
    except BaseException:
        connection.close()
        raise
    return connection
