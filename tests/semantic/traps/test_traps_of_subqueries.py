"""Known traps: a query inside a query's filter reads declared sources by name, not tables that are so named."""

from __future__ import annotations

from contextlib import suppress

from asking import Ask, World, measures, refusal, source, world
from engines import table
from shop import SHOP

from semantic_layer import SemanticError


def test_the_inner_source_of_the_same_name_is_the_inner_one(ask_sql: Ask) -> None:
    filters = ["orders.id in (select orders.id from orders where orders.status = 'open')"]
    ask_sql(SHOP, ["orders.orders"], filters=filters).gives((2,))
    filters = ["orders.id in (select id from orders where status = 'open')"]
    ask_sql(SHOP, ["orders.orders"], filters=filters).gives((2,))


def test_an_inner_alias(ask_sql: Ask) -> None:
    filters = ["orders.id in (select o.id from orders as o where o.status = 'open')"]
    ask_sql(SHOP, ["orders.orders"], filters=filters).gives((2,))


def test_not_in_with_nulls_is_never_true(ask_sql: Ask) -> None:
    """Returns have a NULL customer, so that no customer is provably not among them."""
    filters = ["customers.id not in (select customer_id from returns)"]
    ask_sql(SHOP, ["customers.customers"], filters=filters).gives((0,))


def test_a_correlated_query_is_right_or_refused(ask_sql: Ask) -> None:
    """Customers 1, 2, 4 have returned something; orders 1, 2, 3 are theirs."""
    for filters in (
        ["exists (select 1 from returns where returns.customer_id = orders.customer_id)"],
        ["orders.customer_id in (select r.customer_id from returns r where r.customer_id = orders.customer_id)"],
    ):
        with suppress(SemanticError):
            ask_sql(SHOP, ["orders.orders"], filters=filters).gives((3,))


def renamed() -> World:
    """A source that is a query, and one named like a table that is not its own; both with computed columns."""
    raw = table("raw", "id:integer v:integer deleted:boolean", (1, 1, False), (2, 5, False), (3, 9, True))
    other = table(
        "sales",
        "id:integer v:integer",
        (7, 7),
    )
    return world(
        raw,
        other,
        source(
            raw,
            name="things",
            sql="select id, v, deleted from raw where not deleted",
            columns=[{"name": "big", "type": "boolean", "expr": "v > 2"}],
            measures=measures(n="count(*)"),
        ),
        source(
            raw,
            name="sales",
            columns=[{"name": "twice", "type": "number", "expr": "2 * v"}],
            measures=measures(s="count(*)"),
        ),
    )


def test_an_inner_name_is_a_source_not_a_table(ask_sql: Ask) -> None:
    """The source `sales` reads the table raw; the table named sales is none of its business."""
    ask_sql(renamed(), ["things.n"], filters=["things.id in (select id from sales)"]).gives((2,))
    ask_sql(renamed(), ["sales.s"], filters=["sales.id in (select id from things)"]).gives((2,))
    refusal(renamed(), ["things.n"], filters=["things.id in (select id from raw)"]).names("raw")


def test_inner_computed_columns_are_right_or_refused(ask_sql: Ask) -> None:
    with suppress(SemanticError):
        ask_sql(renamed(), ["sales.s"], filters=["sales.id in (select id from things where big)"]).gives((1,))
    with suppress(SemanticError):
        ask_sql(renamed(), ["things.n"], filters=["things.id in (select id from sales where twice > 9)"]).gives((1,))


def test_an_inner_cte_hides_no_source(ask_sql: Ask) -> None:
    filters = ["orders.id in (with orders as (select id from customers) select id from orders where id < 3)"]
    with suppress(SemanticError):
        ask_sql(SHOP, ["orders.orders"], filters=filters).gives((2,))


def test_a_scalar_query_compares_with_the_whole(ask_sql: Ask) -> None:
    """The average amount is 24.75 / 6; above it are 10, 5.5 and 7.25."""
    filters = ["orders.amount > (select avg(orders.amount) from orders)"]
    ask_sql(SHOP, ["orders.orders"], ["orders.status"], filters=filters).gives(("paid", 2), ("open", 1))


def test_a_query_in_a_filter_on_a_shared_dimension_reaches_every_fact(ask_sql: Ask) -> None:
    filters = ["customers.region_id in (select id from regions where name = 'north')"]
    ask_sql(SHOP, ["orders.orders", "returns.returned"], filters=filters).gives((3, 3))


def test_an_inner_query_over_a_child_is_right_or_refused(ask_sql: Ask) -> None:
    """Orders behind whose customer there are two returns or more: ann's two."""
    filters = ["orders.customer_id in (select customer_id from returns group by customer_id having count(*) > 1)"]
    with suppress(SemanticError):
        ask_sql(SHOP, ["orders.orders"], filters=filters).gives((2,))


STAFF = table(
    "staff",
    "id:integer name:string boss:integer pay:integer",
    (1, "ann", None, 9),
    (2, "bob", 1, 5),
    (3, "cyd", 1, 2),
    (4, "dan", 2, 7),
    (5, "eve", 99, 1),
)
ORGANISATION = world(
    STAFF,
    source(
        STAFF,
        joins=[{"to": "staff", "on": "id = report.boss", "relationship": "one_to_many", "alias": "report"}],
        measures=measures(pay="sum(pay)", leads={"expr": "count(*)", "filter": "report.pay > 4"}),
    ),
)


def test_details_in_the_same_table_are_those_of_the_row_outside(ask: Ask) -> None:
    """A nested query over the table that the outer rows come from: the outer name is not the inner table's."""
    ask(ORGANISATION, ["staff.pay"], filters=["report.pay < 5"]).gives((9,))
    ask(ORGANISATION, ["staff.leads"]).gives((2,))
    ask(ORGANISATION, ["staff.leads"], ["staff.name"], include_empty=False).gives(
        ("ann", 1), ("bob", 1), ("cyd", 0), ("dan", 0), ("eve", 0)
    )


def test_a_nested_query_of_the_same_source_reads_the_row_outside(ask_sql: Ask) -> None:
    leads = "exists (select 1 from staff other where other.boss = staff.id and other.pay > 4)"
    ask_sql(ORGANISATION, ["staff.pay"], filters=[leads]).gives((14,))
    most = "staff.pay >= (select max(other.pay) from staff other where other.boss = staff.boss)"
    with suppress(SemanticError):
        ask_sql(ORGANISATION, [], ["staff.name"], filters=[most]).gives(("bob",), ("dan",), ("eve",))
