"""Where EXISTS may not stand in an aggregate, rows are marked by a join: the same rows, on every engine that runs here.

The dialects that need it cannot run here, so the engines that can are made to need it.
"""

from __future__ import annotations

from typing import Any

import pytest
import sqlglot
from asking import World, measures, refusal, source, world
from engines import Engine, difference, table
from shop import ITEMS, ORDERS, SHOP, to

from semantic_layer import Model, compile_query
from semantic_layer.sql import conditions, staging

DETAILED = SHOP.but(
    source(
        ORDERS,
        joins=[to("customers", "customer_id = customers.id")],
        measures=measures(
            orders="count(*)",
            large={"expr": "count(*)", "filter": "items.quantity > 1"},
            dear={"expr": "sum(amount)", "filter": "items.quantity > 1 or status = 'paid'"},
            mixed={"expr": "sum(amount)", "filter": "items.quantity = 1 and products.color = 'red' or amount is null"},
            middle={"expr": "median(amount)", "filter": "items.quantity > 1"},
            buyers={"expr": "count_distinct(customer_id)", "filter": "items.quantity >= 1"},
        ),
    )
)
QUERIES: dict[str, dict[str, Any]] = {
    "in total": {"measures": ["orders.orders", "orders.large", "orders.dear", "orders.mixed", "orders.buyers"]},
    "by customer": {"measures": ["orders.large", "orders.dear", "orders.mixed"], "dimensions": ["customers.name"]},
    "by status": {"measures": ["orders.large", "orders.buyers"], "dimensions": ["orders.status"]},
    "a median": {"measures": ["orders.middle"], "dimensions": ["orders.status"]},
    "with rows filtered": {"measures": ["orders.large"], "filters": ["items.quantity = 1 or orders.status = 'open'"]},
    "beside another fact": {"measures": ["orders.large", "returns.returned"], "dimensions": ["customers.name"]},
    "in a filter on groups": {
        "measures": ["orders.orders"],
        "dimensions": ["customers.name"],
        "filters": ["orders.large > 0"],
    },
}


def rows_of(engine: Engine, asked: World, query: dict[str, Any]) -> tuple[str, tuple[tuple[object, ...], ...]]:
    sql = compile_query(Model(asked.sources), query, dialect=engine.dialect).sql
    with engine.holding(asked.tables):
        return sql, engine.run(sql).rows


@pytest.mark.parametrize("what", QUERIES)
def test_marked_rows_are_those_that_exist(engine: Engine, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "WITH_MARKED_ROWS", frozenset())
    if engine.dialect == "clickhouse":
        pytest.skip("ClickHouse cannot run the other form (optional engine)")
    plain, expected = rows_of(engine, DETAILED, QUERIES[what])
    monkeypatch.setattr(conditions, "WITH_MARKED_ROWS", frozenset({engine.dialect}))
    marked, found = rows_of(engine, DETAILED, QUERIES[what])
    assert "marked" not in plain
    assert "marked" in marked
    assert difference(expected, found, ordered=False) is None, marked


def test_a_grain_of_several_columns_marks_by_all_of_them(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "WITH_MARKED_ROWS", frozenset({engine.dialect}))
    lines = table("lines", "doc:integer line:integer v:integer", (1, 1, 1), (1, 2, 10), (2, 1, 100), (2, 2, 1000))
    notes = table("notes", "id:integer doc:integer line:integer", (1, 1, 2), (2, 1, 2), (3, 2, 1), (4, None, 1))
    model = world(
        lines,
        notes,
        source(lines, grain=("doc", "line"), measures=measures(noted={"expr": "sum(v)", "filter": "notes.id > 0"})),
        source(notes, joins=[to("lines", "doc = lines.doc and line = lines.line")]),
    )
    sql, rows = rows_of(engine, model, {"measures": ["lines.noted"], "dimensions": ["lines.doc"]})
    assert "marked" in sql
    assert difference([(1, 10), (2, 100)], rows, ordered=False) is None, sql


@pytest.mark.parametrize("dialect", ["snowflake", "redshift", "databricks", "bigquery", "trino", "clickhouse"])
def test_no_exists_stands_outside_where(dialect: str) -> None:
    for query in QUERIES.values():
        sql = compile_query(DETAILED.sources, query, dialect=dialect).sql
        assert "EXISTS" not in sql


ONE_VALUE = {
    "above_mean": {"expr": "count(*)", "filter": "amount > (select avg(o.amount) from orders o)"},
    "over_least": {"expr": "sum(amount - (select min(o.amount) from orders o))"},
    "middle_over": {"expr": "median(amount - (select min(o.amount) from orders o))", "filter": "id > 1"},
    "kinds": {"expr": "count(distinct coalesce(status, (select min(r.name) from regions r)))"},
}


VALUED = SHOP.but(next({**one, "measures": measures(**ONE_VALUE)} for one in SHOP.sources if one["name"] == "orders"))


@pytest.mark.parametrize("by", [[], ["orders.status"], ["customers.name"]])
def test_a_value_of_a_nested_query_is_the_same_from_a_derived_table(
    engine: Engine, by: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Snowflake, Redshift and Databricks get that form; here the engines that run are made to want it."""
    query = {"measures": [f"orders.{name}" for name in ONE_VALUE], "dimensions": by}
    plain, expected = rows_of(engine, VALUED, query)
    monkeypatch.setattr(staging, "WITHOUT_NESTED_VALUES", frozenset({engine.dialect}))
    form, found = rows_of(engine, VALUED, query)
    assert "staged" in form
    assert "staged" not in plain or engine.dialect in staging.WITHOUT_NESTED_QUERIES
    assert difference(expected, found, ordered=False) is None, form


@pytest.mark.parametrize("dialect", ["snowflake", "redshift", "databricks"])
def test_a_value_of_a_nested_query_stands_in_no_aggregate(dialect: str) -> None:
    for name in ONE_VALUE:
        sql = compile_query(VALUED.sources, {"measures": [f"orders.{name}"]}, dialect=dialect).sql
        tree = sqlglot.parse_one(sql, dialect=dialect)
        inside = [query for call in tree.find_all(sqlglot.exp.AggFunc) for query in call.find_all(sqlglot.exp.Query)]
        assert "staged" in sql
        assert inside == []


@pytest.mark.parametrize("dialect", ["snowflake", "redshift", "databricks"])
@pytest.mark.parametrize(
    "filter_",
    [
        "exists (select 1 from items i where i.order_id = orders.id)",
        "id in (select order_id from items)",
        "amount > (select avg(o.amount) from orders o where o.status = orders.status)",
    ],
)
def test_an_author_s_own_nested_query_that_asks_more_is_refused_by_name(dialect: str, filter_: str) -> None:
    own = {"expr": "count(*)", "filter": filter_}
    model = SHOP.but(source(ORDERS, measures=measures(with_items=own)), source(ITEMS))
    refused = refusal(model, ["orders.with_items"], dialect=dialect)
    assert refused.names(dialect).code == "unsupported-in-dialect"
