"""Rule 7: which rows and which groups a filter restricts."""

from __future__ import annotations

from asking import Ask, measures, source, world
from engines import table
from shop import ITEMS, ORDERS, SHOP, to


def test_a_column_filter_restricts_rows(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue", "orders.orders"], filters=["orders.status = 'paid'"]).gives((17.25, 4))


def test_filters_are_anded(ask: Ask) -> None:
    ask(SHOP, ["orders.orders"], filters=["orders.status = 'paid'", "orders.amount > 0"]).gives((2,))


def test_a_filter_is_true_or_the_row_is_out(ask: Ask) -> None:
    """NULL is not true: neither the condition nor its negation keeps the order without status."""
    ask(SHOP, ["orders.orders"], filters=["orders.status = 'paid'"]).gives((4,))
    ask(SHOP, ["orders.orders"], filters=["not orders.status = 'paid'"]).gives((2,))
    ask(SHOP, ["orders.orders"], filters=["orders.status <> 'paid'"]).gives((2,))
    ask(SHOP, ["orders.orders"], filters=["orders.status not in ('paid')"]).gives((2,))


def test_a_null_test_on_a_parent_finds_rows_without_one(ask: Ask) -> None:
    """Orders 4 and 5 have no customer; bob (order 3) has no tier."""
    ask(SHOP, ["orders.orders"], filters=["customers.id is null"]).gives((2,))
    ask(SHOP, ["orders.orders"], filters=["customers.tier is null"]).gives((3,))


def test_a_shared_dimension_restricts_every_fact(ask: Ask) -> None:
    asked = ["orders.orders", "returns.returned", "items.lines"]
    ask(SHOP, asked, filters=["customers.tier = 'gold'"]).gives((4, 2, 3)).is_silent()
    ask(SHOP, asked, filters=["regions.name = 'north'"]).gives((3, 3, 3)).is_silent()


def test_a_parent_fact_s_column_restricts_the_child_fact(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "items.units"], filters=["orders.status = 'open'"]).gives((2, 3)).is_silent()
    ask(SHOP, ["items.units"], filters=["orders.status = 'open'"]).gives((3,))


def test_a_column_that_one_fact_reaches_restricts_that_fact_with_a_warning(ask: Ask) -> None:
    answer = ask(SHOP, ["orders.orders", "returns.returned"], filters=["returns.reason = 'broken'"])
    answer.gives((7, 2)).warns_of("returns.reason", "orders")


def test_two_conditions_in_one_filter_restrict_as_they_do_in_two(ask_sql: Ask) -> None:
    """Orders cannot be asked for a reason of returns; their customer's tier they still are."""
    asked = ["orders.orders", "returns.returned"]
    apart = ask_sql(SHOP, asked, filters=["customers.tier = 'gold'", "returns.reason = 'broken'"])
    together = ask_sql(SHOP, asked, filters=["customers.tier = 'gold' and returns.reason = 'broken'"])
    assert together.result.rows == apart.result.rows
    assert together.result.rows[0][0] == 4
    together.warns_of("'orders'", "part")


def test_such_a_filter_by_a_shared_dimension(ask: Ask) -> None:
    answer = ask(
        SHOP,
        ["orders.orders", "returns.returned"],
        ["customers.name"],
        filters=["returns.reason = 'broken'"],
        include_empty=False,
    )
    answer.gives(("ann", 2, 1), ("bob", 1, 0), ("cyd", 2, 0), ("dan", 0, 1), (None, 2, 0)).warns_of("returns.reason")


def test_behind_a_one_to_many_means_exists(ask: Ask) -> None:
    """Order 1 has two lines and 2, 4 and 5 one each: four orders have a line; order 3, 6 and 7 none."""
    ask(SHOP, ["orders.orders"], filters=["items.quantity > 0"]).gives((4,))
    ask(SHOP, ["orders.orders", "orders.revenue"], filters=["items.quantity >= 2"]).gives((2, 8))
    ask(SHOP, ["orders.orders"], filters=["products.color = 'red'"]).gives((2,))


