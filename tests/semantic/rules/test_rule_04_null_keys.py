"""Rule 4: NULL keys are one group, also where several facts meet."""

from __future__ import annotations

from asking import Ask, measures, source, world
from engines import table
from shop import SHOP, to


def test_two_facts_meet_in_one_null_group(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "returns.returned"], ["customers.tier"], include_empty=False).gives(
        ("gold", 4, 2), ("iron", 0, 1), (None, 3, 3)
    )


def test_three_facts_meet_in_one_null_group(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "returns.returned", "items.lines"], ["regions.name"]).gives(
        ("north", 3, 3, 3), ("south", 2, 0, 0), ("west", 0, 0, 0), (None, 2, 3, 4)
    )


def test_partly_null_keys_of_two_dimensions_are_groups_of_their_own(ask: Ask) -> None:
    """Ann is gold in the north, bob NULL in the north, cyd gold in the south, dan and eve iron in NULL."""
    ask(SHOP, ["orders.orders", "returns.returned"], ["customers.tier", "regions.name"]).gives(
        ("gold", "north", 2, 2),
        (None, "north", 1, 1),
        ("gold", "south", 2, 0),
        ("iron", None, 0, 1),
        (None, None, 2, 2),
    )


def test_a_null_name_and_a_missing_parent_are_one_group_where_facts_meet(ask: Ask) -> None:
    people = table("people", "id:integer name:string", (1, None), (2, "x"))
    bills = table("bills", "id:integer person:integer", (1, 1), (2, None), (3, 9), (4, 2))
    gifts = table("gifts", "id:integer person:integer", (1, 1), (2, 1), (3, None))
    join = [to("people", "person = people.id")]
    model = world(
        people,
        bills,
        gifts,
        source(people),
        source(bills, joins=join, measures=measures(bills="count(*)")),
        source(gifts, joins=join, measures=measures(gifts="count(*)")),
    )
    for include_empty in (True, False):
        ask(model, ["bills.bills", "gifts.gifts"], ["people.name"], include_empty=include_empty).gives(
            ("x", 1, 0), (None, 3, 3)
        )


def test_null_times_are_one_group(ask: Ask) -> None:
    ask(SHOP, ["orders.orders", "items.lines"], [{"field": "orders.placed", "granularity": "year"}]).gives(
        ("2024-01-01", 6, 5), (None, 1, 2)
    )


def test_null_keys_never_match_each_other_in_a_join(ask: Ask) -> None:
    """A parent whose key is NULL is not the parent of rows with a NULL foreign key."""
    parents = table("parents", "id:integer name:string", (None, "nobody"), (1, "one"))
    children = table("children", "id:integer parent:integer", (1, None), (2, 1))
    model = world(
        parents,
        children,
        source(parents),
        source(children, joins=[to("parents", "parent = parents.id")], measures=measures(n="count(*)")),
    )
    ask(model, ["children.n"], ["parents.name"], include_empty=False).gives(("one", 1), (None, 1))
    ask(model, ["children.n"], ["parents.name"]).gives(("one", 1), ("nobody", 0), (None, 1))


def test_an_empty_string_and_zero_are_not_null(ask: Ask) -> None:
    facts = table("facts", "id:integer word:string digit:integer", (1, "", 0), (2, None, None), (3, "", None))
    model = world(facts, source(facts, measures=measures(n="count(*)")))
    ask(model, ["facts.n"], ["facts.word"]).gives(("", 2), (None, 1))
    ask(model, ["facts.n"], ["facts.digit"]).gives((0, 1), (None, 2))
