"""Rule 14: what is refused, in one table: each with a stable code and a message that names the thing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from asking import Ask, Source, measures, refusal, source, world
from engines import table
from shop import CUSTOMERS, ORDERS, SHOP, to

from semantic_layer import SemanticError, compile_query

#: The code of each refusal. Programs match on these: one that is given does not change.
CODES: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("refusal_codes.json").read_text())

QUERIES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    # what: (query, the words that the refusal must have)
    "nothing asked": ({}, ()),
    "an unknown source": ({"measures": ["order.revenue"]}, ("order.revenue", "orders")),
    "an unknown measure": ({"measures": ["orders.revenu"]}, ("revenu", "revenue")),
    "an unknown bare measure": ({"measures": ["revenu"]}, ("revenu", "revenue")),
    "an unknown dimension": ({"measures": ["orders.orders"], "dimensions": ["orders.statu"]}, ("statu", "status")),
    "an unknown dimension's source": (
        {"measures": ["orders.orders"], "dimensions": ["custmers.name"]},
        ("custmers", "customers"),
    ),
    "an unknown column in a filter": (
        {"measures": ["orders.orders"], "filters": ["orders.amout > 1"]},
        ("amout", "amount"),
    ),
    "an unknown column in a measure": ({"measures": ["sum(orders.amout)"]}, ("amout", "amount")),
    "an unknown segment": ({"measures": ["orders.orders"], "segments": ["orders.payed"]}, ("payed", "paid")),
    "an unknown order": (
        {"measures": ["orders.orders"], "dimensions": ["customers.name"], "order_by": ["customers.nam"]},
        ("nam", "name"),
    ),
    "an ambiguous bare column": ({"measures": ["orders.orders"], "filters": ["name = 'x'"]}, ("name",)),
    "a bare column as a measure": ({"measures": ["orders.amount"]}, ("orders.amount",)),
    "a bare column as an expression": ({"measures": [{"expr": "orders.amount * 2", "name": "x"}]}, ("amount",)),
    "a column beside an aggregate": ({"measures": ["sum(orders.amount) + orders.id"]}, ("orders.id",)),
    "a window function": ({"measures": ["sum(orders.amount) over ()"]}, ("window",)),
    "a ranking": ({"measures": ["row_number() over (order by orders.id)"]}, ("window",)),
    "a window function in a filter": (
        {"measures": ["orders.orders"], "filters": ["rank() over (order by orders.id) = 1"]},
        ("window",),
    ),
    "a nested aggregate": ({"measures": ["sum(max(orders.amount))"]}, ("max",)),
    "a measure inside an aggregate": ({"measures": ["sum(orders.revenue)"]}, ("revenue",)),
    "a constant as a measure": ({"measures": [{"expr": "1", "name": "one"}]}, ()),
    "an OR that mixes rows and groups": (
        {
            "measures": ["orders.orders"],
            "dimensions": ["customers.name"],
            "filters": ["orders.status = 'paid' or orders.revenue > 10"],
        },
        ("or",),
    ),
    "an OR that mixes them with an aggregate": (
        {"measures": ["orders.orders"], "filters": ["orders.status = 'paid' or sum(orders.amount) > 10"]},
        ("or",),
    ),
    "a comparison of a row with a group": (
        {"measures": ["orders.orders"], "filters": ["orders.amount > avg(orders.amount)"]},
        (),
    ),
    "two statements in a filter": ({"measures": ["orders.orders"], "filters": ["1 = 1; select 1"]}, ()),
    "a comment in a filter": ({"measures": ["orders.orders"], "filters": ["orders.id > 1 -- x"]}, ("comment",)),
    "a block comment in a filter": (
        {"measures": ["orders.orders"], "filters": ["orders.id > /* x */ 1"]},
        ("comment",),
    ),
    "trailing text in a filter": ({"measures": ["orders.orders"], "filters": ["orders.id > 1 limit 1"]}, ()),
    "trailing grouping in a filter": ({"measures": ["orders.orders"], "filters": ["orders.id > 1 group by 1"]}, ()),
    "a closing parenthesis too many": ({"measures": ["orders.orders"], "filters": ["orders.id > 1) or (1 = 1"]}, ()),
    "a statement as a filter": ({"measures": ["orders.orders"], "filters": ["select 1"]}, ()),
    "a deletion as a filter": ({"measures": ["orders.orders"], "filters": ["delete from orders"]}, ()),
    "an empty filter": ({"measures": ["orders.orders"], "filters": [""]}, ()),
    "an alias in a filter": ({"measures": ["orders.orders"], "filters": ["orders.id > 1 as x"]}, ()),
    "a filter that is no condition": (
        {"measures": ["orders.orders"], "filters": ["orders.amount"]},
        (),
    ),
    "a filter that is a sum": ({"measures": ["orders.orders"], "filters": ["orders.amount + 1"]}, ()),
    "a filter that is a text": ({"measures": ["orders.orders"], "filters": ["'x'"]}, ()),
    "two filters in one": ({"measures": ["orders.orders"], "filters": ["orders.id > 1, orders.id < 9"]}, ()),
    "a star": ({"measures": ["orders.*"]}, ()),
    "a star in a filter": ({"measures": ["orders.orders"], "filters": ["orders.* is not null"]}, ()),
    "a raw table in a subquery": (
        {"measures": ["orders.orders"], "filters": ["orders.id in (select id from raw_orders)"]},
        ("raw_orders",),
    ),
    "a catalogue table in a subquery": (
        {"measures": ["orders.orders"], "filters": ["exists (select 1 from information_schema.tables)"]},
        ("information_schema",),
    ),
    "a qualified raw table in a subquery": (
        {"measures": ["orders.orders"], "filters": ["orders.id in (select id from other.orders)"]},
        ("other",),
    ),
    "a table function in a subquery": (
        {"measures": ["orders.orders"], "filters": ["exists (select 1 from read_csv('/etc/passwd'))"]},
        (),
    ),
    "a deletion in a subquery": (
        {"measures": ["orders.orders"], "filters": ["exists (with d as (delete from orders returning 1) select 1)"]},
        (),
    ),
    "a raw table behind a set operation": (
        {
            "measures": ["orders.orders"],
            "filters": ["orders.id in (select orders.id from orders union select id from raw_orders)"],
        },
        ("raw_orders",),
    ),
    "a granularity of something that is no time": (
        {"measures": ["orders.orders"], "dimensions": [{"field": "orders.status", "granularity": "month"}]},
        ("orders.status",),
    ),
    "an unknown key": ({"measures": ["orders.orders"], "filter": ["1 = 1"]}, ("filter", "filters")),
    "an unknown key of a measure": ({"measures": [{"expr": "count(*)", "nam": "x"}]}, ("nam", "name")),
    "an unknown key of a dimension": (
        {"measures": ["orders.orders"], "dimensions": [{"field": "orders.placed", "granulariti": "day"}]},
        ("granulariti", "granularity"),
    ),
    "an unknown key of an order": (
        {"measures": ["orders.orders"], "order_by": [{"field": "orders.orders", "order": "asc"}]},
        ("order",),
    ),
    "a text where a list belongs": ({"measures": "orders.orders"}, ("measures",)),
    "a number where a name belongs": ({"measures": [1]}, ()),
    "a sum of texts": ({"measures": ["sum(orders.status)"]}, ("status",)),
    "an aggregate of no source": ({"measures": [{"expr": "sum(1)", "name": "x"}]}, ()),
    "the largest of two columns": (
        {"measures": ["max(orders.amount, orders.id)"]},
        ("greatest",),
    ),
    "two measures of one given name": (
        {"measures": [{"expr": "sum(orders.amount)", "name": "x"}, {"expr": "count(orders.id)", "name": "x"}]},
        ("x",),
    ),
    "an unknown function that aggregates nothing": ({"measures": ["frobnicate(orders.amount)"]}, ()),
    "a percentile out of range": ({"measures": ["percentile(orders.amount, 1.5)"]}, ("percentile",)),
    "a percentile of a percentage": ({"measures": ["percentile(orders.amount, 90)"]}, ("percentile",)),
    "a percentile without a share": ({"measures": ["percentile(orders.amount)"]}, ("percentile",)),
    "an aggregate over columns of two facts": (
        {"measures": ["sum(orders.amount * returns.amount)"]},
        ("orders", "returns"),
    ),
}


@pytest.mark.parametrize("what", QUERIES)
def test_a_query_is_refused_with(what: str) -> None:
    query, words = QUERIES[what]
    rest = {key: value for key, value in query.items() if key not in {"measures", "dimensions"}}
    given = query.get("measures", [])
    if isinstance(given, str):
        return refuse_text_for_list(given)
    refused = refusal(SHOP, given, query.get("dimensions", []), **rest).names(*words)
    assert refused.code == CODES["queries"][what]
    return None


def test_every_code_of_the_table_belongs_to_a_case() -> None:
    assert set(CODES["queries"]) == {
        what for what, (query, _) in QUERIES.items() if query.get("measures") != "orders.orders"
    }
    assert set(CODES["models"]) == set(MODELS)


def refuse_text_for_list(given: str) -> None:
    with pytest.raises(SemanticError):
        compile_query(SHOP.sources, {"measures": given}, dialect="duckdb")


def orders_with(**keys: Any) -> Source:
    """The shop's orders with other keys."""
    made = source(ORDERS, joins=[to("customers", "customer_id = customers.id")], measures=measures(orders="count(*)"))
    return {**made, **keys}


