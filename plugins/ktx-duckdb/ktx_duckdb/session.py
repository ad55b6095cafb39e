"""One open connection: queries under a time limit, and its description."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from ktx_duckdb.catalogue import describe
from ktx_duckdb.values import Row, doubtful_columns, exact_query, finite_query, told_apart
from ktx_runtime.api import IntrospectedTable, OperationRefused, Rows, TableScope

_READING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})


class DuckDBSession:
    """A `DatabaseSession`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def fetch(self, sql: str, *, max_rows: int, timeout_seconds: float, parameters: Sequence[object] = ()) -> Rows:
        """See `DatabaseSession.fetch`. DuckDB computes rows as they are taken: a cap costs what is below it."""
        with self._limited(timeout_seconds):
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in _READING:
                raise OperationRefused("only one statement that reads is accepted", code="query-failed")
            plain = statements[0].query.strip().rstrip(";")
            is_select = statements[0].type == duckdb.StatementType.SELECT
            headers, types, rows = self._taken(plain, max_rows, parameters)
            if is_select and exact_query(plain, types) != plain:
                plain = exact_query(plain, types)
                _, types, rows = self._taken(plain, max_rows, parameters)
            doubtful = doubtful_columns(rows, types) if is_select else ()
            if doubtful:
                _, _, more = self._taken(finite_query(plain, types, doubtful), max_rows, parameters)
                rows = [told_apart(row, len(types), doubtful) for row in more]
        return Rows(headers=headers, rows=tuple(rows[:max_rows]), truncated=len(rows) > max_rows)

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

    def _taken(
        self, sql: str, max_rows: int, parameters: Sequence[object]
    ) -> tuple[tuple[str, ...], tuple[str, ...], list[Row]]:
        """Headers, types, and one row more than asked for where there are more."""
        cursor = self._connection.execute(sql, tuple(parameters))
        described = cursor.description or []
        rows = cursor.fetchmany(max_rows + 1)
        return tuple(str(it[0]) for it in described), tuple(str(it[1]) for it in described), rows

    @contextmanager
    def _limited(self, timeout_seconds: float) -> Iterator[None]:
        expired = threading.Event()

        def stop() -> None:
            expired.set()
            self._connection.interrupt()

        timer = threading.Timer(min(timeout_seconds, threading.TIMEOUT_MAX), stop)
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
            if isinstance(error, duckdb.InterruptException):
                raise OperationRefused("the query was stopped before its end", code="query-canceled") from error
            raise OperationRefused(f"DuckDB refused the statement: {error}", code="query-failed") from error
        finally:
            timer.cancel()
            timer.join()
