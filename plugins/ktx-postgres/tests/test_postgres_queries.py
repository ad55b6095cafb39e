"""Queries on a real server: exact values, a cap that costs no memory, and no way to write."""

from __future__ import annotations

import contextlib
import threading
import time
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from uuid import UUID

import pytest
from ktx_postgres.driver import PostgresDriver
from ktx_postgres.smoke import loads

from ktx_runtime.api import DatabaseDriver, OperationRefused, Rows


def fetch(database, sql: str, *, max_rows: int = 100, timeout_seconds: float = 60, parameters=(), **settings) -> Rows:
    with database.open(**settings) as session:
        return session.fetch(sql, max_rows=max_rows, timeout_seconds=timeout_seconds, parameters=parameters)


def refusal(database, sql: str, **options) -> OperationRefused:
    with pytest.raises(OperationRefused) as caught:
        fetch(database, sql, **options)
    return caught.value


def test_it_is_a_driver() -> None:
    driver: DatabaseDriver = PostgresDriver()
    assert driver.dialect == "postgres"
    assert loads() is None


def test_rows_come_with_their_headers_also_when_there_are_none(database) -> None:
    assert fetch(database, 'SELECT 1 AS "a b", NULL AS é').rows == ((1, None),)
    nothing = fetch(database, 'SELECT 1 AS "a b", 2 AS é WHERE false')
    assert nothing == Rows(headers=("a b", "é"), rows=(), truncated=False)


def test_more_rows_than_asked_for_are_cut_and_said(database) -> None:
    with database.open() as session:
        assert session.fetch("SELECT generate_series(1, 5)", max_rows=5, timeout_seconds=60).truncated is False
        cut = session.fetch("SELECT generate_series(1, 6)", max_rows=5, timeout_seconds=60)
        assert (len(cut.rows), cut.truncated) == (5, True)
        assert session.fetch("SELECT 1", max_rows=0, timeout_seconds=60) == Rows(("?column?",), (), truncated=True)


EXACT = {
    "12345678901234567890.123456789012345678901234567890::numeric": Decimal(
        "12345678901234567890.123456789012345678901234567890"
    ),
    "9223372036854775807::bigint": 9223372036854775807,
    "0.1::float8 + 0.2::float8": 0.30000000000000004,
    "true": True,
    "'2026-02-03'::date": date(2026, 2, 3),
    "'infinity'::date": "infinity",
    "'0044-03-15 BC'::date": "0044-03-15 BC",
    "'99999-01-01'::date": "99999-01-01",
    "'2026-02-03 04:05:06.123456'::timestamp": datetime(2026, 2, 3, 4, 5, 6, 123456),
    "'-infinity'::timestamptz": "-infinity",
    "'24:00'::time": "24:00:00",
    "'23:59:59.999999'::time": clock(23, 59, 59, 999999),
    "'1 year 2 mons 3 days 04:05:06.7'::interval": "1 year 2 mons 3 days 04:05:06.7",
    "ARRAY[[1,2],[3,NULL]]": [[1, 2], [3, None]],
    "ARRAY['a','NULL','b,c']": ["a", "NULL", "b,c"],
    "ARRAY['2026-02-03'::date, 'infinity']": [date(2026, 2, 3), "infinity"],
    '\'{"a": 0.1234567890123456789, "b": [1, null]}\'::jsonb': {"a": Decimal("0.1234567890123456789"), "b": [1, None]},
    "'null'::jsonb": "null",
    "'12345678-1234-5678-1234-567812345678'::uuid": UUID("12345678-1234-5678-1234-567812345678"),
    "'\\x00ff'::bytea": b"\x00\xff",
    "'192.168.0.1/24'::inet": "192.168.0.1/24",
    "'[1,5)'::int4range": "[1,5)",
    "B'0101'": "0101",
    "ROW(1, 'a b')": '(1,"a b")',
    "'<a/>'::xml": "<a/>",
}


def test_a_value_comes_back_exactly(database) -> None:
    (row,) = fetch(database, f"SELECT {', '.join(EXACT)}").rows
    for expression, value in zip(EXACT, row, strict=True):
        assert (expression, type(value), value) == (expression, type(EXACT[expression]), EXACT[expression])


def test_what_is_no_number_is_kept_apart_from_null(database) -> None:
    ((numeric, infinite, real),) = fetch(database, "SELECT 'NaN'::numeric, 'Infinity'::numeric, 'NaN'::float8").rows
    assert str(numeric) == "NaN"
    assert infinite == Decimal("Infinity")
    assert real != real  # noqa: PLR0124 - what makes a NaN


