"""Rule 15, aggregates: no engine cuts digits off, and what an engine lacks is refused by name, never sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asking import Ask, measures, source, world
from engines import table
from shop import SHOP

from semantic_layer import SemanticError, compile_query

WEIGHTS = table(
    "weights",
    "id:integer kind:string whole:integer exact:decimal",
    *[(1, "a", 1, 1.5), (2, "a", 2, 1.6), (3, "a", 2, 2.0), (4, "b", 1, 3.1), (5, "b", 2, 3.2), (6, "c", None, None)],
)
FIGURES = world(
    WEIGHTS,
    source(
        WEIGHTS,
        measures=measures(
            mean="avg(whole)",
            mean_of_distinct="avg(distinct whole)",
            mean_of_two={"expr": "avg(whole)", "filter": "id > 1"},
            middle="median(exact)",
            third="percentile(exact, 0.25)",
            share="avg(whole) / count(*)",
        ),
    ),
)


def test_an_average_of_integers_is_no_integer_and_has_all_its_digits(ask_sql: Ask) -> None:
    ask_sql(FIGURES, ["weights.mean", "weights.mean_of_distinct", "weights.mean_of_two"], ["weights.kind"]).gives(
        ("a", 5 / 3, 1.5, 2), ("b", 1.5, 1.5, 1.5), ("c", None, None, None)
    )


def test_a_median_of_decimals_may_lie_between_two_of_them(ask_sql: Ask) -> None:
    ask_sql(FIGURES, ["weights.middle", "weights.third"], ["weights.kind"]).gives(
        ("a", 1.6, 1.55), ("b", 3.15, 3.125), ("c", None, None)
    )


def test_an_average_keeps_its_digits_inside_a_ratio(ask_sql: Ask) -> None:
    ask_sql(FIGURES, ["weights.share"], ["weights.kind"]).gives(("a", 5 / 9), ("b", 0.75), ("c", None))


AGGREGATES = [
    *["sum(whole)", "avg(whole)", "min(whole)", "max(whole)", "count(whole)", "count(distinct whole)"],
    *["stddev(whole)", "stddev_pop(whole)", "variance(whole)", "var_pop(whole)"],
    *["bool_and(whole > 1)", "bool_or(whole > 1)", "approx_count_distinct(whole)", "string_agg(kind, ',')"],
    *["array_agg(whole)", "max_by(whole, id)", "min_by(whole, id)", "corr(whole, id)", "covar_pop(whole, id)"],
    *["mode(whole)", "kurtosis(whole)", "skewness(whole)", "median(whole)", "percentile(whole, 0.3)"],
]


REFUSED = frozenset({"unsupported-in-dialect", "unknown-function", "unsupported-syntax", "bare-column"})


@pytest.mark.parametrize("filter_", [None, "whole > 1"])
@pytest.mark.parametrize("expression", AGGREGATES)
def test_an_aggregate_runs_or_is_refused_by_name(ask_sql: Ask, expression: str, filter_: str | None) -> None:
    declared = {"expr": expression} if filter_ is None else {"expr": expression, "filter": filter_}
    asked = world(WEIGHTS, source(WEIGHTS, measures=measures(it=declared)))
    with suppress_refusal(ask_sql.engine.dialect, expression):
        ask_sql(asked, ["weights.it"], ["weights.kind"])


@contextmanager
def suppress_refusal(dialect: str, expression: str) -> Iterator[None]:
    """Let a refusal pass that says of what and where; what an engine rejects is no refusal."""
    try:
        yield
    except SemanticError as error:
        name = expression.partition("(")[0].replace("_", "")
        if error.code not in REFUSED or not (
            dialect in error.message or name in error.message.replace("_", "").lower()
        ):
            raise


def test_an_estimate_of_distinct_values_is_their_count_where_there_is_no_estimate(ask_sql: Ask) -> None:
    asked = world(WEIGHTS, source(WEIGHTS, measures=measures(kinds="approx_count_distinct(whole)")))
    ask_sql(asked, ["weights.kinds"]).gives((2,))


@pytest.mark.parametrize("dialect", ["tsql", "redshift", "mysql", "snowflake", "trino"])
def test_averages_are_taken_of_doubles_where_the_type_would_cut_them(dialect: str) -> None:
    sql = compile_query(
        FIGURES.sources, {"measures": ["weights.mean", "weights.mean_of_distinct"]}, dialect=dialect
    ).sql
    assert sql.count("CAST(") == 2
    assert sql.index("AVG(") < sql.index("CAST(")


@pytest.mark.parametrize(
    "filter_",
    [
        "date_trunc('month', orders.placed) = '2024-01-01'",
        "extract(isodow from orders.placed) = 1",
        "orders.placed > '2024-01-31' - interval '30 days'",
    ],
)
def test_what_sqlite_has_no_function_for_is_refused_by_name(filter_: str) -> None:
    with pytest.raises(SemanticError) as caught:
        compile_query(SHOP.sources, {"measures": ["orders.orders"], "filters": [filter_]}, dialect="sqlite")
    assert caught.value.code == "unsupported-in-dialect"
    assert "sqlite" in caught.value.message


def test_the_largest_of_several_values_in_a_row_is_no_aggregate(ask_sql: Ask) -> None:
    """SQLite calls it MAX; elsewhere MAX of two columns would be GREATEST of some row of each group, or a list."""
    ask_sql(FIGURES, ["sum(greatest(weights.whole, 2))"], ["weights.kind"], filters=["weights.id < 6"]).gives(
        ("a", 6), ("b", 4)
    )
    query = {"measures": ["sum(max(weights.whole, 2))"], "filters": ["weights.id < 6"]}
    if ask_sql.engine.dialect == "sqlite":
        ask_sql(FIGURES, query["measures"], filters=query["filters"]).gives((10,))
        return
    with pytest.raises(SemanticError) as caught:
        compile_query(FIGURES.sources, query, dialect=ask_sql.engine.dialect)
    assert caught.value.code in {"unsupported-aggregate", "nested-aggregate"}


NANOSECONDS = table(
    "readings",
    "id:integer place:string since:integer exact:decimal about:float",
    *[(number, "a", 5_000_000_000_000_000_000, "1.25", 4e30) for number in range(1, 4)],
    (4, "b", 3, "2.50", -1.5),
    (5, "b", None, None, None),
)


def test_a_sum_that_64_bits_do_not_hold_is_whole_or_an_error(ask_sql: Ask) -> None:
    """ClickHouse would go on from the least number, without a word. What is no integer may be as large as it likes."""
    figures = measures(total="sum(since)", mean="avg(since)", exact="sum(exact)", about="sum(about)")
    model = world(NANOSECONDS, source(NANOSECONDS, measures=figures))
    ask_sql(model, ["readings.mean", "readings.exact", "readings.about"], ["readings.place"]).gives(
        ("a", 5e18, 3.75, 1.2e31), ("b", 3, 2.5, -1.5)
    )
    ask_sql(model, ["readings.total"], ["readings.place"], filters=["readings.place = 'b'"]).gives(("b", 3))
    if ask_sql.engine.dialect in {"clickhouse", "sqlite"}:
        with pytest.raises(AssertionError, match=r"64 bits|integer overflow"):
            ask_sql(model, ["readings.total"], ["readings.place"])
        return
    ask_sql(model, ["readings.total"], ["readings.place"]).gives(("a", 15_000_000_000_000_000_000), ("b", 3))
