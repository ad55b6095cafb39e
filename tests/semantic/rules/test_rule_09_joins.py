"""Rule 9: `on` is honoured whole; paths are the best ones; equal ones are an error; roles are apart."""

from __future__ import annotations

import pytest
from asking import Ask, World, measures, refusal, source, world
from engines import table
from shop import SHOP, to

PEOPLE = table(
    "people",
    "id:integer code:string low:integer high:integer kind:string",
    (1, "a", 0, 9, "new"),
    (2, "b", 10, 19, "old"),
    (3, "c", 20, 29, "new"),
)
EVENTS = table(
    "events",
    "id:integer person:integer code:string score:integer text:string",
    (1, 1, "A", 5, "1"),
    (2, 2, "b", 15, "2"),
    (3, 3, "c", 19, "3"),
    (4, 9, None, 30, None),
    (5, None, "b", None, "1"),
)


def events(on: str) -> World:
    """Events of people, joined as said."""
    return world(
        PEOPLE, EVENTS, source(PEOPLE), source(EVENTS, joins=[to("people", on)], measures=measures(n="count(*)"))
    )


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("person = people.id", {1: 1, 2: 1, 3: 1, None: 2}),
        ("people.id = person", {1: 1, 2: 1, 3: 1, None: 2}),
        ("events.person = people.id", {1: 1, 2: 1, 3: 1, None: 2}),
        ("people.id = events.person", {1: 1, 2: 1, 3: 1, None: 2}),
        ("score >= people.low and score <= people.high", {1: 1, 2: 2, None: 2}),
        ("score between people.low and people.high", {1: 1, 2: 2, None: 2}),
        ("person = people.id and people.kind = 'new'", {1: 1, 3: 1, None: 3}),
        ("person = people.id and score > 5", {2: 1, 3: 1, None: 3}),
        ("lower(code) = people.code", {1: 1, 2: 2, 3: 1, None: 1}),
        ("upper(people.code) = upper(code)", {1: 1, 2: 2, 3: 1, None: 1}),
        ("cast(text as int) = people.id", {1: 2, 2: 1, 3: 1, None: 1}),
        ("person = people.id or (person is null and code = people.code)", {1: 1, 2: 2, 3: 1, None: 1}),
        ("person = 3 and people.id = 1 or person = 1 and people.id = 2", {1: 1, 2: 1, None: 3}),
        ("person - 1 = people.id", {1: 1, 2: 1, None: 3}),
        ("person = people.id and code = people.code", {2: 1, 3: 1, None: 3}),
        ("coalesce(person, 2) = people.id", {1: 1, 2: 2, 3: 1, None: 1}),
        ("person in (people.id)", {1: 1, 2: 1, 3: 1, None: 2}),
    ],
)
def test_a_condition_is_honoured_whole(ask: Ask, on: str, expected: dict[int | None, int]) -> None:
    ask(events(on), ["events.n"], ["people.id"], include_empty=False).gives(*expected.items())


def test_a_join_declared_from_the_other_side_is_the_same_join(ask: Ask) -> None:
    join = {"to": "events", "on": "id = events.person", "relationship": "one_to_many"}
    model = world(PEOPLE, EVENTS, source(PEOPLE, joins=[join]), source(EVENTS, measures=measures(n="count(*)")))
    ask(model, ["events.n"], ["people.id"], include_empty=False).gives((1, 1), (2, 1), (3, 1), (None, 2))


def test_a_join_declared_from_both_sides_is_one_join(ask: Ask) -> None:
    model = world(
        PEOPLE,
        EVENTS,
        source(PEOPLE, joins=[to("events", "id = events.person", relationship="one_to_many")]),
        source(EVENTS, joins=[to("people", "person = people.id")], measures=measures(n="count(*)")),
    )
    ask(model, ["events.n"], ["people.id"], include_empty=False).gives((1, 1), (2, 1), (3, 1), (None, 2))


def test_composite_keys(ask: Ask) -> None:
    shelves = table("shelves", "hall:string no:integer color:string", ("a", 1, "red"), ("a", 2, "blue"), ("b", 1, None))
    boxes = table(
        "boxes", "id:integer hall:string no:integer", (1, "a", 1), (2, "a", 2), (3, "b", 1), (4, "b", 2), (5, "a", None)
    )
    model = world(
        shelves,
        boxes,
        source(shelves, grain=["hall", "no"], measures=measures(shelves="count(*)")),
        source(
            boxes,
            joins=[to("shelves", "hall = shelves.hall and shelves.no = boxes.no")],
            measures=measures(n="count(*)"),
        ),
    )
    ask(model, ["boxes.n"], ["shelves.color"]).gives(("red", 1), ("blue", 1), (None, 3))
    ask(model, ["boxes.n", "shelves.shelves"], ["shelves.hall"]).gives(("a", 2, 2), ("b", 1, 1), (None, 2, 0))


