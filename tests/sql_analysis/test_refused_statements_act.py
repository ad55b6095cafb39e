"""The dangers are real: each refused statement is run, and what it does is seen.

Without this, a table of refusals proves no more than that its author could imagine them.
"""

import sqlite3
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from semantic_layer.sql_analysis import check_read_only


def refused(sql: str, dialect: str) -> str:
    assert not check_read_only(sql, dialect=dialect).ok
    return sql


@pytest.fixture
def table(postgres: Any) -> Any:
    """PostgreSQL with a table `t` of three rows and a sequence `s`."""
    postgres.enter("danger")
    for statement in ("CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1), (2), (3)", "CREATE SEQUENCE s"):
        postgres.run(statement)
    yield postgres
    postgres.leave("danger")


def rows(engine: Any) -> int:
    return engine.run("SELECT count(*) FROM t").rows[0][0]


@pytest.mark.postgres
@pytest.mark.parametrize(
    "sql",
    [
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "EXPLAIN ANALYZE DELETE FROM t",
        "EXPLAIN (ANALYZE) WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "SELECT 1 /*/**/ + 2 -- */ ; DELETE FROM t",
        "SELECT E'a'\n'\\' || ' ; DELETE FROM t; --'",
        "SELECT 1 -- a\rFROM (SELECT 1) q; DELETE FROM t",
    ],
)
def test_postgres_deletes_rows(table: Any, sql: str):
    table._connection.execute(refused(sql, "postgres").encode(), prepare=False)
    assert rows(table) == 0


@pytest.mark.postgres
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT pg_sleep(0.3)",
        'SELECT "pg_catalog"."pg_sleep"(0.3)',
        "SELECT pg_catalog . pg_sleep /* x */ (0.3)",
        'SELECT U&"pg\\005fsleep"(0.3)',
        "SELECT U&\"pg!005fsleep\" UESCAPE '!' (0.3)",
        "SELECT 1 FROM pg_sleep(0.3)",
        "VALUES (pg_sleep(0.3))",
        "SELECT query_to_xml('SELECT pg_sleep(0.3)', true, true, '')",
    ],
)
def test_postgres_waits(table: Any, sql: str):
    begun = time.monotonic()
    table.run(refused(sql, "postgres"))
    assert time.monotonic() - begun >= 0.3


@pytest.mark.postgres
def test_postgres_advances_a_sequence_and_locks_rows(table: Any):
    table.run(refused("SELECT nextval('s')", "postgres"))
    assert table.run("SELECT last_value, is_called FROM s").rows == ((1, True),)
    table.run(refused("SELECT * INTO copied FROM t", "postgres"))
    assert table.run("SELECT count(*) FROM copied").rows == ((3,),)


@pytest.mark.postgres
def test_postgres_reads_and_writes_files_of_its_server(table: Any):
    (text,) = table.run(refused("SELECT pg_read_file('/etc/passwd')", "postgres")).rows[0]
    assert "root" in text
    assert table.run(refused("SELECT lo_import('/etc/passwd')", "postgres")).rows[0][0] > 0


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 /*! FROM (SELECT sleep(0.3)) q */",
        "SELECT 1 /*M!100000 FROM (SELECT sleep(0.3)) q */",
        "SELECT `sleep`(0.3)",
        "SELECT SLEEP /**/ (0.3)",
        "DO sleep(0.3)",
        "SELECT benchmark(3000000, md5('x'))",
    ],
)
def test_mariadb_waits(mariadb: Any, sql: str):
    begun = time.monotonic()
    mariadb.run(refused(sql, "mysql"))
    assert time.monotonic() - begun >= 0.25


def test_mariadb_reads_a_file_and_takes_a_lock(mariadb: Any):
    assert mariadb.run(refused("SELECT get_lock('ktx', 1)", "mysql")).rows == ((1,),)
    assert mariadb.run("SELECT is_used_lock('ktx') IS NOT NULL").rows == ((1,),)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT content FROM read_text('{path}')",
        "SELECT content FROM system.main.read_text('{path}')",
        "FROM '{path}'",
        'FROM "{path}"',
        "FROM (FROM '{path}')",
        "SELECT * FROM query('FROM ''{path}''')",
        "SELECT * FROM glob('{path}')",
    ],
)
def test_duckdb_reads_files(tmp_path: Path, sql: str):
    path = tmp_path / "secret.csv"
    path.write_text("word\nswordfish\n", encoding="utf-8")
    statement = sql.format(path=path)
    with duckdb.connect() as connection:
        found = connection.execute(refused(statement, "duckdb")).fetchall()
    assert "swordfish" in str(found) or str(path) in str(found)


def test_duckdb_reads_a_file_that_looks_like_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "secret.csv").write_text("word\nswordfish\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection:
        assert connection.execute(refused("SELECT * FROM secret.csv", "duckdb")).fetchall() == [("swordfish",)]
        assert connection.execute(refused('SELECT * FROM "./secret".csv', "duckdb")).fetchall() == [("swordfish",)]


def test_duckdb_advances_a_sequence_and_tells_the_environment(monkeypatch: pytest.MonkeyPatch):
    with duckdb.connect() as connection:
        connection.execute("CREATE SEQUENCE s")
        connection.execute(refused("SELECT nextval('s')", "duckdb"))
        assert connection.execute("SELECT currval('s')").fetchall() == [(1,)]


def test_sqlite_attaches_and_writes(tmp_path: Path):
    other = tmp_path / "other.db"
    with sqlite3.connect(tmp_path / "a.db", isolation_level=None) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute(refused(f"ATTACH '{other}' AS other", "sqlite"))
        connection.execute(refused(f"VACUUM INTO '{tmp_path / 'copy.db'}'", "sqlite"))
        connection.execute(refused("INSERT INTO t VALUES (1) RETURNING a", "sqlite")).fetchall()
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)
    connection.close()
    assert (tmp_path / "copy.db").exists()


def test_sqlite_optimises_through_a_pragma_in_from_position(tmp_path: Path):
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("CREATE TABLE t (a)")
    connection.execute("CREATE INDEX i ON t (a)")
    connection.executemany("INSERT INTO t VALUES (?)", [(number,) for number in range(1_000)])
    connection.execute("SELECT * FROM t WHERE a = 5").fetchall()
    connection.execute("ANALYZE t")
    connection.executemany("INSERT INTO t VALUES (?)", [(number,) for number in range(50_000)])
    connection.commit()
    connection.execute("SELECT * FROM t WHERE a = 5").fetchall()
    before = connection.execute("SELECT stat FROM sqlite_stat1").fetchall()
    connection.execute(refused("SELECT * FROM pragma_optimize", "sqlite")).fetchall()
    assert connection.execute("SELECT stat FROM sqlite_stat1").fetchall() != before
    connection.close()


def test_sqlite_takes_a_byte_order_mark_for_white_space():
    connection = sqlite3.connect(":memory:")
    assert connection.execute(refused("SELECT upper \ufeff('x')", "sqlite")).fetchall() == [("X",)]
    connection.close()