MODELS: dict[str, tuple[Source, tuple[str, ...]]] = {
    # what: (the source of orders, the words that the refusal must have)
    "an unknown key": (orders_with(measure=[]), ("measure", "measures")),
    "an unknown key of a column": (
        orders_with(columns=[{"name": "id", "type": "number", "typ": "x"}]),
        ("typ", "type"),
    ),
    "an unknown type": (orders_with(columns=[{"name": "id", "type": "numbr"}]), ("numbr", "number")),
    "an unknown visibility": (
        orders_with(columns=[{"name": "id", "type": "number", "visibility": "secret"}]),
        ("secret",),
    ),
    "an unknown relationship": (
        orders_with(joins=[to("customers", "customer_id = customers.id", relationship="many_to_many")]),
        ("many_to_many", "many_to_one"),
    ),
    "an empty grain": (orders_with(grain=[]), ("grain",)),
    "a table and a query": (orders_with(sql="select 1 as id"), ("table", "sql")),
    "a cyclic measure": (orders_with(measures=measures(a="b + 1", b="a - 1", orders="a / 2")), ("a", "b")),
    "a measure of itself": (orders_with(measures=measures(a="a + 1", orders="a")), ("a",)),
    "a cyclic computed column": (
        orders_with(
            columns=[
                {"name": "id", "type": "number"},
                {"name": "p", "type": "number", "expr": "q + 1"},
                {"name": "q", "type": "number", "expr": "p + 1"},
            ],
            joins=[],
            measures=measures(orders="sum(p)", a="sum(q)"),
        ),
        ("p", "q"),
    ),
    "a join to nowhere": (orders_with(joins=[to("custmers", "customer_id = custmers.id")]), ("custmers", "customers")),
    "a measure without a name": (orders_with(measures=[{"expr": "count(*)"}]), ("name",)),
    "two measures of one name": (
        orders_with(measures=[*measures(orders="count(*)"), *measures(orders="sum(amount)")]),
        ("orders",),
    ),
    "two columns of one name": (
        orders_with(columns=[{"name": "id", "type": "number"}, {"name": "id", "type": "string"}], joins=[]),
        ("id",),
    ),
    "a window function in a measure": (orders_with(measures=measures(orders="sum(amount) over ()")), ("window",)),
    "a bare column as a measure": (orders_with(measures=measures(orders="amount")), ("amount",)),
    "a nested aggregate": (orders_with(measures=measures(orders="sum(count(*))")), ("count",)),
    "an unknown measure in a measure": (
        orders_with(measures=measures(orders="rvenue / 2", revenue="sum(amount)")),
        ("rvenue",),
    ),
    "an unknown column in a measure": (orders_with(measures=measures(orders="sum(amout)")), ("amout", "amount")),
    "an unknown column in a computed column": (
        orders_with(
            columns=[*orders_with()["columns"], {"name": "x", "type": "number", "expr": "amout + 1"}],
            measures=measures(orders="sum(x)"),
        ),
        ("amout",),
    ),
    "an unknown segment of a measure": (
        orders_with(measures=[{"name": "orders", "expr": "count(*)", "segments": ["nope"]}]),
        ("nope",),
    ),
    "a measure filter that is no condition": (
        orders_with(measures=[{"name": "orders", "expr": "count(*)", "filter": "amount"}]),
        ("amount",),
    ),
    "a measure filter that aggregates": (
        orders_with(measures=[{"name": "orders", "expr": "count(*)", "filter": "sum(amount) > 1"}]),
        ("filter",),
    ),
    "a role named like a source": (
        orders_with(joins=[to("customers", "customer_id = regions.id", alias="regions")]),
        ("regions",),
    ),
    "two roles of one name": (
        orders_with(
            joins=[
                to("customers", "customer_id = who.id", alias="who"),
                to("customers", "id = who.id", alias="who"),
            ]
        ),
        ("who",),
    ),
}


