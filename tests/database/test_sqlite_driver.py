"""The SQLite driver on real files: it reads, and nothing else."""

import _thread
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ktx_core.drivers.sqlite import SQLiteDriver
from ktx_runtime.api import Connection, DatabaseSession, OperationRefused, Rows

SCHEMA = """
    CREATE TABLE "par ent" (id INTEGER PRIMARY KEY, "na""me" TEXT NOT NULL, z VARCHAR(10));
    CREATE TABLE k (
        a INT, b INT, c INT GENERATED ALWAYS AS (a + b) STORED, d INT AS (a * 2), PRIMARY KEY (b, a)
    ) WITHOUT ROWID;
    CREATE TABLE child (
        x INTEGER REFERENCES "par ent", y INT, z INT REFERENCES K(B),
        FOREIGN KEY (y, z) REFERENCES K, FOREIGN KEY (x) REFERENCES nowhere
    );
    CREATE TABLE loose (id TEXT PRIMARY KEY);
    CREATE TABLE gone (a);
    CREATE VIEW broken AS SELECT a FROM gone;
    CREATE VIEW v AS SELECT a, b FROM k;
    CREATE VIRTUAL TABLE ft USING fts5(t);
    INSERT INTO ft VALUES ('hello world');
    INSERT INTO k (a, b) VALUES (1, 2), (3, 4), (5, 6);
    DROP TABLE gone;
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A directory with `shop.db` in it."""
    make_database(tmp_path / "shop.db")
    return tmp_path


def make_database(file: Path, script: str = SCHEMA) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(f"BEGIN; {script}; COMMIT")
    connection.close()


@contextmanager
def opened(project: Path, **settings: str) -> Iterator[DatabaseSession]:
    connection = Connection("shop", "sqlite", project, settings or {"path": "shop.db"})
    with SQLiteDriver().open(connection, connect_timeout_seconds=60) as session:
        yield session


def fetch(project: Path, sql: str, *, max_rows: int = 10, timeout_seconds: float = 60, parameters=()) -> Rows:
    with opened(project) as session:
        return session.fetch(sql, max_rows=max_rows, timeout_seconds=timeout_seconds, parameters=parameters)


def test_rows_come_with_their_headers(project):
    assert fetch(project, "SELECT a, b FROM k ORDER BY a") == Rows(
        ("a", "b"), ((1, 2), (3, 4), (5, 6)), truncated=False
    )


def test_more_rows_than_asked_for_are_cut_and_said_so(project):
    assert fetch(project, "SELECT a FROM k", max_rows=2) == Rows(("a",), ((1,), (3,)), truncated=True)
    assert fetch(project, "SELECT a FROM k", max_rows=3).truncated is False
    assert fetch(project, "SELECT a FROM k", max_rows=0) == Rows(("a",), (), truncated=True)


def test_parameters_are_bound(project):
    assert fetch(project, "SELECT ? || ?", parameters=("a'", 1)).rows == (("a'1",),)


def test_values_are_plain(project):
    sql = "SELECT 9e999, x'00ff', NULL, CAST(x'41ff' AS TEXT), 9007199254740993"
    assert fetch(project, sql).rows == (("inf", "00ff", None, "A\ufffd", 9007199254740993),)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO k (a, b) VALUES (7, 8)",
        "INSERT INTO k (a, b) VALUES (7, 8) RETURNING a",
        "UPDATE k SET a = 1",
        "DELETE FROM k",
        "CREATE TABLE x (a)",
        "CREATE TEMP TABLE x (a)",
        "DROP TABLE k",
        "ATTACH ':memory:' AS other",
        "ATTACH 'new.db' AS other",
        "VACUUM",
        "VACUUM INTO 'copy.db'",
        "PRAGMA user_version = 3",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA temp_store_directory = '/tmp'",
        "SELECT * FROM pragma_optimize",
        "SELECT load_extension('x')",
        "BEGIN IMMEDIATE",
        "ANALYZE",
        "REINDEX",
        "SAVEPOINT a",
        "SELECT 1; DELETE FROM k",
    ],
)
def test_whatever_is_asked_nothing_is_written(project, sql):
    before = sorted((path.name, path.read_bytes()) for path in project.iterdir())
    with pytest.raises(OperationRefused) as refusal:
        fetch(project, sql)
    assert refusal.value.code == "query-failed"
    assert sorted((path.name, path.read_bytes()) for path in project.iterdir()) == before


def test_a_query_is_stopped_when_its_time_is_up(project):
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
    begun = time.monotonic()
    with pytest.raises(OperationRefused) as refusal:
        fetch(project, endless, timeout_seconds=0.2)
    assert refusal.value.code == "query-timeout"
    assert time.monotonic() - begun < 60


