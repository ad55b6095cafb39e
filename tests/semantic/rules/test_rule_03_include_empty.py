"""Rule 3: include_empty only adds rows: members without facts, once each, counts 0, other measures NULL."""

from __future__ import annotations

from asking import Ask, measures, source, world
from engines import table
from shop import ORDERS, SHOP, to


def test_members_without_facts_are_added_once_with_null(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue"], ["customers.name"]).gives(
        ("ann", 15.5), ("bob", 0), ("cyd", 4), ("dan", None), ("eve", None), (None, 5.25)
    )


def test_it_is_the_default(ask: Ask) -> None:
    implicit = ask(SHOP, ["orders.revenue"], ["customers.name"]).result.rows
    ask(SHOP, ["orders.revenue"], ["customers.name"], include_empty=True).gives(*implicit)


def test_without_it_there_are_only_members_with_facts(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue"], ["customers.name"], include_empty=False).gives(
        ("ann", 15.5), ("bob", 0), ("cyd", 4), (None, 5.25)
    )


def test_every_kind_of_count_is_zero_for_an_added_member(ask: Ask) -> None:
    """Each of these would count the padding row of an outer join as 1 if it were counted after the join."""
    asked = [
        "orders.orders",
        {"expr": "count(1)", "name": "ones"},
        {"expr": "count(coalesce(orders.amount, 0))", "name": "coalesced"},
        {"expr": "count(distinct orders.id)", "name": "distinct_ids"},
        {"expr": "count_distinct(coalesce(orders.status, 'none'))", "name": "statuses"},
    ]
    model = SHOP.but(
        source(
            ORDERS,
            joins=[to("customers", "customer_id = customers.id")],
            measures=measures(
                orders="count(*)",
                ones="count(1)",
                coalesced="count(coalesce(amount, 0))",
                distinct_ids="count(distinct id)",
                statuses="count_distinct(coalesce(status, 'none'))",
            ),
        )
    )
    names = ["orders." + (each if isinstance(each, str) else each["name"]).removeprefix("orders.") for each in asked]
    ask(model, names, ["customers.name"]).gives(
        ("ann", 2, 2, 2, 2, 2),
        ("bob", 1, 1, 1, 1, 1),
        ("cyd", 2, 2, 2, 2, 2),
        ("dan", 0, 0, 0, 0, 0),
        ("eve", 0, 0, 0, 0, 0),
        (None, 2, 2, 2, 2, 2),
    )


def test_a_measure_of_coalesced_values_is_null_for_an_added_member(ask: Ask) -> None:
    """Coalescing inside the aggregate is for rows that exist: dan has none, so there is nothing to sum."""
    ask(SHOP, [{"expr": "sum(coalesce(orders.amount, 100))", "name": "filled"}], ["customers.name"]).gives(
        ("ann", 15.5), ("bob", 0), ("cyd", 104), ("dan", None), ("eve", None), (None, 5.25)
    )


def test_a_literal_inside_an_aggregate_is_null_for_an_added_member(ask: Ask) -> None:
    model = SHOP.but(
        source(
            ORDERS,
            joins=[to("customers", "customer_id = customers.id")],
            measures=measures(ones="sum(1)", flags="max(case when amount > 5 then 1 else 0 end)"),
        )
    )
    ask(model, ["orders.ones", "orders.flags"], ["customers.name"]).gives(
        ("ann", 2, 1), ("bob", 1, 0), ("cyd", 2, 0), ("dan", None, None), ("eve", None, None), (None, 2, 1)
    )


def test_a_filtered_count_is_zero_for_an_added_member(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "orders.open_orders"], ["customers.name"]).gives(
        ("ann", 2, 1), ("bob", 1, 0), ("cyd", 2, 0), ("dan", 0, 0), ("eve", 0, 0), (None, 2, 1)
    )


def test_it_means_the_same_with_several_facts(ask: Ask) -> None:
    ask(SHOP, ["orders.revenue", "orders.orders", "returns.returned"], ["customers.name"]).gives(
        ("ann", 15.5, 2, 2),
        ("bob", 0, 1, 1),
        ("cyd", 4, 2, 0),
        ("dan", None, 0, 1),
        ("eve", None, 0, 0),
        (None, 5.25, 2, 2),
    )


def test_without_it_several_facts_still_meet_in_full(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "returns.returned"], ["customers.name"], include_empty=False).gives(
        ("ann", 2, 2), ("bob", 1, 1), ("cyd", 2, 0), ("dan", 0, 1), (None, 2, 2)
    )


def test_members_of_a_table_two_joins_away(ask: Ask) -> None:
    """West has no customers, let alone orders."""
    ask(SHOP, ["orders.orders"], ["regions.name"]).gives(("north", 3), ("south", 2), ("west", 0), (None, 2))


def test_a_child_fact_shows_members_of_its_parent(ask: Ask) -> None:
    """Orders with no status have no items; it is a member of the status all the same (and items without order)."""
    ask(SHOP, ["items.lines"], ["orders.status"]).gives(("paid", 3), ("open", 2), (None, 2))


def test_a_dimension_of_the_fact_itself_has_no_empty_members(ask: Ask) -> None:
    expected = [("paid", 4), ("open", 2), (None, 1)]
    ask(SHOP, ["orders.orders"], ["orders.status"]).gives(*expected)
    ask(SHOP, ["orders.orders"], ["orders.status"], include_empty=False).gives(*expected)


