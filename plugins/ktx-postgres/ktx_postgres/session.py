"""One open connection: queries under a time limit and a cap, and its description.

A statement is vetted by the server before it runs: parsed and described, one statement only, in a READ ONLY
transaction; what returns no rows is not executed. Then its rows come in chunks from the server's portal until there are
enough, so that a result of any size costs the memory of what is asked for. Everything is rolled back.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice

import psycopg
from psycopg import capabilities, pq
from psycopg.generators import execute
from psycopg.pq.abc import PGresult

from ktx_postgres.catalogue import describe
from ktx_postgres.refusals import (
    canceled,
    connection_lost,
    is_lost,
    no_query,
    query_failed,
    time_is_up,
    was_canceled,
)
from ktx_runtime.api import IntrospectedTable, OperationRefused, Rows, TableScope

_CHUNK_ROWS = 1_000
_GRACE_SECONDS = 5.0
"""How long after its own time limit the server may keep silent before the connection is taken for dead."""

_AS_READ_HERE = {"datestyle": "ISO", "intervalstyle": "postgres", "bytea_output": "hex", "extra_float_digits": "1"}
"""How the server writes values, whatever its user or database prefers: `values` reads these forms."""

_AS_DESCRIBED = {"search_path": "pg_catalog, public"}
"""So that a type is spelled alike whoever looks, and that the catalogue's own functions are meant."""

_SET = "SELECT pg_catalog.set_config(name, value, true) FROM unnest($1::text[], $2::text[]) AS it(name, value)"


class PostgresSession:
    """A `DatabaseSession`."""

    def __init__(self, connection: psycopg.Connection[tuple[object, ...]], settings: Mapping[str, str]) -> None:
        self._connection = connection
        self._settings = settings
        self._canceled = threading.Event()

    def fetch(self, sql: str, *, max_rows: int, timeout_seconds: float, parameters: Sequence[object] = ()) -> Rows:
        """See `DatabaseSession.fetch`. Parameters are `$1`, `$2` … in the statement; values come as `values` says."""
        with self._transaction(sql, timeout_seconds), self._connection.cursor() as cursor:
            headers = self._vetted(sql)
            size = _CHUNK_ROWS if capabilities.has_stream_chunked() else 1
            stream = cursor.stream(sql, tuple(parameters) or None, size=min(size, max_rows + 1))
            try:
                rows = tuple(islice(stream, max_rows + 1))
            finally:
                # Where rows are left this cancels the statement, which psycopg would else do when it is collected.
                stream.close()  # type: ignore[attr-defined]
        return Rows(headers=headers, rows=rows[:max_rows], truncated=len(rows) > max_rows)

    def introspect(
        self, *, schemas: Sequence[str], table_scope: Sequence[TableScope] | None, timeout_seconds: float
    ) -> tuple[IntrospectedTable, ...]:
        """See `DatabaseSession.introspect`. What the connection's user may not read is left out."""
        with self._transaction("", timeout_seconds, **_AS_DESCRIBED):
            return describe(self._connection, schemas, table_scope)

    def cancel(self) -> None:
        """See `DatabaseSession.cancel`. The server is asked over a connection of its own, as secure as this one."""
        self._canceled.set()
        with suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=_GRACE_SECONDS)

    def _vetted(self, sql: str) -> tuple[str, ...]:
        """The names of the columns. Parsing by itself takes one statement only, and runs nothing.

        Raises `OperationRefused` for what is no query: COPY, DO, CALL, SET, NOTIFY and the like.
        """
        server = self._connection.pgconn
        server.send_prepare(b"", sql.encode())
        self._answer()
        server.send_describe_prepared(b"")
        described = self._answer()
        if described.nfields == 0:
            raise no_query()
        return tuple((described.fname(column) or b"").decode() for column in range(described.nfields))

    def _answer(self) -> PGresult:
        """What the server says to what was sent. Waiting here, ^C is heard."""
        result: PGresult = self._connection.wait(execute(self._connection.pgconn))[-1]
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)
        return result

    @contextmanager
    def _transaction(self, sql: str, timeout_seconds: float, **settings: str) -> Iterator[None]:
        """A transaction that only reads and ends in time; what goes wrong inside is told in our terms."""
        self._canceled.clear()
        began = time.monotonic()
        silence = threading.Timer(min(timeout_seconds + _GRACE_SECONDS, threading.TIMEOUT_MAX), self._sever)
        silence.daemon = True
        silence.start()
        try:
            self._set(
                {**_AS_READ_HERE, **self._settings, **settings, "statement_timeout": _milliseconds(timeout_seconds)}
            )
            yield
        except psycopg.Error as error:
            raise self._told(error, sql, timeout_seconds, time.monotonic() - began) from None
        except UnicodeError as error:
            raise OperationRefused("the text is not in the encoding of the database", code="query-failed") from error
        finally:
            silence.cancel()
            silence.join()
            with suppress(psycopg.Error):
                self._connection.rollback()

    def _set(self, settings: Mapping[str, str]) -> None:
        """Until the end of the transaction."""
        self._connection.execute(_SET, (list(settings), list(settings.values())))

    def _told(self, error: psycopg.Error, sql: str, limit: float, elapsed: float) -> OperationRefused:
        if self._canceled.is_set():
            return canceled()
        if elapsed >= limit + _GRACE_SECONDS or (was_canceled(error) and elapsed >= limit):
            return time_is_up(limit)
        if was_canceled(error):
            return canceled()
        if is_lost(error, closed=self._connection.closed):
            return connection_lost()
        return query_failed(error, sql)

    def _sever(self) -> None:
        """End a connection whose server has not kept to its own time limit: it, or the network, is gone."""
        with suppress(OSError, psycopg.Error):
            socket.fromfd(self._connection.fileno(), socket.AF_INET, socket.SOCK_STREAM).shutdown(socket.SHUT_RDWR)


def _milliseconds(seconds: float) -> str:
    """As `statement_timeout` takes it, where 0 would mean no limit."""
    return str(max(1, min(int(seconds * 1000), 2**31 - 1)))
