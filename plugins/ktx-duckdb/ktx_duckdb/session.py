"""One open connection: queries under a time limit, and its description."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from ktx_duckdb.catalogue import describe
from ktx_runtime.api import IntrospectedTable, OperationRefused, Rows, TableScope

_READING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})


class DuckDBSession:
    """A `DatabaseSession`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def fetch(self, sql: str, *, max_rows: int, timeout_seconds: float, parameters: Sequence[object] = ()) -> Rows:
        """See `DatabaseSession.fetch`. Bytes come back as hexadecimal text, infinities as text."""
        with self._limited(timeout_seconds):
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in _READING:
                raise OperationRefused("only one statement that reads is accepted", code="query-failed")
            cursor = self._connection.execute(statements[0], tuple(parameters))
            headers = tuple(column[0] for column in cursor.description or ())
            rows = tuple(tuple(map(_plain, row)) for row in cursor.fetchmany(max_rows + 1))
        return Rows(headers=headers, rows=rows[:max_rows], truncated=len(rows) > max_rows)

    def introspect(
        self, *, schemas: Sequence[str], table_scope: Sequence[TableScope] | None, timeout_seconds: float
    ) -> tuple[IntrospectedTable, ...]:
        """See `DatabaseSession.introspect`. `public`, the default of others, means DuckDB's `main`."""
        wanted = ["main" if schema == "public" else schema for schema in schemas]
        with self._limited(timeout_seconds):
            return describe(self._connection, wanted, table_scope)

    def cancel(self) -> None:
        """See `DatabaseSession.cancel`."""
        self._connection.interrupt()

    @contextmanager
    def _limited(self, timeout_seconds: float) -> Iterator[None]:
        expired = threading.Event()

        def stop() -> None:
            expired.set()
            self._connection.interrupt()

        timer = threading.Timer(timeout_seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            yield
        except duckdb.Error as error:
            if expired.is_set():
                raise OperationRefused(
                    f"the query was stopped after {timeout_seconds:g} seconds",
                    code="query-timeout",
                    hint="ask for less, or allow more time",
                ) from error
            raise OperationRefused(f"DuckDB refused the statement: {error}", code="query-failed") from error
        finally:
            timer.cancel()
            timer.join()


def _plain(value: object) -> object:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