def test_two_members_of_one_name_are_one_row(ask: Ask) -> None:
    """Cyd, ann: both gold; dan, eve: both iron and without orders: iron is added once."""
    ask(SHOP, ["orders.orders"], ["customers.tier"]).gives(("gold", 4), ("iron", 0), (None, 3))


def test_a_null_member_is_not_added_beside_the_null_group(ask: Ask) -> None:
    """Pad's colour is NULL and it was sold; one item has no product: one NULL row."""
    ask(SHOP, ["items.units"], ["products.color"]).gives(("red", 4), ("blue", 4), (None, 3))


def test_dimensions_of_joined_tables_add_only_what_the_joins_bear_out(ask: Ask) -> None:
    """Customers know their region: dan and eve come with theirs (none); no customer meets a region that is not its own.

    The rules leave open whether a region without customers (west) is a row without customer; it has no combination with
    a customer that a join bears out, so none is expected.
    """
    ask(SHOP, ["orders.orders"], ["customers.name", "regions.name"]).gives(
        ("ann", "north", 2),
        ("bob", "north", 1),
        ("cyd", "south", 2),
        ("dan", None, 0),
        ("eve", None, 0),
        (None, None, 2),
    )


def test_dimensions_that_no_join_connects_add_nothing_and_a_warning_says_so(ask: Ask) -> None:
    ask(SHOP, ["items.units"], ["products.name", "customers.name"]).gives(
        ("pen", "ann", 3), ("ink", "ann", 1), ("pad", None, 1), (None, None, 2), ("pen", None, 1), ("ink", None, 3)
    ).warns_of("empty")


def test_a_filter_on_the_fact_keeps_members_and_one_on_the_member_drops_them(ask: Ask) -> None:
    ask(SHOP, ["orders.orders"], ["customers.name"], filters=["orders.status = 'open'"]).gives(
        ("ann", 1), ("bob", 0), ("cyd", 0), ("dan", 0), ("eve", 0), (None, 1)
    )
    ask(SHOP, ["orders.orders"], ["customers.name"], filters=["customers.tier = 'iron'"]).gives(("dan", 0), ("eve", 0))


def test_a_member_filter_through_a_join_drops_members_too(ask: Ask) -> None:
    ask(SHOP, ["orders.orders"], ["customers.name"], filters=["regions.name = 'north'"]).gives(("ann", 2), ("bob", 1))


def test_a_group_filter_sees_the_added_members(ask: Ask) -> None:
    ask(SHOP, ["orders.orders"], ["customers.name"], filters=["orders.orders < 1"]).gives(("dan", 0), ("eve", 0))


def test_time_periods_are_members_like_others(ask: Ask) -> None:
    """Items by their orders' month: the orders of December have items (one) as does no month; February has order 4."""
    ask(SHOP, ["items.lines"], [{"field": "orders.placed", "granularity": "month"}]).gives(
        ("2024-01-01", 3), ("2024-02-01", 1), ("2024-12-01", 1), (None, 2)
    )


def test_an_empty_fact_table_gives_every_member_once(ask: Ask) -> None:
    empty = table("orders", "id:integer customer_id:integer status:string amount:decimal placed:timestamp")
    ask(SHOP.but(tables=[empty]), ["orders.orders", "orders.revenue"], ["regions.name"]).gives(
        ("north", 0, None), ("south", 0, None), ("west", 0, None)
    )
    ask(SHOP.but(tables=[empty]), ["orders.orders"], ["regions.name"], include_empty=False).gives()


def test_totals_of_an_empty_fact_are_one_row(ask: Ask) -> None:
    empty = table("orders", "id:integer customer_id:integer status:string amount:decimal placed:timestamp")
    ask(SHOP.but(tables=[empty]), ["orders.orders", "orders.revenue"]).gives((0, None))
    ask(SHOP.but(tables=[empty]), ["orders.orders", "returns.returned"]).gives((0, 6))


def test_a_member_table_that_is_empty_adds_nothing(ask: Ask) -> None:
    fact = table("f", "id:integer d_id:integer", (1, 1), (2, None))
    dimension = table("d", "id:integer name:string")
    model = world(
        fact,
        dimension,
        source(fact, joins=[to("d", "d_id = d.id")], measures=measures(n="count(*)")),
        source(dimension),
    )
    ask(model, ["f.n"], ["d.name"]).gives((None, 2))


def test_what_lies_behind_a_role_of_a_row_is_no_member_beside_the_row(ask_sql: Ask) -> None:
    """The boss's town is not the person's: no declared join bears out a boss beside a town that no fact has."""
    towns = table("towns", "id:integer name:string", (1, "x"), (2, "y"))
    staff = table("staff", "id:integer boss:integer town_id:integer", (1, None, 1), (2, 1, 2), (3, 1, None))
    trips = table("trips", "id:integer staff_id:integer", (1, 2), (2, 3), (3, 9))
    model = world(
        towns,
        staff,
        trips,
        source(towns),
        source(staff, joins=[to("towns", "town_id = towns.id"), to("staff", "boss = chief.id", alias="chief")]),
        source(trips, joins=[to("staff", "staff_id = staff.id")], measures=measures(n="count(*)")),
    )
    ask_sql(model, ["trips.n"], ["chief.id", "towns.name"]).gives((1, "y", 1), (1, None, 1), (None, None, 1)).warns_of(
        "include_empty adds no rows"
    )
