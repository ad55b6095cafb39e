"""Rule 2: without limit and filter an additive measure summed over the groups is its ungrouped total."""

from __future__ import annotations

import pytest
from asking import Ask
from shop import SHOP

TOTALS = {
    "orders.revenue": 24.75,
    "orders.orders": 7,
    "items.units": 11,
    "items.sales": 36.75,
    "returns.refunds": 8.25,
}
DIMENSIONS = {
    "orders.revenue": ["orders.status", "customers.name", "customers.tier", "regions.name"],
    "orders.orders": ["orders.status", "customers.name", "customers.tier", "regions.name"],
    "items.units": ["products.color", "orders.status", "customers.name", "regions.name"],
    "items.sales": ["products.name", "orders.status", "customers.tier"],
    "returns.refunds": ["returns.reason", "customers.name", "regions.name"],
}


@pytest.mark.parametrize("include_empty", [True, False])
@pytest.mark.parametrize(
    ("measure", "dimension"), [(measure, each) for measure, found in DIMENSIONS.items() for each in found]
)
def test_groups_add_up_to_the_total(ask: Ask, measure: str, dimension: str, include_empty: bool) -> None:  # noqa: FBT001
    rows = ask(SHOP, [measure], [dimension], include_empty=include_empty).result.rows
    assert sum(row[1] or 0 for row in rows) == TOTALS[measure]


def test_null_and_dangling_keys_form_one_null_group(ask: Ask) -> None:
    """Order 4 has no customer, order 5 one that does not exist."""
    ask(SHOP, ["orders.orders"], ["customers.name"], include_empty=False).gives(
        ("ann", 2), ("bob", 1), ("cyd", 2), (None, 2)
    )


def test_a_dangling_key_in_the_middle_of_a_chain_does_not_lose_rows(ask: Ask) -> None:
    """Dan has no region and eve one that does not exist; both count as customers."""
    ask(SHOP, ["customers.customers"], ["regions.name"], include_empty=False).gives(
        ("north", 2), ("south", 1), (None, 2)
    )


def test_a_dimension_of_a_missing_parent_and_a_null_attribute_are_one_group(ask: Ask) -> None:
    """Bob's tier is NULL (one order), and two orders have no customer at all."""
    ask(SHOP, ["orders.orders"], ["customers.tier"], include_empty=False).gives(("gold", 4), (None, 3))


def test_two_dimensions_from_different_branches_conserve_the_total(ask: Ask) -> None:
    rows = ask(SHOP, ["items.units"], ["products.color", "regions.name"], include_empty=False).result.rows
    assert sum(row[2] for row in rows) == 11
    assert len(rows) == len({row[:2] for row in rows})
