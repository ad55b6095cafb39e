"""Known traps: what is right as a tree and means something else, or nothing, once an engine reads it as text."""

from __future__ import annotations

import pytest
from asking import Ask, measures, source, world
from engines import table
from shop import ORDERS, SHOP, to

PARENTS = table("parents", "id:integer k:string", (1, "x"), (2, "y"), (3, None))
CHILDREN = table("children", "id:integer parent_id:integer v:integer", (1, 1, 10), (2, 2, 1), (3, 9, 5))

LONG = "a_name_that_is_so_long_that_no_database_keeps_it_whole_in_its_memory_of_names"


def test_names_that_agree_as_far_as_an_engine_reads_them_stay_two(ask_sql: Ask) -> None:
    """PostgreSQL cuts a name after 63 bytes: the outer and the inner rows of EXISTS would have one alias."""
    parents, children = f"{LONG}_of_parents", f"{LONG}_of_children"
    big = {"expr": "count(*)", "filter": f"{children}.v > 5"}
    model = world(
        PARENTS,
        CHILDREN,
        source(PARENTS, name=parents, measures=measures(n="count(*)", big=big)),
        source(
            CHILDREN,
            name=children,
            joins=[to(parents, f"parent_id = {parents}.id")],
            measures=measures(v="sum(v)"),
        ),
    )
    ask_sql(model, [f"{parents}.n"], filters=[f"{children}.v > 5"]).gives((1,))
    ask_sql(model, [f"{parents}.big"]).gives((1,))
    ask_sql(model, [f"{parents}.n", f"{children}.v"], [f"{parents}.k"]).gives(("x", 1, 10), ("y", 1, 1), (None, 1, 5))


@pytest.mark.parametrize("name", ["orders_facts", "customers_members", "combined"])
def test_a_table_that_a_nested_query_of_the_author_reads_is_not_hidden(ask_sql: Ask, name: str) -> None:
    raw = table(name, "order_id:integer", (1,), (3,))
    listed = {"expr": "count(*)", "filter": f"id in (select order_id from {name})"}
    model = SHOP.but(
        source(ORDERS, joins=[to("customers", "customer_id = customers.id")], measures=measures(listed=listed)),
        tables=[raw],
    )
    ask_sql(model, ["orders.listed", "customers.customers"]).gives((2, 5))
    ask_sql(model, ["orders.listed"], ["customers.name"]).gives(
        ("ann", 1), ("bob", 1), ("cyd", 0), ("dan", 0), ("eve", 0), (None, 0)
    )


CONSTANTS = {
    "'web'": "web",
    "1": 1,
    "3": 3,
    "true": True,
    "1.5": 1.5,
    "2 + 1": 3,
    "cast('2024-01-01' as date)": "2024-01-01",
}


@pytest.mark.parametrize("expression", CONSTANTS)
def test_a_constant_is_a_dimension_like_any_other(ask_sql: Ask, expression: str) -> None:
    """In GROUP BY and ORDER BY a number counts columns, and PostgreSQL refuses a text there."""
    value = CONSTANTS[expression]
    constant = {"name": "channel", "expr": expression}
    model = world(
        PARENTS,
        CHILDREN,
        source(PARENTS, columns=[constant], measures=measures(n="count(*)")),
        source(
            CHILDREN,
            columns=[constant],
            joins=[to("parents", "parent_id = parents.id")],
            measures=measures(v="sum(v)"),
        ),
    )
    total, own = ["children.v"], "children.channel"
    ask_sql(model, total, [own]).gives((value, 16))
    ask_sql(model, total, [own, "parents.k"], include_empty=False).gives(
        (value, "x", 10), (value, "y", 1), (value, None, 5)
    )
    ask_sql(model, total, ["parents.channel"]).gives((value, 11), (None, 5))
    ask_sql(model, ["parents.n", *total], ["parents.channel"], order_by=["parents.channel"]).gives(
        (value, 3, 11), (None, 0, 5)
    )
    ask_sql(model, total, [own], filters=["children.v > 1000"]).gives()
    ask_sql(model, [], [own], order_by=[own]).gives((value,))
    ask_sql(model, [{"expr": "median(children.v)", "name": "m"}], [own], order_by=[own]).gives((value, 5))


def test_a_limit_cuts_the_same_rows_every_time(ask_sql: Ask) -> None:
    """Rows that the order leaves alike are ordered by the dimensions that it does not name."""
    many = table("many", "id:integer k:string g:integer", *[(n, f"k{n:02d}", n % 2) for n in range(40, 0, -1)])
    model = world(many, source(many, measures=measures(n="count(*)")))
    found = ask_sql(
        model, ["many.n"], ["many.g", "many.k"], order_by=[{"field": "many.n", "direction": "desc"}], limit=3
    )
    found.gives((0, "k02", 1), (0, "k04", 1), (0, "k06", 1), ordered=True)
