"""What a compiled query says of itself: the wire contract's response, literally."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import Ask, compiled, measures, source, world
from engines import table
from shop import ORDERS, SHOP, to

QUERY = {
    "measures": ["orders.revenue", {"expr": "orders.revenue / orders.orders", "name": "mean"}, "returns.returned"],
    "dimensions": ["customers.name", {"field": "regions.name"}],
    "filters": ["customers.tier = 'gold'", "orders.orders > 0"],
    "segments": ["customers.golden"],
    "order_by": [{"field": "orders.revenue", "direction": "desc"}],
    "limit": 10,
}
PLAN_KEYS = {
    *["sources_used", "join_paths", "joins", "anchor_source", "anchor_grain", "fan_out_description", "has_fan_out"],
    *["measure_groups", "aggregate_locality", "where_filters", "having_filters", "columns", "measures", "dimensions"],
    *["order_by", "limit", "include_empty"],
}
COLUMN_KEYS = {"name", "provenance", "expr", "description", "granularity", "alias"}
MEASURE_KEYS = {
    *["name", "expr", "source_name", "original_name", "qualified_ref", "filter", "provenance", "is_derived"],
    *["depends_on", "description"],
}


@pytest.fixture(scope="module")
def wire() -> dict[str, Any]:
    """The response to the query."""
    return compiled(SHOP.sources, QUERY, dialect="postgres")


def test_the_response_has_exactly_its_keys(wire: dict[str, Any]) -> None:
    assert set(wire) == {"sql", "dialect", "columns", "plan", "warnings", "parameters", "lineage"}
    assert wire["dialect"] == "postgres"


def test_the_response_is_json(wire: dict[str, Any]) -> None:
    assert json.loads(json.dumps(wire)) == wire


def test_every_column_has_exactly_its_keys(wire: dict[str, Any]) -> None:
    assert [set(column) for column in wire["columns"]] == [COLUMN_KEYS] * 5
    names = [column["name"] for column in wire["columns"]]
    assert names == ["customers.name", "regions.name", "orders.revenue", "mean", "returns.returned"]


def test_the_plan_has_its_keys(wire: dict[str, Any]) -> None:
    assert set(wire["plan"]) >= PLAN_KEYS


def test_the_plan_says_what_was_used(wire: dict[str, Any]) -> None:
    plan = wire["plan"]
    assert plan["sources_used"] == ["customers", "orders", "regions", "returns"]
    assert {group["source_name"] for group in plan["measure_groups"]} == {"orders", "returns"}
    assert plan["limit"] == 10
    assert plan["include_empty"] is True
    assert plan["order_by"] == [{"field": "orders.revenue", "direction": "desc"}]
    assert len(plan["having_filters"]) == 1
    for join in plan["joins"]:
        assert set(join) >= {"from_source", "to_source", "from_column", "to_column", "relationship"}


def test_every_measure_of_the_plan_has_its_keys(wire: dict[str, Any]) -> None:
    for measure in wire["plan"]["measures"]:
        assert set(measure) >= MEASURE_KEYS
    (revenue,) = [measure for measure in wire["plan"]["measures"] if measure["qualified_ref"] == "orders.revenue"]
    assert revenue["source_name"] == "orders"
    assert revenue["original_name"] == "revenue"
    assert revenue["is_derived"] is False
    (mean,) = [measure for measure in wire["plan"]["measures"] if measure["name"] == "mean"]
    assert mean["is_derived"] is True
    assert {"orders.revenue", "orders.orders"} <= set(mean["depends_on"])


def test_warnings_have_a_code_and_a_message() -> None:
    query = {"measures": ["orders.orders", "returns.returned"], "filters": ["returns.reason = 'broken'"]}
    warnings = compiled(SHOP.sources, query, dialect="postgres")["warnings"]
    assert warnings
    assert all(set(warning) >= {"code", "message"} for warning in warnings)


@pytest.mark.parametrize(
    ("descriptions", "expected"),
    [
        ({"user": "u", "ai": "a", "dbt": "d", "db": "b"}, "u"),
        ({"ai": "a", "dbt": "d", "db": "b"}, "a"),
        ({"dbt": "d", "db": "b"}, "d"),
        ({"db": "b"}, "b"),
        ({"other": "o", "user": ""}, "o"),
    ],
)
def test_a_missing_description_is_resolved(descriptions: dict[str, str], expected: str) -> None:
    """User, then ai, dbt, db, then the first that says something."""
    columns = [{"name": "status", "type": "string", "descriptions": descriptions}]
    model = [source(ORDERS, columns=columns, measures=measures(n="count(*)"))]
    query = {"measures": ["orders.n"], "dimensions": ["orders.status"]}
    assert compiled(model, query, dialect="postgres")["columns"][0]["description"] == expected


def test_a_granularity_without_a_field_takes_the_default_time_dimension(ask_sql: Ask) -> None:
    model = SHOP.but(
        source(
            ORDERS,
            joins=[to("customers", "customer_id = customers.id")],
            default_time_dimension={"dbt": "placed"},
            measures=measures(n="count(*)"),
        )
    )
    ask_sql(model, ["orders.n"], [{"granularity": "year"}]).gives(("2024-01-01", 6), (None, 1))


def test_a_source_without_measures_lists_its_members() -> None:
    things = table("things", "id:integer", (1,))
    model = world(things, source(things))
    columns = compiled(model.sources, {"dimensions": ["things.id"]}, dialect="postgres")["columns"]
    assert [column["provenance"] for column in columns] == ["dimension"]
