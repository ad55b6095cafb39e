"""The compiler's answers to random queries are the reference's, on every engine.

A failure prints its seed and the smallest case found that fails in the same way, and names a file that holds it.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from differential import compare, report, shrink
from engines import Engine
from generation import generate

#: Queries in a test; small enough for a failure to leave others running.
BATCH = 10
NORMAL = range(0, 200, BATCH)
NORMAL_POSTGRES = range(200, 260, BATCH)
DEEP = range(1_000, 3_000, BATCH)
DEEP_POSTGRES = range(3_000, 3_600, BATCH)
DEEP_OTHERS = range(4_000, 4_300, BATCH)


@pytest.mark.parametrize("first", NORMAL)
def test_random_queries(sqlite_engine: Engine, duckdb_engine: Engine, tmp_path: Path, first: int) -> None:
    run_batch(first, [sqlite_engine, duckdb_engine], tmp_path)


@pytest.mark.postgres
@pytest.mark.parametrize("first", NORMAL_POSTGRES)
def test_random_queries_on_postgres(postgres_engine: Engine, tmp_path: Path, first: int) -> None:
    run_batch(first, [postgres_engine], tmp_path)


@pytest.mark.deep
@pytest.mark.parametrize("first", DEEP)
def test_many_random_queries(sqlite_engine: Engine, duckdb_engine: Engine, tmp_path: Path, first: int) -> None:
    run_batch(first, [sqlite_engine, duckdb_engine], tmp_path)


@pytest.mark.deep
@pytest.mark.postgres
@pytest.mark.parametrize("first", DEEP_POSTGRES)
def test_many_random_queries_on_postgres(postgres_engine: Engine, tmp_path: Path, first: int) -> None:
    run_batch(first, [postgres_engine], tmp_path)


@pytest.mark.deep
@pytest.mark.parametrize("first", DEEP_OTHERS)
def test_many_random_queries_on_mariadb(mariadb_engine: Engine, tmp_path: Path, first: int) -> None:
    run_batch(first, [mariadb_engine], tmp_path, plain_names=True)


@pytest.mark.deep
@pytest.mark.parametrize("first", DEEP_OTHERS)
def test_many_random_queries_on_clickhouse(clickhouse_engine: Engine, tmp_path: Path, first: int) -> None:
    run_batch(first, [clickhouse_engine], tmp_path)


def run_batch(first: int, engines: list[Engine], directory: Path, *, plain_names: bool = False) -> None:
    """Fail with every case of the batch that fails, each made small."""
    reports = []
    for seed in range(first, first + BATCH):
        case = generate(random.Random(seed), plain_names=plain_names)  # noqa: S311 - repeatable, not secret
        expected = case.expected()
        for engine in engines:
            failure = compare(case, engine, expected)
            if failure is not None:
                small, smaller_failure = shrink(case, failure, engine)
                reports.append(report(small, smaller_failure, seed=seed, engine=engine.name, directory=directory))
    assert not reports, "\n".join(reports)
