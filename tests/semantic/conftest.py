"""Engines for the session, and `ask`: compile a query, run it on each engine, compare the rows."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator

import pytest
from asking import Ask, AskReference
from engines import Engine
from engines.duckdb import DuckdbEngine
from engines.postgres import PostgresEngine, find_postgres
from engines.sqlite import SqliteEngine

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
ENGINES = ["sqlite", "duckdb", POSTGRES, "mariadb", "clickhouse"]


@pytest.fixture(scope="session")
def sqlite_engine() -> Iterator[Engine]:
    """SQLite of the standard library."""
    engine = SqliteEngine()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def duckdb_engine() -> Iterator[Engine]:
    """DuckDB in process."""
    engine = DuckdbEngine()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def postgres_engine() -> Iterator[Engine]:
    """A private PostgreSQL server; its absence fails in CI."""
    programs = find_postgres()
    if programs is None:
        missing = "PostgreSQL's initdb and postgres are not installed (apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    engine = PostgresEngine(programs)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def mariadb_engine() -> Iterator[Engine]:
    """A private MariaDB server; optional."""
    pytest.importorskip("pymysql", reason="pymysql is not installed (optional)")
    mariadb = importlib.import_module("engines.mariadb")
    programs = mariadb.find_mariadb()
    if programs is None:
        pytest.skip("mariadbd and mariadb-install-db are not installed (optional)")
    engine = mariadb.MariadbEngine(programs)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def clickhouse_engine() -> Iterator[Engine]:
    """ClickHouse in process; optional."""
    pytest.importorskip("chdb", reason="chdb is not installed (optional)")
    engine = importlib.import_module("engines.clickhouse").ClickhouseEngine()
    yield engine
    engine.close()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


@pytest.fixture
def ask_sql(engine: Engine) -> Ask:
    """Ask a model a query on each engine and compare the answer."""
    return Ask(engine)


@pytest.fixture(params=["reference", *ENGINES])
def ask(request: pytest.FixtureRequest) -> Ask:
    """The same, and ask the reference evaluator as well."""
    if request.param == "reference":
        return AskReference()
    return Ask(request.getfixturevalue(f"{request.param}_engine"))
