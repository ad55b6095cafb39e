"""One open file: queries under a time limit, and its description."""

import math
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from ktx_core.drivers.sqlite.catalogue import describe
from ktx_runtime.api import IntrospectedTable, OperationRefused, Rows, TableScope

_STEPS_BETWEEN_LOOKS = 2_000
"""Virtual machine steps between two looks at the clock: well under a millisecond."""


class SQLiteSession:
    """A `DatabaseSession`. Not for two threads at once, but for any one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def fetch(self, sql: str, *, max_rows: int, timeout_seconds: float, parameters: Sequence[object] = ()) -> Rows:
        """See `DatabaseSession.fetch`. Bytes come back as hexadecimal text, infinities as text."""
        with self._limited(timeout_seconds):
            cursor = self._connection.execute(sql, tuple(parameters))
            try:
                if cursor.description is None:
                    raise OperationRefused("the statement returns no rows: it is no query", code="query-failed")
                headers = tuple(column[0] for column in cursor.description)
                rows = tuple(tuple(map(_plain, row)) for row in islice(cursor, max_rows + 1))
            finally:
                cursor.close()
        return Rows(headers=headers, rows=rows[:max_rows], truncated=len(rows) > max_rows)

    def introspect(
        self,
        *,
        schemas: Sequence[str],  # noqa: ARG002 - the protocol's; a file has one schema only
        table_scope: Sequence[TableScope] | None,
        timeout_seconds: float,
    ) -> tuple[IntrospectedTable, ...]:
        """See `DatabaseSession.introspect`. A file has one schema, `main`, so `schemas` says nothing here."""
        with self._limited(timeout_seconds):
            return describe(self._connection, table_scope)

    def cancel(self) -> None:
        """See `DatabaseSession.cancel`."""
        self._connection.interrupt()

    @contextmanager
    def _limited(self, timeout_seconds: float) -> Iterator[None]:
        """Interrupt what runs inside after `timeout_seconds`, and say in our terms what went wrong."""
        deadline = time.monotonic() + timeout_seconds
        expired = False

        def look() -> int:
            nonlocal expired
            expired = time.monotonic() > deadline
            return int(expired)

        self._connection.set_progress_handler(look, _STEPS_BETWEEN_LOOKS)
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError) as error:
            if expired:
                raise OperationRefused(
                    f"the query was stopped after {timeout_seconds:g} seconds",
                    code="query-timeout",
                    hint="ask for less, or allow more time",
                ) from error
            if _is_interrupted(error):
                # ^C came while the clock was looked at, where sqlite3 swallows what a signal raises.
                raise KeyboardInterrupt from error
            why = "it does more than read" if _is_denied(error) else str(error)
            raise OperationRefused(f"SQLite refused the statement: {why}", code="query-failed") from error
        finally:
            self._connection.set_progress_handler(None, 0)


def _is_denied(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY}


def _is_interrupted(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT


def _plain(value: object) -> object:
    """A value that JSON has: integers, finite numbers, text and null as they are."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