@pytest.mark.parametrize("what", MODELS)
def test_a_model_is_refused_with(what: str) -> None:
    changed, words = MODELS[what]
    dimensions = ["regions.name"] if "role" in what or "join" in what else []
    refused = refusal(SHOP.but(changed), ["orders.orders"], dimensions).names(*words)
    assert refused.code == CODES["models"][what]


def test_two_sources_of_one_name_are_refused() -> None:
    twice = [*SHOP.sources, source(CUSTOMERS)]
    refusal(twice, ["orders.orders"], ["customers.name"]).names("customers")


def test_a_measure_behind_a_filter_on_a_derived_measure_is_never_unfiltered(ask_sql: Ask) -> None:
    """A filter written on a derived measure restricts the rows of what it is made of, or is refused; never ignored."""
    facts = table("facts", "id:integer v:integer k:string", (1, 1, "a"), (2, 10, "b"), (3, 100, None))
    derived = {"expr": "total / n", "filter": "k = 'a' or k = 'b'"}
    model = world(facts, source(facts, measures=measures(total="sum(v)", n="count(*)", mean=derived)))
    try:
        answer = ask_sql(model, ["facts.mean", "facts.total"])
    except SemanticError:
        return
    answer.gives((5.5, 111))


def test_a_filter_that_no_fact_can_restrict_rows_by_is_never_ignored(ask_sql: Ask) -> None:
    """Orders and returns share only the customer. Asked of orders alone, a filter on returns means orders of customers
    who have such a return (ann's two), or it is refused; it does not mean all orders.
    """
    try:
        answer = ask_sql(SHOP, ["orders.orders"], filters=["returns.reason = 'broken'"])
    except SemanticError:
        return
    answer.gives((2,))


def test_a_subquery_may_not_smuggle_a_write(ask_sql: Ask) -> None:
    refusal(SHOP, ["orders.orders"], filters=["orders.id in (select id from orders for update)"])


def test_the_model_s_author_may_read_what_they_like(ask_sql: Ask) -> None:
    raw = table("raw_paid", "order_id:integer", (1,), (3,))
    filtered = {"expr": "count(*)", "filter": "id in (select order_id from raw_paid)"}
    model = SHOP.but(
        source(ORDERS, joins=[to("customers", "customer_id = customers.id")], measures=measures(paid=filtered)),
        tables=[raw],
    )
    ask_sql(model, ["orders.paid"]).gives((2,))


def test_near_names_are_three_at_most() -> None:
    names = [f"amount_{letter}" for letter in "abcdefgh"]
    wide = table("wide", " ".join(f"{name}:integer" for name in ["id", *names]))
    model = world(wide, source(wide, measures=measures(n="count(*)")))
    refusal(model, ["wide.n"], ["wide.amount"]).names("amount_")
