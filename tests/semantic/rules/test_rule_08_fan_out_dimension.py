"""Rule 8: a dimension behind a one_to_many works for aggregates that are safe under repetition, and for no others."""

from __future__ import annotations

import pytest
from asking import Ask, refusal
from shop import SHOP


@pytest.mark.parametrize("measure", ["orders.revenue", "orders.orders", "orders.average", "orders.paid_revenue"])
def test_other_aggregates_are_refused_with_the_reason(measure: str) -> None:
    refusal(SHOP, [measure], ["items.quantity"]).names("items", "orders")


def test_two_one_to_manys_away_as_well() -> None:
    refusal(SHOP, ["customers.customers"], ["items.quantity"]).names("items", "customers")


def test_up_and_down_again_as_well() -> None:
    """Orders and returns share only their customer."""
    refusal(SHOP, ["orders.revenue"], ["returns.reason"]).names("returns", "orders")


def test_one_unsafe_aggregate_among_safe_ones_is_enough() -> None:
    refusal(SHOP, ["orders.largest", "orders.revenue"], ["items.quantity"]).names("items")
    refusal(SHOP, [{"expr": "max(orders.amount) + sum(orders.amount)", "name": "x"}], ["items.quantity"]).names("items")


def test_one_unsafe_fact_among_several_is_enough() -> None:
    refusal(SHOP, ["items.units", "orders.revenue"], ["items.quantity"]).names("orders")


def test_minimum_maximum_and_count_distinct_work(ask: Ask) -> None:
    """Lines of quantity 2 are of orders 1 (10) and 5 (-2), 1 of orders 1, 2, 4; orders 3, 6, 7 have none."""
    ask(
        SHOP,
        ["orders.smallest", "orders.largest", {"expr": "count(distinct orders.id)", "name": "orders"}],
        ["items.quantity"],
        include_empty=False,
    ).gives((2, -2, 10, 2), (1, 5.5, 10, 3), (None, 0, 4, 3))


def test_count_distinct_by_a_grandchild_s_parent(ask: Ask) -> None:
    """Customers by the colours they bought: ann red and blue; all others nothing."""
    ask(SHOP, [{"expr": "count_distinct(customers.id)", "name": "who"}], ["products.color"], include_empty=False).gives(
        ("red", 1), ("blue", 1), (None, 4)
    )


def test_a_ratio_of_safe_aggregates_works(ask: Ask) -> None:
    ask(
        SHOP,
        [{"expr": "max(orders.amount) - min(orders.amount)", "name": "spread"}],
        ["items.quantity"],
        include_empty=False,
    ).gives((2, 12), (1, 4.5), (None, 4))
