"""What holds for every model, data and query, checked without the reference."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from engines import Engine, difference, plain_rows
from engines.value import Row, same_row
from generation import Case, generate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import Refused, evaluate

import semantic_layer

EXAMPLES = 40
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
CASES = st.integers(0, 2**32).map(lambda seed: generate(random.Random(seed)))  # noqa: S311 - repeatable, not secret
ADDITIVE = {"n", "total", "ones", "amount", "known"}


def answer(case: Case, engine: Engine, **changes: Any) -> list[Row]:
    """The rows of the case's query with some keys changed (None removes one)."""
    query = {key: value for key, value in {**case.query, **changes}.items() if value is not None}
    sql = semantic_layer.compile_query(case.world.sources, query, dialect=engine.dialect).to_wire()["sql"]
    with engine.holding(case.world.tables):
        return plain_rows(engine.run(sql).rows)


def contains(rows: Sequence[Row], row: Row) -> bool:
    """Whether the row is among them, up to rounding."""
    return any(same_row(one, row) for one in rows)


@SETTINGS
@given(case=CASES)
def test_other_measures_change_no_measure(sqlite_engine: Engine, case: Case) -> None:
    """No inflation: a measure's value in a group is the same alone as beside others."""
    width = len(case.query["dimensions"])
    free = {"order_by": None, "limit": None, "filters": None}
    together = answer(case, sqlite_engine, **free)
    for number, measure in enumerate(case.query["measures"]):
        alone = answer(case, sqlite_engine, **free, measures=[measure])
        beside = [(*row[:width], row[width + number]) for row in together]
        for row in alone:
            assert contains(beside, row), (measure, row)


@SETTINGS
@given(case=CASES)
def test_groups_add_up_to_the_total(duckdb_engine: Engine, case: Case) -> None:
    """Conservation: an additive measure summed over groups is its ungrouped total."""
    additive = [
        measure
        for measure in case.query["measures"]
        if isinstance(measure, str) and measure.rpartition(".")[2] in ADDITIVE
    ]
    free = {"order_by": None, "limit": None, "filters": None, "segments": None, "measures": additive}
    if not additive:
        return
    width = len(case.query["dimensions"])
    groups = answer(case, duckdb_engine, **free)
    (total,) = answer(case, duckdb_engine, **free, dimensions=[])
    for number, whole in enumerate(total):
        values = [row[width + number] for row in groups]
        assert sum(value for value in values if isinstance(value, float)) == pytest.approx(whole or 0)


@SETTINGS
@given(case=CASES)
def test_include_empty_only_adds_rows(sqlite_engine: Engine, case: Case) -> None:
    """All rows without it are there with it; what is added has counts of 0 and no other value but NULL and 0."""
    free = {"order_by": None, "limit": None}
    without = answer(case, sqlite_engine, **free, include_empty=False)
    with_empty = answer(case, sqlite_engine, **free, include_empty=True)
    for row in without:
        assert contains(with_empty, row), row
    assert len(with_empty) >= len(without)
    width = len(case.query["dimensions"])
    keys = Counter(row[:width] for row in with_empty)
    assert not [key for key, count in keys.items() if count > 1]


@SETTINGS
@given(case=CASES)
def test_the_same_input_gives_the_same_bytes(case: Case) -> None:
    """Also from copies, so that nothing hangs on identity."""
    for dialect in ("sqlite", "postgres"):
        first, second = (
            semantic_layer.compile_query(
                copy.deepcopy(case.world.sources), copy.deepcopy(case.query), dialect=dialect
            ).to_wire()
            for _ in range(2)
        )
        assert first == second


@pytest.mark.postgres
@SETTINGS
@given(case=CASES)
def test_engines_agree(sqlite_engine: Engine, duckdb_engine: Engine, postgres_engine: Engine, case: Case) -> None:
    """One case has the same rows everywhere."""
    first = answer(case, sqlite_engine)
    for engine in (duckdb_engine, postgres_engine):
        told = difference(first, answer(case, engine), ordered=case.is_ordered)
        assert told is None, f"{engine.name}: {told}"


@SETTINGS
@given(case=CASES)
def test_the_order_of_sources_does_not_matter(sqlite_engine: Engine, case: Case) -> None:
    """A model is a set of sources."""
    turned = replace(case, world=replace(case.world, sources=case.world.sources[::-1]))
    told = difference(answer(case, sqlite_engine), answer(turned, sqlite_engine), ordered=case.is_ordered)
    assert told is None, told


def test_the_reference_refuses_what_has_no_answer() -> None:
    """The generator leans on it: a source that nothing joins is no dimension of another."""
    columns = [{"name": "id", "type": "number"}]
    sources: list[Mapping[str, Any]] = [
        {
            "name": name,
            "table": name,
            "grain": ["id"],
            "columns": columns,
            "measures": [{"name": "n", "expr": "count(*)"}],
        }
        for name in ("a", "b")
    ]
    with pytest.raises(Refused):
        evaluate(sources, {"a": [{"id": 1}], "b": [{"id": 1}]}, {"measures": ["a.n"], "dimensions": ["b.id"]})
