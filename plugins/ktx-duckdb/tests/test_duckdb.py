"""The driver on real files: what it reads, what it refuses, and how it describes them."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from ktx_duckdb.driver import DuckDBDriver
from ktx_duckdb.smoke import answers

from ktx_runtime.api import Connection, DatabaseDriver, OperationRefused, Rows, TableScope


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    file = tmp_path / "ware house é.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, vip BOOLEAN)")
        connection.execute("COMMENT ON TABLE customers IS 'who buys'")
        connection.execute(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), "
            "amount DECIMAL(10,2), ordered_on DATE)"
        )
        connection.execute("CREATE VIEW large AS SELECT * FROM orders WHERE amount > 10")
        connection.execute("CREATE SCHEMA other; CREATE TABLE other.hidden (x INTEGER)")
        connection.execute("INSERT INTO customers VALUES (1, 'ann', true), (2, 'bob', NULL)")
        connection.execute("INSERT INTO orders VALUES (1, 1, 10.50, '2026-01-02'), (2, NULL, 20.25, NULL)")
    return file


def connection(path: Path | str, *, key: str = "path", directory: Path = Path("/")) -> Connection:
    return Connection("warehouse", "duckdb", directory, {key: str(path)})


def fetch(path: Path | str, sql: str, *, max_rows: int = 100, timeout_seconds: float = 30) -> Rows:
    with DuckDBDriver().open(connection(path), connect_timeout_seconds=5) as session:
        return session.fetch(sql, max_rows=max_rows, timeout_seconds=timeout_seconds)


def test_it_is_a_driver() -> None:
    driver: DatabaseDriver = DuckDBDriver()
    assert driver.dialect == "duckdb"
    assert answers() is None


def test_a_database_file_is_read(warehouse: Path) -> None:
    rows = fetch(warehouse, "SELECT id, amount, ordered_on FROM orders ORDER BY id")
    assert rows.headers == ("id", "amount", "ordered_on")
    assert rows.rows == ((1, Decimal("10.50"), date(2026, 1, 2)), (2, Decimal("20.25"), None))
    assert not rows.truncated


SHARED_JOIN = """
    SELECT b.g, b.above, sum(o.v) AS s FROM t o LEFT JOIN t b ON b.id = o.above AND b.no = o.above_no
    WHERE b.f OR b.d <= '2024-02-01' GROUP BY ALL
    UNION ALL
    SELECT b.g, b.above, sum(p.n) AS s FROM p LEFT JOIN t o ON p.id = o.id AND p.no = o.no
    LEFT JOIN t b ON b.id = o.above AND b.no = o.above_no WHERE b.f OR b.d <= '2024-02-01' GROUP BY ALL