def test_moments_are_in_the_time_zone_that_the_connection_names(database) -> None:
    sql = "SELECT '2026-07-01 12:00:00+00'::timestamptz"
    ((moment,),) = fetch(database, sql, timezone="Asia/Kolkata").rows
    assert moment == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert moment.utcoffset() == timedelta(hours=5, minutes=30)


def test_values_are_read_alike_whatever_the_role_prefers(database) -> None:
    database.run("ALTER ROLE app SET datestyle = 'German'", "ALTER ROLE app SET intervalstyle = 'iso_8601'")
    try:
        sql = "SELECT '2026-02-03'::date, '1 day'::interval"
        assert fetch(database, sql, user="app").rows == ((date(2026, 2, 3), "1 day"),)
    finally:
        database.run("ALTER ROLE app RESET ALL")


def test_parameters_travel_beside_the_statement(database) -> None:
    assert fetch(database, "SELECT $1::text || '%s'", parameters=("it's; --",)).rows == (("it's; --%s",),)


def test_unqualified_names_are_looked_up_where_the_connection_says(database) -> None:
    database.run("CREATE SCHEMA sales", "CREATE TABLE sales.t AS SELECT 7 AS x")
    assert fetch(database, "SELECT x FROM t", search_path="sales, public").rows == ((7,),)
    assert "t" in refusal(database, "SELECT x FROM t").message


def test_the_server_knows_who_asks(database) -> None:
    assert fetch(database, "SELECT current_setting('application_name')").rows == (("ktx",),)
    assert fetch(database, "SELECT current_setting('application_name')", application_name="report").rows == (
        ("report",),
    )


WRITES = (
    "INSERT INTO t VALUES (2)",
    "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
    "UPDATE t SET x = 3 RETURNING x",
    "SELECT * FROM t; DROP TABLE t",
    "; COMMIT; DROP TABLE t",
    "COMMIT; DROP TABLE t; SELECT 1",
    "SET TRANSACTION READ WRITE",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT set_config('default_transaction_read_only', 'off', false), setval('s', 99)",
    "SELECT nextval('s')",
    "SELECT touch()",
    "SELECT * INTO u FROM t",
    "SELECT * FROM t FOR UPDATE",
    "CREATE TEMP TABLE u AS SELECT 1",
    "COPY t TO PROGRAM 'cat >{trace}'",
    "COPY (SELECT 1) TO '{trace}'",
    "DO $$ BEGIN DELETE FROM t; END $$",
    "CALL empty()",
    "EXPLAIN ANALYZE DELETE FROM t",
    "LOCK TABLE t",
    "NOTIFY somebody",
    "LISTEN somebody",
    "VACUUM t",
    "PREPARE p AS DELETE FROM t",
    "BEGIN",
    "ROLLBACK",
    "TRUNCATE t",
    "GRANT ALL ON t TO app",
    "RESET ALL",
    "DISCARD ALL",
    "selec 1",
    "",
)


def test_nothing_that_acts_gets_through_whatever_was_said_before(database, tmp_path) -> None:
    database.run(
        "CREATE TABLE t (x int)",
        "INSERT INTO t VALUES (1)",
        "CREATE SEQUENCE s",
        "CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (9) RETURNING x'",
        "CREATE PROCEDURE empty() LANGUAGE sql AS 'DELETE FROM t'",
    )
    trace = database.server.home / "trace"
    with database.open() as session:
        for sql in WRITES:
            with pytest.raises(OperationRefused) as caught:
                session.fetch(sql.replace("{trace}", str(trace)), max_rows=10, timeout_seconds=60)
            assert caught.value.code == "query-failed", sql
            assert session.fetch("SELECT x FROM t", max_rows=10, timeout_seconds=60).rows == ((1,),), sql
    assert not trace.exists()
    assert database.value("SELECT last_value || ' ' || is_called FROM s") == "1 false"
    assert database.value("SELECT string_agg(relname, ',') FROM pg_class WHERE relname IN ('t', 'u')") == "t"


def test_reading_the_plan_is_reading(database) -> None:
    rows = fetch(database, "EXPLAIN SELECT 1").rows
    assert "Result" in rows[0][0]


def test_a_mistake_is_told_with_its_place(database) -> None:
    told = refusal(database, "SELECT 1,\n  nonsuch\nFROM pg_class")
    assert told.message == 'PostgreSQL refused the statement: column "nonsuch" does not exist (line 2, column 3)'
    assert told.code == "query-failed"
    assert "(line 1, column 8)" in refusal(database, "SELECT é").message


