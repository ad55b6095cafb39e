"""Rule 4: NULL keys are one group, also where several facts meet."""

from __future__ import annotations

import pytest
from asking import Ask, measures, source, world
from engines import Engine, table
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


def test_keys_that_a_collation_takes_for_one_are_one_group_where_facts_meet(engine: Engine) -> None:
    """One fact brings `North`, the other `north`; which of the two is shown is the engine's affair."""
    spelled = dict.fromkeys(("sqlite", "duckdb"), "region collate nocase")
    spelled["mysql"] = "region collate utf8mb4_general_ci"
    if engine.dialect not in spelled:
        pytest.skip(f"{engine.name} has no such collation at hand (optional)")
    places = table("places", "id:integer region:string", (1, "North"), (2, "north"), (3, "east"))
    sales = table("sales", "id:integer place_id:integer v:integer", (1, 1, 10), (2, 3, 5))
    visits = table("visits", "id:integer place_id:integer v:integer", (1, 2, 4), (2, 3, 2))
    folded = {"sql": f"select id, {spelled[engine.dialect]} as region from places"}
    facts = [
        source(one, joins=[to("places", "place_id = places.id")], measures=measures(total="sum(v)"))
        for one in (sales, visits)
    ]
    model = world(places, sales, visits, source(places, **folded), *facts)
    share = {"expr": "sales.total / visits.total", "name": "share"}
    for include_empty in (True, False):
        answer = Ask(engine)(
            model, ["sales.total", "visits.total", share], ["places.region"], include_empty=include_empty
        )
        assert sorted(row[1:] for row in answer.result.rows) == [(5, 2, 2.5), (10, 4, 2.5)], answer.sql
    filtered = Ask(engine)(model, ["sales.total"], [], filters=["places.region = 'NORTH'"])
    filtered.gives((10,))