def test_behind_two_one_to_manys_means_exists(ask: Ask) -> None:
    ask(SHOP, ["customers.customers"], filters=["items.quantity > 0"]).gives((1,))
    ask(SHOP, ["customers.customers"], ["regions.name"], filters=["orders.status = 'paid'"], include_empty=False).gives(
        ("north", 2), ("south", 1)
    )


def test_each_filter_asks_for_a_row_of_its_own(ask: Ask) -> None:
    """Order 1 has a line of quantity 2 and another of price 4; as one filter no single line is both."""
    ask(SHOP, ["orders.orders"], filters=["items.quantity = 2", "items.price = 4"]).gives((1,))
    ask(SHOP, ["orders.orders"], filters=["items.quantity = 2 and items.price = 4"]).gives((0,))
    ask(SHOP, ["orders.orders"], filters=["items.quantity = 2 and items.price = 3"]).gives((1,))


def test_an_own_condition_or_one_behind_a_one_to_many(ask: Ask) -> None:
    """Orders 1, 2, 4 and 5 have a line, 3 and 6 are paid without one: `p or exists` is true for six."""
    ask(SHOP, ["orders.orders"], filters=["orders.status = 'paid' or items.quantity > 0"]).gives((6,))


def test_a_measure_filter_behind_a_one_to_many_means_exists(ask: Ask) -> None:
    model = SHOP.but(
        source(
            ORDERS,
            joins=[to("customers", "customer_id = customers.id")],
            measures=measures(
                orders="count(*)",
                with_lines={"expr": "count(*)", "filter": "items.quantity > 0"},
                value={"expr": "sum(amount)", "filter": "items.quantity > 0"},
            ),
        )
    )
    ask(model, ["orders.orders", "orders.with_lines", "orders.value"]).gives((7, 4, 20.75))
    ask(model, ["orders.with_lines", "orders.value"], ["customers.name"]).gives(
        ("ann", 2, 15.5), ("bob", 0, None), ("cyd", 0, None), ("dan", 0, None), ("eve", 0, None), (None, 2, 5.25)
    )


def test_a_segment_behind_a_one_to_many_means_exists(ask: Ask) -> None:
    joins = [to("orders", "order_id = orders.id"), to("products", "product_id = products.id")]
    model = SHOP.but(source(ITEMS, joins=joins, segments=[{"name": "cheap", "expr": "price < 6"}]))
    ask(model, ["orders.orders"], segments=["items.cheap"]).gives((3,))


def test_a_query_segment_is_a_row_filter(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "items.units"], segments=["orders.paid"]).gives((4, 4))
    ask(SHOP, ["orders.orders"], segments=["orders.paid", "orders.large"]).gives((2,))
    ask(SHOP, ["orders.orders", "returns.returned"], segments=["customers.golden"]).gives((4, 2))


def test_a_query_segment_one_fact_cannot_reach_is_warned_of(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "returns.returned"], segments=["orders.paid"]).gives((4, 6)).warns_of("orders.paid")