"""


def test_two_branches_that_share_a_join_keep_their_own_columns(tmp_path: Path) -> None:
    """DuckDB 2.0.1 alone answers with one row, ('z', 'b', NULL): an `above` that no row with `g` = 'z' has."""
    file = tmp_path / "shared.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "CREATE TABLE t (id VARCHAR, no BIGINT, above VARCHAR, above_no BIGINT, "
            "g VARCHAR, v BIGINT, f BOOLEAN, d DATE)"
        )
        connection.execute("CREATE TABLE p (id VARCHAR, no BIGINT, n BIGINT)")
        connection.execute(
            "INSERT INTO t VALUES ('b', 2, NULL, NULL, 'z', NULL, true, '2024-01-16'), "
            "('a', 5, 'b', 2, 'y', NULL, NULL, '2024-03-06')"
        )
        connection.execute("INSERT INTO p VALUES ('b', 4, 0), ('a', 5, NULL)")
    assert fetch(file, SHARED_JOIN).rows == (("z", None, None), ("z", None, None))


def test_moments_with_a_time_zone_are_read(warehouse: Path) -> None:
    (row,) = fetch(warehouse, "SELECT TIMESTAMPTZ '2026-01-02 12:00:00+02', DATE_TRUNC('hour', NULL::TIMESTAMPTZ)").rows
    assert row == (datetime(2026, 1, 2, 10, tzinfo=UTC), None)


def test_more_rows_than_asked_for_are_cut_and_said(warehouse: Path) -> None:
    assert fetch(warehouse, "SELECT * FROM range(5)", max_rows=5).truncated is False
    cut = fetch(warehouse, "SELECT * FROM range(6)", max_rows=5)
    assert (len(cut.rows), cut.truncated) == (5, True)


def test_a_folder_of_files_is_tables_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "it's data"
    folder.mkdir()
    duckdb.sql("SELECT 1 AS id, 'a' AS name").write_parquet(str(folder / "order.parquet"))
    (folder / "my people.csv").write_text("id,name\n1,ann\n2,\n")
    (folder / "notes.txt").write_text("not data")
    assert fetch(folder, 'SELECT name FROM "order"').rows == (("a",),)
    assert fetch(folder, 'SELECT count(*), count(name) FROM "my people"').rows == ((2, 1),)


def test_a_single_file_is_a_table_of_its_name(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("id\n7\n")
    assert fetch(file, "SELECT id FROM orders").rows == ((7,),)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO customers VALUES (3, 'x', true)",
        "CREATE TABLE t (x INTEGER)",
        "SELECT 1; SELECT 2",
        "ATTACH '{other}' AS other",
        "COPY customers TO '{other}'",
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM read_text('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM glob('/etc/*')",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
        "PRAGMA database_list",
        "EXPORT DATABASE '{other}'",
        "CALL pragma_version()",
        "selec 1",
        "",
    ],
)
def test_what_does_more_than_read_its_own_is_refused(warehouse: Path, tmp_path: Path, sql: str) -> None:
    secret, other = tmp_path / "secret.csv", tmp_path / "other.duckdb"
    secret.write_text("a\nsecret\n")
    with pytest.raises(OperationRefused) as caught:
        fetch(warehouse, sql.format(secret=secret, other=other))
    assert caught.value.code == "query-failed"
    assert not other.exists()


def test_files_beside_those_named_are_out_of_reach(tmp_path: Path) -> None:
    data, secret = tmp_path / "data.csv", tmp_path / "secret.csv"
    data.write_text("a\n1\n")
    secret.write_text("a\nsecret\n")
    assert fetch(data, "SELECT a FROM data").rows == ((1,),)
    with pytest.raises(OperationRefused):
        fetch(data, f"SELECT * FROM read_csv('{secret}')")


def test_a_long_query_is_stopped(warehouse: Path) -> None:
    began = time.monotonic()
    with pytest.raises(OperationRefused) as caught:
        fetch(warehouse, "SELECT count(*) FROM range(10000000) a, range(10000000) b", timeout_seconds=0.5)
    assert caught.value.code == "query-timeout"
    assert time.monotonic() - began < 60


def test_any_time_limit_will_do(warehouse: Path) -> None:
    assert fetch(warehouse, "SELECT 1", timeout_seconds=1e300).rows == ((1,),)


@pytest.mark.parametrize("name", ["absent.duckdb", "empty folder"])
def test_what_is_not_there_is_said_and_not_made(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty folder").mkdir()
    with pytest.raises(OperationRefused) as caught:
        fetch(tmp_path / name, "SELECT 1")
    assert caught.value.code == "connection-failed"
    assert caught.value.hint is not None
    assert not (tmp_path / "absent.duckdb").exists()


def test_a_file_of_another_kind_is_said(tmp_path: Path) -> None:
    file = tmp_path / "fake.duckdb"
    file.write_text("this is no database" * 1000)
    with pytest.raises(OperationRefused) as caught:
        fetch(file, "SELECT 1")
    assert caught.value.code == "connection-failed"


def test_a_relative_path_counts_from_the_project_and_a_url_names_a_file(warehouse: Path) -> None:
    for given in (
        connection(warehouse.name, directory=warehouse.parent),
        connection(f"duckdb:///{warehouse}", key="url"),
    ):
        with DuckDBDriver().open(given, connect_timeout_seconds=5) as session:
            assert session.fetch("SELECT 1", max_rows=1, timeout_seconds=5).rows == ((1,),)


def test_tables_and_views_are_described(warehouse: Path) -> None:
    with DuckDBDriver().open(connection(warehouse), connect_timeout_seconds=5) as session:
        tables = session.introspect(schemas=["public"], table_scope=None, timeout_seconds=10)
        none = session.introspect(schemas=["main"], table_scope=[], timeout_seconds=10)
        scope = [TableScope(name="hidden"), TableScope(name="ORDERS", db="main")]
        scoped = session.introspect(schemas=["main", "other"], table_scope=scope, timeout_seconds=10)
    assert [(table.db, table.name, table.kind) for table in tables] == [
        ("main", "customers", "table"),
        ("main", "large", "view"),
        ("main", "orders", "table"),
    ]
    assert none == ()
    assert [table.name for table in scoped] == ["orders", "hidden"]
    customers, _, orders = tables
    assert customers.comment == "who buys"
    assert [(column.name, column.nullable, column.primary_key) for column in customers.columns] == [
        ("id", False, True),
        ("name", False, False),
        ("vip", True, False),
    ]
    (key,) = orders.foreign_keys
    assert (key.from_column, key.to_table, key.to_column, key.to_db) == ("customer_id", "customers", "id", "main")
    assert {column.name: column.type for column in orders.columns}["amount"] == "DECIMAL(10,2)"