def test_the_path_with_the_fewest_joins_is_taken(ask: Ask) -> None:
    """Lines know their region themselves; the way over their customer is longer and says something else."""
    regions = table("regions", "id:integer name:string", (1, "n"), (2, "s"))
    clients = table("clients", "id:integer region:integer", (1, 1), (2, 2))
    lines = table("lines", "id:integer client:integer region:integer", (1, 1, 2), (2, 2, 2), (3, 2, 1))
    model = world(
        regions,
        clients,
        lines,
        source(regions),
        source(clients, joins=[to("regions", "region = regions.id")]),
        source(
            lines,
            joins=[to("clients", "client = clients.id"), to("regions", "region = regions.id")],
            measures=measures(n="count(*)"),
        ),
    )
    ask(model, ["lines.n"], ["regions.name"]).gives(("n", 1), ("s", 2))
    ask(model, ["lines.n"], ["clients.id", "regions.name"], include_empty=False).gives(
        (1, "s", 1), (2, "s", 1), (2, "n", 1)
    )


def test_fewer_multiplying_joins_beat_fewer_joins(ask: Ask) -> None:
    """From a to d: one one_to_many, or three many_to_one; the latter multiplies nothing."""
    a = table("a", "id:integer b:integer", (1, 1), (2, 1))
    b = table("b", "id:integer c:integer", (1, 1))
    c = table("c", "id:integer d:integer", (1, 1))
    d = table("d", "id:integer a:integer name:string", (1, 1, "x"), (2, 1, "y"), (3, 2, "z"))
    model = world(
        *[a, b, c, d],
        source(
            a,
            joins=[to("b", "b = b.id"), to("d", "id = d.a", relationship="one_to_many")],
            measures=measures(n="count(*)"),
        ),
        source(b, joins=[to("c", "c = c.id")]),
        source(c, joins=[to("d", "d = d.id")]),
        source(d),
    )
    ask(model, ["a.n"], ["d.name"], include_empty=False).gives(("x", 2))


def diamond() -> World:
    """Two ways of the same length from trips to places."""
    places = table("places", "id:integer name:string", (1, "x"), (2, "y"))
    starts = table("starts", "id:integer place:integer", (1, 1))
    ends = table("ends", "id:integer place:integer", (1, 2))
    trips = table("trips", "id:integer start_id:integer end_id:integer", (1, 1, 1))
    joins = [to("starts", "start_id = starts.id"), to("ends", "end_id = ends.id")]
    return world(
        *[places, starts, ends, trips],
        source(places),
        source(starts, joins=[to("places", "place = places.id")]),
        source(ends, joins=[to("places", "place = places.id")]),
        source(trips, joins=joins, measures=measures(n="count(*)")),
    )


def test_equally_good_paths_are_an_error_that_lists_them_and_how_to_choose() -> None:
    refusal(diamond(), ["trips.n"], ["places.name"]).names("places", "starts", "ends", "alias")


def test_equally_good_paths_do_not_matter_where_they_are_not_walked(ask: Ask) -> None:
    ask(diamond(), ["trips.n"], ["starts.id", "ends.id"], include_empty=False).gives((1, 1, 1))


def test_two_joins_to_one_source_without_alias_are_an_error() -> None:
    flights = table("flights", "id:integer a:integer b:integer", (1, 1, 2))
    model = world(
        PEOPLE,
        flights,
        source(PEOPLE),
        source(
            flights,
            joins=[to("people", "a = people.id"), to("people", "b = people.id")],
            measures=measures(n="count(*)"),
        ),
    )
    refusal(model, ["flights.n"], ["people.code"]).names("people", "alias")


def test_sources_that_cannot_be_connected_are_an_error_that_names_them() -> None:
    island = table("island", "id:integer name:string", (1, "x"))
    model = SHOP.but(source(island), tables=[island])
    refusal(model, ["orders.revenue"], ["island.name"]).names("island", "orders")


def test_facts_without_dimension_need_no_connection(ask: Ask) -> None:
    island = table("island", "id:integer v:integer", (1, 5), (2, 6))
    model = SHOP.but(source(island, measures=measures(v="sum(v)")), tables=[island])
    ask(model, ["orders.orders", "island.v"]).gives((7, 11))