def test_a_measure_filter_restricts_its_measure_alone(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue", "orders.paid_revenue", "orders.open_orders"]).gives((24.75, 17.25, 2))


def test_a_measure_s_segments_restrict_it(ask: Ask) -> None:
    measure = {"expr": "sum(amount)", "segments": ["paid", "large"], "filter": "id <> 4"}
    segments = [{"name": "paid", "expr": "status = 'paid'"}, {"name": "large", "expr": "amount >= 5"}]
    model = world(ORDERS, source(ORDERS, segments=segments, measures=measures(m=measure, n="count(*)")))
    ask(model, ["orders.m", "orders.n"]).gives((10, 7))


def test_a_measure_filter_over_a_parent_column(ask: Ask) -> None:
    model = SHOP.but(
        source(
            ORDERS,
            joins=[to("customers", "customer_id = customers.id")],
            measures=measures(golden={"expr": "count(*)", "filter": "customers.tier = 'gold'"}),
        )
    )
    ask(model, ["orders.golden"], ["orders.status"]).gives(("paid", 2), ("open", 1), (None, 1))


def test_a_clause_that_names_a_measure_filters_groups(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue"], ["customers.name"], filters=["orders.revenue > 4"]).gives(("ann", 15.5), (None, 5.25))
    ask(SHOP, ["orders.revenue"], ["customers.name"], filters=["sum(orders.amount) > 4"]).gives(
        ("ann", 15.5), (None, 5.25)
    )


def test_a_group_filter_on_a_measure_that_is_not_selected(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue"], ["customers.name"], filters=["orders.orders >= 2"]).gives(
        ("ann", 15.5), ("cyd", 4), (None, 5.25)
    )


def test_a_group_filter_on_a_measure_of_another_fact(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue"], ["customers.name"], filters=["returns.returned >= 2"]).gives(
        ("ann", 15.5), (None, 5.25)
    )


def test_a_group_filter_on_a_derived_measure(ask: Ask) -> None:
    model = SHOP.but(
        source(
            ORDERS,
            joins=[to("customers", "customer_id = customers.id")],
            measures=measures(revenue="sum(amount)", orders="count(*)", mean="revenue / orders"),
        )
    )
    ask(model, ["orders.orders"], ["customers.name"], filters=["orders.mean > 2"]).gives(("ann", 2), (None, 2))
    ask(model, ["orders.orders"], ["customers.name"], filters=["orders.mean * 2 <= 4"]).gives(("bob", 1), ("cyd", 2))


def test_a_group_filter_and_a_row_filter_together(ask: Ask) -> None:
    ask(
        SHOP,
        ["orders.orders"],
        ["customers.name"],
        filters=["orders.status = 'paid'", "orders.orders = 1", "orders.revenue is not null"],
    ).gives(("ann", 1), ("bob", 1), (None, 1))


def test_an_and_of_rows_and_groups_is_both(ask: Ask) -> None:
    ask(SHOP, ["orders.orders"], ["customers.name"], filters=["orders.status = 'paid' and orders.orders = 1"]).gives(
        ("ann", 1), ("bob", 1), ("cyd", 1), (None, 1)
    )


def test_a_group_filter_without_dimensions_filters_the_one_row(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue"], filters=["orders.orders > 6"]).gives((24.75,))
    ask(SHOP, ["orders.revenue"], filters=["orders.orders > 7"]).gives()


def test_a_group_filter_across_facts(ask: Ask) -> None:
    ask(
        SHOP,
        ["orders.orders", "returns.returned"],
        ["customers.name"],
        filters=["orders.orders > returns.returned or returns.returned = 2"],
    ).gives(("ann", 2, 2), ("cyd", 2, 0), (None, 2, 2))


def test_an_aggregate_inside_a_subquery_is_a_row_filter(ask_sql: Ask) -> None:
    """The largest amount is 10, of one order."""
    ask_sql(SHOP, ["orders.orders"], filters=["orders.amount = (select max(amount) from orders)"]).gives((1,))


def test_a_subquery_reads_a_declared_source(ask_sql: Ask) -> None:
    filters = ["orders.customer_id in (select customers.id from customers where customers.tier = 'gold')"]
    ask_sql(SHOP, ["orders.orders"], filters=filters).gives((4,))


def test_a_filter_on_a_date_column(ask: Ask) -> None:
    ask(SHOP, ["orders.orders"], filters=["orders.placed >= '2024-02-01' and orders.placed < '2024-03-01'"]).gives((2,))


def test_a_boolean_column_is_a_filter(ask: Ask) -> None:
    flags = table("flags", "id:integer on_sale:boolean", (1, True), (2, False), (3, None))
    model = world(flags, source(flags, measures=measures(n="count(*)", sold={"expr": "count(*)", "filter": "on_sale"})))
    ask(model, ["flags.n"], filters=["flags.on_sale"]).gives((1,))
    ask(model, ["flags.n"], filters=["not flags.on_sale"]).gives((1,))
    ask(model, ["flags.n"], filters=["flags.on_sale = true"]).gives((1,))
    ask(model, ["flags.n", "flags.sold"], filters=["flags.on_sale is not null"]).gives((2, 1))


def test_a_filter_on_a_dimension_that_is_not_asked_for(ask: Ask) -> None:
    ask(SHOP, ["items.units"], ["products.color"], filters=["customers.name = 'ann'"], include_empty=False).gives(
        ("red", 3), ("blue", 1)
    )
