"""Rule 1: a measure is computed at the grain of its own source; nothing in the query changes how often a row counts.

All expected rows are worked out by hand from the tables in ``shop``.
"""

from __future__ import annotations

from asking import Ask
from shop import SHOP


def test_a_parent_measure_beside_its_child_is_not_multiplied(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue", "items.units"]).gives((24.75, 11))


def test_a_parent_measure_beside_its_child_by_a_shared_dimension(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue", "items.units"], ["orders.status"], include_empty=False).gives(
        ("paid", 17.25, 4), ("open", 3.5, 3), (None, 4, 4)
    )


def test_two_facts_over_one_dimension_are_aggregated_apart(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue", "returns.refunds"], ["customers.name"], include_empty=False).gives(
        ("ann", 15.5, 3.5), ("bob", 0, None), ("cyd", 4, None), ("dan", None, 3), (None, 5.25, 1.75)
    )


def test_three_facts_over_one_dimension_are_aggregated_apart(ask: Ask) -> None:
    asked = ["orders.revenue", "returns.refunds", "items.units"]
    ask(SHOP, asked, ["customers.name"], include_empty=False).gives(
        ("ann", 15.5, 3.5, 4),
        ("bob", 0, None, None),
        ("cyd", 4, None, None),
        ("dan", None, 3, None),
        (None, 5.25, 1.75, 7),
    )


def test_a_dimension_two_joins_away_does_not_change_the_total(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue"], ["regions.name"], include_empty=False).gives(
        ("north", 15.5), ("south", 4), (None, 5.25)
    )


def test_a_dimension_that_other_measures_need_does_not_multiply(ask: Ask) -> None:
    ask(SHOP, ["customers.customers", "orders.orders"], ["regions.name"], include_empty=False).gives(
        ("north", 2, 3), ("south", 1, 2), (None, 2, 2)
    )


def test_averages_and_counts_beside_a_child_fact(ask: Ask) -> None:
    ask(SHOP, ["orders.average", "orders.orders", "items.lines"], ["customers.name"], include_empty=False).gives(
        ("ann", 7.75, 2, 3), ("bob", 0, 1, 0), ("cyd", 4, 2, 0), (None, 2.625, 2, 4)
    )


def test_an_expression_written_in_the_query_is_not_multiplied_either(ask: Ask) -> None:
    asked = [{"expr": "sum(orders.amount)", "name": "a"}, {"expr": "sum(items.quantity)", "name": "b"}]
    ask(SHOP, asked, ["customers.name"], include_empty=False).gives(
        ("ann", 15.5, 4), ("bob", 0, None), ("cyd", 4, None), (None, 5.25, 7)
    )


def test_a_filter_on_a_child_counts_each_parent_once(ask: Ask) -> None:
    """Order 1 has two lines, both of more than 2 money; it counts once."""
    ask(SHOP, ["orders.revenue"], filters=["items.price > 2"]).gives((22.75,))


def test_a_measure_that_reads_a_parent_column_stays_at_its_own_grain(ask: Ask) -> None:
    """Items know their order's amount: 20 + 10 for order 1, then 5.5, 7.25 and 2 times -2."""
    ask(SHOP, [{"expr": "sum(items.quantity * orders.amount)", "name": "weighted"}]).gives((38.75,))
