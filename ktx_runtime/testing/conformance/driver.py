"""What every database driver promises."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from ktx_runtime.api import (
    Connection,
    DatabaseDriver,
    DatabaseSession,
    IntrospectedTable,
    OperationRefused,
    Rows,
    TableScope,
)

CONNECT_SECONDS = 30.0
QUERY_SECONDS = 60.0


class DriverConformance:
    """Inherit, and give the fixtures `driver` and `connection`.

    The database has a table `conformance` in a schema that `schemas` names, with the columns `id` (a whole number, the
    primary key) and `name` (text), and the rows (1, 'a'), (2, 'b'), (3, NULL). `unreachable` is a connection that
    cannot be opened, and `secret` a text in its settings that no message may hold.
    """

    schemas: tuple[str, ...] = ("public",)
    secret: str = "not-to-be-told"  # noqa: S105 - what must not be told

    @pytest.fixture
    def driver(self) -> DatabaseDriver:
        """The driver."""
        raise NotImplementedError("give the fixture `driver`")

    @pytest.fixture
    def connection(self) -> Connection:
        """A connection to a database with the table."""
        raise NotImplementedError("give the fixture `connection`")

    @pytest.fixture
    def unreachable(self) -> Connection:
        """A connection that cannot be opened."""
        raise NotImplementedError("give the fixture `unreachable`")

    @pytest.fixture
    def session(self, driver: DatabaseDriver, connection: Connection) -> Iterator[DatabaseSession]:
        """An open connection."""
        with driver.open(connection, connect_timeout_seconds=CONNECT_SECONDS) as session:
            yield session

    def test_it_names_a_dialect(self, driver: DatabaseDriver) -> None:
        """One word in lower case, as `semantic-query` takes it."""
        assert driver.dialect
        assert driver.dialect == driver.dialect.lower().strip()

    def test_rows_come_with_their_headers_in_order(self, session: DatabaseSession) -> None:
        """NULL is None."""
        rows = _fetch(session, "SELECT id, name FROM conformance ORDER BY id")
        assert rows.headers == ("id", "name")
        assert [(int(str(number)), name) for number, name in rows.rows] == [(1, "a"), (2, "b"), (3, None)]
        assert not rows.truncated

    @pytest.mark.parametrize(("most", "count", "truncated"), [(0, 0, True), (2, 2, True), (3, 3, False), (4, 3, False)])
    def test_rows_beyond_those_asked_for_are_cut_and_said(
        self,
        session: DatabaseSession,
        most: int,
        count: int,
        truncated: bool,  # noqa: FBT001 - pytest passes it by keyword
    ) -> None:
        """`truncated` exactly when there were more."""
        rows = _fetch(session, "SELECT id FROM conformance", most=most)
        assert (len(rows.rows), rows.truncated) == (count, truncated)

    def test_no_rows_still_have_headers(self, session: DatabaseSession) -> None:
        """An empty answer is an answer."""
        rows = _fetch(session, "SELECT id FROM conformance WHERE id > 99")
        assert (rows.headers, rows.rows, rows.truncated) == (("id",), (), False)

    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO conformance (id, name) VALUES (4, 'd')",
            "UPDATE conformance SET name = 'x'",
            "DELETE FROM conformance",
            "DROP TABLE conformance",
            "CREATE TABLE conformance_other (id INTEGER)",
        ],
    )
    def test_nothing_is_written(self, driver: DatabaseDriver, connection: Connection, statement: str) -> None:
        """Refused, and the table is as it was."""
        with _opened(driver, connection) as session, pytest.raises(OperationRefused):
            _fetch(session, statement)
        with _opened(driver, connection) as session:
            found = _fetch(session, "SELECT count(*), min(name), max(name) FROM conformance")
            assert [str(value) for value in found.rows[0]] == ["3", "a", "b"]
            with pytest.raises(OperationRefused):
                _fetch(session, "SELECT * FROM conformance_other")

    def test_a_statement_that_is_wrong_is_refused_and_the_session_goes_on(self, session: DatabaseSession) -> None:
        """With the code that callers rely on."""
        with pytest.raises(OperationRefused) as caught:
            _fetch(session, "SELECT no_such_column FROM conformance")
        assert caught.value.code == "query-failed"
        assert len(_fetch(session, "SELECT id FROM conformance").rows) == 3  # noqa: PLR2004 - the rows above

    def test_sessions_of_several_threads_do_not_meet(self, driver: DatabaseDriver, connection: Connection) -> None:
        """Each thread opens its own."""

        def count(_: int) -> int:
            with _opened(driver, connection) as session:
                return len(_fetch(session, "SELECT id FROM conformance").rows)

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(count, range(4))) == [3, 3, 3, 3]

    def test_the_table_is_described(self, session: DatabaseSession) -> None:
        """Columns in their order, with the primary key."""
        table = next(table for table in self._introspect(session, None) if table.name == "conformance")
        assert table.kind == "table"
        assert [column.name for column in table.columns] == ["id", "name"]
        assert [column.primary_key for column in table.columns] == [True, False]
        assert all(column.type for column in table.columns)

    def test_a_scope_leaves_out_what_it_does_not_name(self, session: DatabaseSession) -> None:
        """No scope is everything, an empty one nothing."""
        assert self._introspect(session, []) == ()
        assert [table.name for table in self._introspect(session, [TableScope(name="conformance")])] == ["conformance"]
        assert self._introspect(session, [TableScope(name="no_such_table")]) == ()

    def test_what_cannot_be_reached_is_told_without_secrets(
        self, driver: DatabaseDriver, unreachable: Connection
    ) -> None:
        """With the code that callers rely on."""
        with pytest.raises(OperationRefused) as caught, _opened(driver, unreachable):
            pass
        assert caught.value.code == "connection-failed"
        assert self.secret not in f"{caught.value.message} {caught.value.hint} {caught.value.details}"

    def _introspect(self, session: DatabaseSession, scope: list[TableScope] | None) -> tuple[IntrospectedTable, ...]:
        return session.introspect(schemas=self.schemas, table_scope=scope, timeout_seconds=QUERY_SECONDS)


def _fetch(session: DatabaseSession, sql: str, *, most: int = 100) -> Rows:
    return session.fetch(sql, max_rows=most, timeout_seconds=QUERY_SECONDS)


@contextmanager
def _opened(driver: DatabaseDriver, connection: Connection) -> Iterator[DatabaseSession]:
    with driver.open(connection, connect_timeout_seconds=CONNECT_SECONDS) as session:
        yield session
