"""A source whose shape is off: it stops the queries that need it, and no others, and changes the meaning of none."""

import copy
from typing import Any

import pytest

from semantic_layer import SemanticError, compile_query
from tests.compiler.shop import SHOP

REVENUE = {"measures": ["orders.revenue"]}


def shop_with(name: str, **changed: Any) -> list[dict[str, Any]]:
    """The shop with some keys of one source changed."""
    sources = copy.deepcopy(list(SHOP))
    next(source for source in sources if source["name"] == name).update(changed)
    return sources


def refused(sources: list[dict[str, Any]], query: dict[str, Any]) -> SemanticError:
    with pytest.raises(SemanticError) as caught:
        compile_query(sources, query)
    return caught.value


def test_a_query_that_does_not_need_it_is_answered_with_a_warning():
    compiled = compile_query(shop_with("customers", lable="x"), REVENUE)
    assert compiled.sql == compile_query(SHOP, REVENUE).sql
    (warning,) = compiled.warnings
    assert warning.code == "source-left-out"
    assert "source 'customers' lable: unknown key 'lable'" in warning.message


@pytest.mark.parametrize(
    "query",
    [
        {"measures": ["orders.revenue"], "dimensions": ["customers.id"]},
        {"measures": ["orders.revenue"], "filters": ["customers.id = 1"]},
        {"measures": ["orders.revenue"], "filters": ["exists (select 1 from customers where customers.id = 1)"]},
        {"dimensions": ["customers.id"]},
    ],
    ids=["dimension", "filter", "nested query", "dimension alone"],
)
def test_a_query_that_needs_it_says_what_is_wrong_with_it(query: dict[str, Any]):
    error = refused(shop_with("customers", lable="x"), query)
    assert (error.code, error.where.source, error.where.field) == ("unknown-key", "customers", "lable")


def test_a_path_does_not_go_round_it():
    """Regions are reached by customers, or else, and otherwise, by where an order was sent to."""
    region = {"name": "regions", "table": "regions", "grain": ["id"], "columns": [{"name": "name"}, {"name": "id"}]}
    sent = {"name": "depots", "table": "depots", "grain": ["id"], "columns": [{"name": "id"}, {"name": "town_id"}]}
    town = {"name": "towns", "table": "towns", "grain": ["id"], "columns": [{"name": "id"}, {"name": "region_id"}]}
    customers = {
        "name": "customers",
        "table": "customers",
        "grain": ["id"],
        "columns": [{"name": "id"}, {"name": "region_id"}],
        "joins": [to("regions", "region_id = regions.id")],
    }
    orders = {
        "name": "orders",
        "table": "orders",
        "grain": ["id"],
        "columns": [{"name": "id"}, {"name": "customer_id"}, {"name": "depot_id"}],
        "joins": [to("customers", "customer_id = customers.id"), to("depots", "depot_id = depots.id")],
        "measures": [{"name": "n", "expr": "count(*)"}],
    }
    sent["joins"] = [to("towns", "town_id = towns.id")]
    town["joins"] = [to("regions", "region_id = regions.id")]
    query = {"measures": ["orders.n"], "dimensions": ["regions.name"]}
    assert "depots" not in compile_query([region, sent, town, customers, orders], query).sql
    customers["tabel"] = customers.pop("table")
    assert refused([region, sent, town, customers, orders], query).where.source == "customers"


def test_a_bare_name_that_it_shares_stays_ambiguous():
    sources = [*shop_with("orders", measures=[{"name": "revenue", "exp": "sum(amount)"}])]
    sources.append(
        {"name": "refunds", "table": "refunds", "grain": ["id"], "measures": [{"name": "revenue", "expr": "count(*)"}]}
    )
    assert "'revenue' could be" in refused(sources, {"measures": ["revenue"]}).message or (
        refused(sources, {"measures": ["revenue"]}).where.source == "orders"
    )


def test_what_else_is_refused_tells_of_it():
    error = refused(shop_with("customers", lable="x"), {"measures": ["orders.revenu"]})
    assert error.code == "unknown-measure"
    assert "customers" in (error.hint or "")


@pytest.mark.parametrize(
    "changed",
    [
        {"grain": []},
        {"grain": None},
        {"columns": "id"},
        {"columns": [{"nme": "id"}]},
        {"columns": [{"name": "id"}, {"name": "id"}]},
        {"segments": [{"name": "s", "expr": "id = 1"}, {"name": "s", "expr": "id = 2"}]},
        {"joins": [{"to": "orders"}]},
        {"joins": ["orders"]},
        {"joins": [{"to": "orders", "on": 5, "relationship": "many"}]},
        {"measures": {"n": "count(*)"}},
        {"measures": [{"name": "n"}]},
        {"table": None},
        {"sql": "select 1"},
    ],
    ids=str,
)
def test_however_it_is_off_the_others_are_asked(changed: dict[str, Any]):
    sources = shop_with("customers", **changed)
    assert [warning.code for warning in compile_query(sources, REVENUE).warnings] == ["source-left-out"]
    assert refused(sources, {"dimensions": ["customers.id"]}).where.source == "customers"


def to(target: str, on: str) -> dict[str, str]:
    return {"to": target, "on": on, "relationship": "many_to_one"}
