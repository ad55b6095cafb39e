"""Known traps: filters over several facts and over rows behind a one_to_many."""

from __future__ import annotations

from asking import Ask, measures, source, world
from engines import table
from shop import ITEMS, ORDERS, SHOP, to


def test_a_runtime_expression_filtered_by_a_child(ask: Ask) -> None:
    ask(
        SHOP,
        [{"expr": "sum(orders.amount)", "name": "v"}],
        ["customers.name"],
        filters=["items.price > 3"],
        include_empty=False,
    ).gives(("ann", 15.5), (None, 7.25))


def test_a_child_filter_with_a_parent_and_a_child_measure(ask_sql: Ask) -> None:
    """Lines dearer than 3: four, of orders 1, 2, 4 and of none. The orders are these three, or all with a warning."""
    answer = ask_sql(SHOP, ["orders.orders", "items.lines"], filters=["items.price > 3"])
    answer.gives_any_of([(3, 4)], [(7, 4)])
    if answer.result.rows[0][0] == 7:
        answer.warns_of("items.price", "orders")


def test_two_children_s_filters_do_not_multiply(ask: Ask) -> None:
    parents = table("parents", "id:integer v:integer", (1, 1), (2, 10), (3, 100))
    left = table("lefts", "id:integer parent:integer x:integer", (1, 1, 1), (2, 1, 2), (3, 2, 3), (4, None, 3))
    right = table("rights", "id:integer parent:integer y:integer", (1, 1, 1), (2, 1, 1), (3, 3, 1), (4, 2, 0))
    join = [to("parents", "parent = parents.id")]
    model = world(
        *[parents, left, right],
        source(parents, measures=measures(v="sum(v)", n="count(*)")),
        source(left, joins=join),
        source(right, joins=join),
    )
    ask(model, ["parents.v", "parents.n"], filters=["lefts.x > 0", "rights.y > 0"]).gives((1, 1))
    ask(model, ["parents.v"], filters=["lefts.x > 0 or rights.y > 0"]).gives((111,))


def test_a_measure_filter_over_a_child_beside_one_without(ask: Ask) -> None:
    joins = [to("customers", "customer_id = customers.id")]
    filtered = {"expr": "sum(amount)", "filter": "items.quantity > 1 or orders.amount < 1"}
    model = SHOP.but(source(ORDERS, joins=joins, measures=measures(v="sum(amount)", w=filtered, n="count(*)")))
    ask(model, ["orders.v", "orders.w", "orders.n"]).gives((24.75, 8, 7))


def test_a_derived_measure_over_a_filtered_one(ask: Ask) -> None:
    joins = [to("customers", "customer_id = customers.id")]
    paid = {"expr": "sum(amount)", "filter": "status = 'paid' or status = 'done'"}
    model = SHOP.but(
        source(
            ORDERS,
            joins=joins,
            measures=measures(v="sum(amount)", paid=paid, unpaid="v - paid", share="paid / v", rest="1 - share"),
        )
    )
    ask(model, ["orders.unpaid", "orders.share", "orders.rest"]).gives((7.5, 17.25 / 24.75, 7.5 / 24.75))
    ask(model, ["orders.rest"], ["orders.status"]).gives(("paid", 0), ("open", None), (None, None))


def test_a_filter_reaches_a_grandchild(ask: Ask) -> None:
    ask(SHOP, ["items.units", "returns.returned", "customers.customers"], filters=["regions.name = 'north'"]).gives(
        (4, 3, 2)
    )


def test_a_segment_of_a_shared_dimension_reaches_every_fact(ask: Ask) -> None:
    ask(SHOP, ["items.lines", "orders.orders", "returns.returned"], segments=["customers.golden"]).gives((3, 4, 2))


def test_a_filter_on_the_null_group(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "returns.returned"], ["customers.name"], filters=["customers.name is null"]).gives(
        (None, 2, 2)
    )


def test_group_filters_see_whole_groups_whatever_the_row_filter_of_another_measure(ask: Ask) -> None:
    ask(SHOP, ["orders.open_orders"], ["customers.name"], filters=["orders.orders = 2"], include_empty=False).gives(
        ("ann", 1), ("cyd", 0), (None, 1)
    )


def test_a_date_filter_on_a_parent_fact_reaches_the_child(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "items.lines"], filters=["orders.placed < '2024-02-01'"]).gives((2, 3))


def test_a_filter_that_nothing_meets(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "orders.revenue", "returns.returned"], filters=["customers.name = 'nobody'"]).gives(
        (0, None, 0)
    )
    ask(SHOP, ["orders.orders"], ["customers.name"], filters=["customers.name = 'nobody'"]).gives()


def test_items_reached_by_a_filter_that_reads_two_tables(ask: Ask) -> None:
    """A line dearer than its order's whole amount: line 5 (1.00 of an order of -2)."""
    ask(SHOP, ["items.lines"], filters=["items.price > orders.amount"]).gives((1,))
    ask(SHOP, ["orders.orders"], filters=["items.price > orders.amount"]).gives((1,))


def test_a_child_that_is_missing_is_not_a_child_with_null(ask: Ask) -> None:
    """`items.product_id is null` asks for a line without product (order 5), not for orders without lines."""
    ask(
        SHOP.but(source(ITEMS, joins=[to("orders", "order_id = orders.id")])),
        ["orders.orders"],
        filters=["items.quantity > 0 and items.product_id is null"],
    ).gives((1,))