def roles() -> World:
    """Flights from one airport to another; airports lie in countries."""
    countries = table("countries", "id:integer name:string", (1, "fr"), (2, "it"))
    airports = table("airports", "id:integer name:string country:integer", (1, "cdg", 1), (2, "fco", 2), (3, "nce", 1))
    flights = table(
        "flights",
        "id:integer origin:integer destination:integer seats:integer",
        (1, 1, 2, 10),
        (2, 1, 3, 20),
        (3, 2, 1, 30),
        (4, None, 1, 40),
        (5, 3, 99, 50),
    )
    joins = [
        to("airports", "origin = origin_airport.id", alias="origin_airport"),
        to("airports", "destination = destination_airport.id", alias="destination_airport"),
    ]
    return world(
        *[countries, airports, flights],
        source(countries),
        source(airports, joins=[to("countries", "country = countries.id")], measures=measures(airports="count(*)")),
        source(flights, joins=joins, measures=measures(seats="sum(seats)", n="count(*)")),
    )


def test_each_role_is_a_source_of_its_own(ask: Ask) -> None:
    ask(roles(), ["flights.seats"], ["origin_airport.name"], include_empty=False).gives(
        ("cdg", 30), ("fco", 30), ("nce", 50), (None, 40)
    )
    ask(roles(), ["flights.seats"], ["destination_airport.name"], include_empty=False).gives(
        ("fco", 10), ("nce", 20), ("cdg", 70), (None, 50)
    )


def test_two_roles_in_one_query(ask: Ask) -> None:
    ask(roles(), ["flights.n"], ["origin_airport.name", "destination_airport.name"], include_empty=False).gives(
        ("cdg", "fco", 1), ("cdg", "nce", 1), ("fco", "cdg", 1), (None, "cdg", 1), ("nce", None, 1)
    )


def test_a_filter_on_a_role(ask: Ask) -> None:
    ask(roles(), ["flights.seats"], filters=["origin_airport.name = 'cdg'"]).gives((30,))
    ask(roles(), ["flights.seats"], ["origin_airport.name"], filters=["destination_airport.name = 'cdg'"]).gives(
        ("fco", 30), (None, 40), ("cdg", None), ("nce", None)
    )


def test_members_of_a_role_are_its_source_s(ask: Ask) -> None:
    ask(roles(), ["flights.n"], ["destination_airport.name"], filters=["flights.seats > 25"]).gives(
        ("cdg", 2), (None, 1), ("fco", 0), ("nce", 0)
    )


def test_what_lies_behind_two_roles_is_refused_until_one_is_chosen() -> None:
    refusal(roles(), ["flights.seats"], ["countries.name"]).names("countries", "origin_airport", "destination_airport")


def test_what_lies_behind_the_only_role_belongs_to_it(ask: Ask) -> None:
    whole = roles()
    flights = next(one for one in whole.sources if one["name"] == "flights")
    model = whole.but({**flights, "joins": flights["joins"][:1]})
    ask(model, ["flights.seats"], ["countries.name"], include_empty=False).gives(("fr", 80), ("it", 30), (None, 40))


def test_an_on_may_name_the_role_by_its_source(ask: Ask) -> None:
    whole = roles()
    flights = next(one for one in whole.sources if one["name"] == "flights")
    joins = [
        {**join, "on": join["on"].replace("origin_airport.", "airports.").replace("destination_airport.", "airports.")}
        for join in flights["joins"]
    ]
    model = whole.but({**flights, "joins": joins})
    ask(model, ["flights.n"], ["origin_airport.name", "destination_airport.name"], include_empty=False).gives(
        ("cdg", "fco", 1), ("cdg", "nce", 1), ("fco", "cdg", 1), (None, "cdg", 1), ("nce", None, 1)
    )


def test_a_self_join_by_alias(ask: Ask) -> None:
    staff = table(
        "staff",
        "id:integer name:string boss:integer pay:integer",
        (1, "ann", None, 9),
        (2, "bob", 1, 5),
        (3, "cyd", 1, 4),
    )
    model = world(
        staff,
        source(
            staff,
            joins=[to("staff", "boss = manager.id", alias="manager")],
            measures=measures(n="count(*)", pay="sum(pay)"),
        ),
    )
    ask(model, ["staff.pay"], ["manager.name"], include_empty=False).gives(("ann", 9), (None, 9))
    ask(model, ["staff.pay"], ["manager.name", "staff.name"], include_empty=False).gives(
        ("ann", "bob", 5), ("ann", "cyd", 4), (None, "ann", 9)
    )
    ask(model, ["staff.n"], filters=["manager.pay > 5"]).gives((2,))