def test_an_interrupt_is_not_told_as_a_refusal_of_the_database(project):
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
    timer = threading.Timer(0.2, _thread.interrupt_main)

    def fetch_interrupted() -> None:
        # Within what expects it: on a busy machine 0.2 s may be over at once.
        timer.start()
        fetch(project, endless, timeout_seconds=60)

    with pytest.raises(KeyboardInterrupt):
        fetch_interrupted()
    timer.join()


def test_a_session_is_usable_after_a_timeout_and_from_another_thread(project):
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
    found: list[Rows] = []
    with opened(project) as session:
        with pytest.raises(OperationRefused):
            session.fetch(endless, max_rows=1, timeout_seconds=0.1)
        thread = threading.Thread(
            target=lambda: found.append(session.fetch("SELECT 1", max_rows=1, timeout_seconds=60))
        )
        thread.start()
        thread.join()
    assert found == [Rows(("1",), ((1,),), truncated=False)]


def test_a_huge_value_is_refused(project):
    with pytest.raises(OperationRefused, match="too big"):
        fetch(project, "SELECT zeroblob(500000000)")


def test_a_file_that_is_not_there_is_named_and_not_made(tmp_path):
    with pytest.raises(OperationRefused) as refusal, opened(tmp_path):
        pass
    assert refusal.value.code == "connection-failed"
    assert str(tmp_path / "shop.db") in refusal.value.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"path": ":memory:"},
        {"path": "."},
        {"path": "shop.db", "url": "sqlite:///shop.db"},
        {"other": "x"},
        {"url": "postgres://user:hunter2@host/db"},
        {"url": "sqlite://shop.db"},
        {"url": "sqlite:///shop.db?mode=rwc"},
    ],
)
def test_what_names_no_file_is_refused_without_its_credentials(project, settings):
    with pytest.raises(OperationRefused) as refusal, opened(project, **settings):
        pass
    assert refusal.value.code == "connection-failed"
    assert "hunter2" not in refusal.value.message


def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "shop.db").write_text("x" * 5_000, encoding="utf-8")
    with pytest.raises(OperationRefused, match="not a database"), opened(tmp_path):
        pass


@pytest.mark.parametrize("name", ["a b.db", "a%20b.db", "a?mode=rwc.db", "a#b.db", "ä.db", "a&b=c.db"])
def test_any_file_name_works(tmp_path, name):
    make_database(tmp_path / name, "CREATE TABLE t (a)")
    with opened(tmp_path, path=name) as session:
        assert session.fetch("SELECT name FROM sqlite_master", max_rows=1, timeout_seconds=60).rows == (("t",),)


def test_a_url_is_relative_with_three_slashes_and_absolute_with_four(project):
    make_database(project / "a b.db", "CREATE TABLE t (a)")
    for url in ("sqlite:///shop.db", f"sqlite:///{project / 'shop.db'}", "sqlite:///a%20b.db", "shop.db"):
        with opened(project, url=url) as session:
            assert session.fetch("SELECT 1", max_rows=1, timeout_seconds=60).rows == ((1,),)


def described(project: Path) -> dict[str, object]:
    with opened(project) as session:
        tables = session.introspect(schemas=["public"], table_scope=None, timeout_seconds=60)
    return {table.name: table for table in tables}


def test_tables_and_views_are_described_by_name(project):
    tables = described(project)
    assert list(tables) == ["broken", "child", "ft", "k", "loose", "par ent", "v"]
    assert {name: table.kind for name, table in tables.items() if table.kind == "view"} == {
        "broken": "view",
        "v": "view",
    }
    assert all(table.comment is None and table.db is None for table in tables.values())


def test_columns_have_their_types_keys_and_nullability(project):
    tables = described(project)
    shape = {
        name: [(column.name, column.type, column.nullable, column.primary_key) for column in tables[name].columns]
        for name in ("par ent", "k", "loose", "v", "broken")
    }
    assert shape == {
        "par ent": [
            ("id", "INTEGER", False, True),
            ('na"me', "TEXT", False, False),
            ("z", "VARCHAR(10)", True, False),
        ],
        "k": [
            ("a", "INT", False, True),
            ("b", "INT", False, True),
            ("c", "INT", True, False),
            ("d", "INT", True, False),
        ],
        "loose": [("id", "TEXT", True, True)],
        "v": [("a", "INT", True, False), ("b", "INT", True, False)],
        "broken": [],
    }


def test_foreign_keys_name_their_targets_also_where_the_ddl_does_not(project):
    keys = described(project)["child"].foreign_keys
    assert {(key.from_column, key.to_table, key.to_column) for key in keys} == {
        ("x", "par ent", "id"),
        ("z", "k", "b"),
        ("y", "k", "b"),
        ("z", "k", "a"),
    }