def test_a_table_that_may_not_be_read_is_told_with_what_helps(database) -> None:
    database.run("CREATE TABLE secret (x int)")
    told = refusal(database, "SELECT * FROM secret", user="app")
    assert "permission denied for table secret" in told.message
    assert "GRANT SELECT" in (told.hint or "")


def test_a_long_query_is_stopped_on_the_server(database) -> None:
    told = refusal(database, "SELECT pg_sleep(600)", timeout_seconds=0.3)
    assert told.code == "query-timeout"
    assert not_running(database, "SELECT pg_sleep(600)")


def test_time_is_up_also_where_rows_keep_coming(database) -> None:
    slow = "SELECT i, pg_sleep(0.01) FROM generate_series(1, 1000000) AS i"
    assert refusal(database, slow, max_rows=1000000, timeout_seconds=0.5).code == "query-timeout"


def test_any_time_limit_will_do(database) -> None:
    assert fetch(database, "SELECT 1", timeout_seconds=1e300).rows == ((1,),)


def not_running(database, sql: str) -> bool:
    deadline = time.monotonic() + 60
    counting = f"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '{sql}%'"
    while database.value(counting) != 0:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def wait_until_running(database, sql: str) -> None:
    deadline = time.monotonic() + 60
    counting = f"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = '{sql}'"
    while database.value(counting) == 0:
        assert time.monotonic() < deadline, "it never ran"
        time.sleep(0.02)


def test_another_thread_can_stop_what_runs_and_the_session_goes_on(database) -> None:
    sql = "SELECT pg_sleep(600)"
    with database.open() as session:

        def stop() -> None:
            wait_until_running(database, sql)
            session.cancel()

        thread = threading.Thread(target=stop)
        thread.start()
        with pytest.raises(OperationRefused) as caught:
            session.fetch(sql, max_rows=1, timeout_seconds=300)
        thread.join()
        assert caught.value.code == "query-canceled"
        assert session.fetch("SELECT 1", max_rows=1, timeout_seconds=60).rows == ((1,),)
    assert not_running(database, sql)


def test_the_cap_ends_a_huge_result_and_holds_none_of_it(database) -> None:
    with database.open() as session:
        session.fetch("SELECT 1", max_rows=1, timeout_seconds=60)
        tracemalloc.start()
        try:
            rows = session.fetch(
                "SELECT i, repeat('x', 100) FROM generate_series(1, 10000000) AS i", max_rows=10, timeout_seconds=300
            )
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert (len(rows.rows), rows.truncated) == (10, True)
        assert peak < 1_000_000
        assert session.fetch("SELECT 1", max_rows=1, timeout_seconds=60).rows == ((1,),)


def test_a_connection_that_is_cut_in_mid_query_is_told_and_no_secret_with_it(database) -> None:
    sql = "SELECT pg_sleep(600)"
    with database.open() as session:

        def cut() -> None:
            wait_until_running(database, sql)
            database.run(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = '{sql}' AND state = 'active'"
            )

        thread = threading.Thread(target=cut)
        thread.start()
        with pytest.raises(OperationRefused) as caught:
            session.fetch(sql, max_rows=1, timeout_seconds=300)
        thread.join()
        assert caught.value.code == "connection-lost"
        with pytest.raises(OperationRefused) as again:
            session.fetch("SELECT 1", max_rows=1, timeout_seconds=60)
        assert again.value.code == "connection-lost"


def test_a_server_that_stops_is_told_and_one_that_came_back_answers(database) -> None:
    with database.open() as session:
        session.fetch("SELECT 1", max_rows=1, timeout_seconds=60)
        database.server.stop()
        database.server.start()
        with pytest.raises(OperationRefused) as caught:
            session.fetch("SELECT 1", max_rows=1, timeout_seconds=60)
        assert caught.value.code == "connection-lost"
    assert fetch(database, "SELECT 1").rows == ((1,),)


def test_nothing_is_left_open_on_the_server(database) -> None:
    with database.open() as session:
        session.fetch("SELECT 1", max_rows=1, timeout_seconds=60)
        state = "SELECT string_agg(state, ',') FROM pg_stat_activity WHERE application_name = 'ktx'"
        assert database.value(state) == "idle"
    deadline = time.monotonic() + 60
    while database.value(state) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_exception_of_the_callers_leaves_no_transaction(database) -> None:
    with contextlib.suppress(KeyError), database.open() as session:
        session.fetch("SELECT 1", max_rows=1, timeout_seconds=60)
        raise KeyError
