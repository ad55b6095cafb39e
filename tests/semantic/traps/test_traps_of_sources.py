"""Known traps: sources that are queries, and what stands in their text."""

from __future__ import annotations

import pytest
from asking import Ask, measures, source, world
from engines import table
from shop import CUSTOMERS, ORDERS, REGIONS, SHOP, to


@pytest.mark.parametrize(
    "sql",
    [
        "select id, customer_id, status, amount, placed from orders where status is not null",
        "select id, customer_id, status, amount, placed from orders where status is not null;",
        "select id, customer_id, status, amount, placed from orders where status is not null ;  \n",
        (
            "with kept as (select * from orders where status is not null) "
            "select id, customer_id, status, amount, placed from kept"
        ),
        "(select id, customer_id, status, amount, placed from orders where status is not null)",
        (
            "select id, customer_id, status, amount, placed from orders where status = 'paid' "
            "union all select id, customer_id, status, amount, placed from orders where status = 'open'"
        ),
        "select o.id, o.customer_id, o.status, o.amount, o.placed from orders o -- kept\n where o.status is not null",
    ],
)
def test_a_query_is_a_source(ask: Ask, sql: str) -> None:
    orders = source(
        ORDERS,
        name="sales",
        sql=sql,
        joins=[to("customers", "customer_id = customers.id")],
        measures=measures(n="count(*)", revenue="sum(amount)"),
    )
    model = world(
        *[ORDERS, CUSTOMERS, REGIONS],
        orders,
        source(CUSTOMERS, joins=[to("regions", "region_id = regions.id")]),
        source(REGIONS),
    )
    ask(model, ["sales.n", "sales.revenue"]).gives((6, 20.75))
    ask(model, ["sales.n"], ["regions.name"], include_empty=False).gives(("north", 3), ("south", 1), (None, 2))


def test_two_query_sources_with_the_same_inner_names(ask: Ask) -> None:
    raw = table("raw", "id:integer k:string v:integer", (1, "a", 1), (2, "b", 2), (3, "a", 4))
    model = world(
        raw,
        source(
            raw,
            name="first",
            sql="with t as (select * from raw where v < 3) select id, k, v from t",
            measures=measures(v="sum(v)"),
        ),
        source(
            raw,
            name="second",
            sql="with t as (select * from raw where v > 1) select id, k, v from t",
            measures=measures(w="sum(v)"),
        ),
    )
    ask(model, ["first.v", "second.w"]).gives((3, 6))


def test_an_inner_name_like_a_source_s(ask: Ask) -> None:
    """The query of one source has a CTE named like another source, and like its own table."""
    raw = table("raw", "id:integer v:integer", (1, 1), (2, 2), (3, 4))
    other = table("other", "id:integer v:integer", (1, 100))
    model = world(
        raw,
        other,
        source(
            raw,
            name="small",
            sql="with other as (select id, v from raw where v < 3) select id, v from other",
            measures=measures(v="sum(v)"),
        ),
        source(other, measures=measures(w="sum(v)")),
    )
    ask(model, ["small.v", "other.w"]).gives((3, 100))


def test_a_source_named_like_the_table_that_its_query_reads(ask: Ask) -> None:
    raw = table("raw", "id:integer v:integer", (1, 1), (2, 2))
    model = world(raw, source(raw, sql="select id, v from raw where v > 1", measures=measures(v="sum(v)")))
    ask(model, ["raw.v"]).gives((2,))


def test_a_recursive_query_is_a_source(ask_sql: Ask) -> None:
    edges = table("edges", "child:integer parent:integer", (1, None), (2, 1), (3, 2), (4, 2), (5, 1))
    sales = table("sales", "id:integer node:integer v:integer", (1, 3, 10), (2, 4, 20), (3, 9, 40))
    sql = (
        "with recursive tree as (select child, 0 as depth from edges where parent is null "
        "union all select edges.child, tree.depth + 1 from edges join tree on edges.parent = tree.child) "
        "select child, depth from tree"
    )
    model = world(
        edges,
        sales,
        {
            "name": "tree",
            "sql": sql,
            "grain": ["child"],
            "columns": [{"name": "child", "type": "number"}, {"name": "depth", "type": "number"}],
            "measures": measures(nodes="count(*)"),
        },
        source(sales, joins=[to("tree", "node = tree.child")], measures=measures(v="sum(v)")),
    )
    ask_sql(model, ["tree.nodes"], ["tree.depth"]).gives((0, 1), (1, 2), (2, 2))
    ask_sql(model, ["sales.v", "tree.nodes"], ["tree.depth"]).gives(
        (0, None, 1), (1, None, 2), (2, 30, 2), (None, 40, 0)
    )


def test_a_query_source_beside_table_sources(ask: Ask) -> None:
    summary = {
        "name": "summary",
        "sql": "select customer_id, count(*) as n from orders group by customer_id",
        "grain": ["customer_id"],
        "columns": [{"name": "customer_id", "type": "number"}, {"name": "n", "type": "number"}],
        "joins": [to("customers", "customer_id = customers.id")],
        "measures": measures(most="max(n)"),
    }
    ask(SHOP.but(summary), ["summary.most", "orders.orders"], ["customers.name"], include_empty=False).gives(
        ("ann", 2, 2), ("bob", 1, 1), ("cyd", 2, 2), (None, 1, 2)
    )


def test_a_star_in_a_query_source(ask: Ask) -> None:
    model = world(ORDERS, source(ORDERS, name="sales", sql="select * from orders", measures=measures(n="count(*)")))
    ask(model, ["sales.n"], ["sales.status"]).gives(("paid", 4), ("open", 2), (None, 1))


def test_a_limit_and_an_order_in_a_query_source_stay_in_it(ask: Ask) -> None:
    sql = "select id, customer_id, status, amount, placed from orders order by id limit 2"
    model = world(ORDERS, source(ORDERS, name="sales", sql=sql, measures=measures(n="count(*)")))
    ask(model, ["sales.n"]).gives((2,))


def test_a_source_whose_columns_need_quotes(ask: Ask) -> None:
    odd = table("odd", [("id", "integer"), ("Group By", "string"), ("total", "integer")], (1, "a", 1), (2, None, 2))
    model = world(
        odd,
        source(
            odd,
            columns=[{"name": "twice", "type": "number", "expr": "total * 2"}],
            measures=measures(t="sum(twice)", n=f"count({ask.quote('Group By')})"),
        ),
    )
    ask(model, ["odd.t", "odd.n"], ["odd.Group By"]).gives(("a", 2, 1), (None, 4, 0))
