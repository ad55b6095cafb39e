"""Known traps: joins. Each is a way in which such compilers return a wrong number without an error."""

from __future__ import annotations

from contextlib import suppress

from asking import Ask, World, measures, refusal, source, world
from engines import table
from shop import SHOP, to

from semantic_layer import SemanticError


def orders_in_nations() -> World:
    """Customers and suppliers both lie in nations; lines meet them by their order and by their supplier."""
    nations = table("nations", "id:integer name:string", (1, "fr"), (2, "de"))
    customers = table("customers", "id:integer name:string nation:integer", (1, "c1", 1), (2, "c2", 1), (3, "c3", 2))
    suppliers = table("suppliers", "id:integer name:string nation:integer", (1, "s1", 1), (2, "s2", 2), (3, "s3", 1))
    orders = table("orders", "id:integer customer:integer", (1, 1), (2, 2), (3, 3))
    lines = table(
        "lines",
        "id:integer ord:integer supplier:integer v:integer",
        (1, 1, 1, 10),
        (2, 1, 2, 20),
        (3, 2, 3, 40),
        (4, 3, None, 80),
    )
    return world(
        *[nations, customers, suppliers, orders, lines],
        source(nations, measures=measures(nations="count(*)")),
        source(customers, joins=[to("nations", "nation = nations.id")], measures=measures(customers="count(*)")),
        source(suppliers, joins=[to("nations", "nation = nations.id")], measures=measures(suppliers="count(*)")),
        source(orders, joins=[to("customers", "customer = customers.id")], measures=measures(orders="count(*)")),
        source(
            lines,
            joins=[to("orders", "ord = orders.id"), to("suppliers", "supplier = suppliers.id")],
            measures=measures(v="sum(v)", lines="count(*)"),
        ),
    )


def test_the_path_does_not_run_through_a_table_where_two_dimensions_meet(ask: Ask) -> None:
    ask(orders_in_nations(), ["lines.v"], ["customers.name", "suppliers.name"], include_empty=False).gives(
        ("c1", "s1", 10), ("c1", "s2", 20), ("c2", "s3", 40), ("c3", None, 80)
    )


def test_two_facts_whose_dimensions_meet_in_nations(ask: Ask) -> None:
    """Customers by nation beside suppliers by nation: each by its own."""
    ask(orders_in_nations(), ["customers.customers", "suppliers.suppliers"], ["nations.name"]).gives(
        ("fr", 2, 2), ("de", 1, 1)
    )


def test_members_of_dimensions_that_merely_meet_are_no_product(ask_sql: Ask) -> None:
    """Customer and supplier of one nation are no pair. Pairs that lines bear out, or a refusal."""
    try:
        answer = ask_sql(orders_in_nations(), [], ["customers.name", "suppliers.name"])
    except SemanticError:
        return
    borne_out = [("c1", "s1"), ("c1", "s2"), ("c2", "s3"), ("c3", None)]
    answer.gives_any_of(borne_out, borne_out[:3])


def test_a_dimension_means_one_thing_for_every_measure(ask_sql: Ask) -> None:
    """Lines are nearer to their supplier's nation, orders to their customer's. One column may not mix the two: lines go
    by their customer's nation as well, or the query is refused.
    """
    with suppress(SemanticError):
        ask_sql(orders_in_nations(), ["lines.v", "orders.orders"], ["nations.name"]).gives(("fr", 70, 2), ("de", 80, 1))


def test_a_dimension_shared_over_different_tables_is_one_dimension(ask: Ask) -> None:
    """Items know their customer by their order, payments by their invoice; each in one way only: nothing is mixed."""
    invoices = table("invoices", "id:integer customer_id:integer", (1, 1), (2, 3), (3, None))
    payments = table(
        "payments", "id:integer invoice_id:integer paid:integer", (1, 1, 5), (2, 2, 7), (3, 3, 1), (4, 1, 2)
    )
    model = SHOP.but(
        source(invoices, joins=[to("customers", "customer_id = customers.id")]),
        source(payments, joins=[to("invoices", "invoice_id = invoices.id")], measures=measures(paid="sum(paid)")),
        tables=[invoices, payments],
    )
    ask(model, ["items.units", "payments.paid"], ["customers.name"], include_empty=False).gives(
        ("ann", 4, 7), ("cyd", None, 7), (None, 7, 1)
    )
    ask(model, ["items.units", "payments.paid"], ["regions.name"]).gives(
        ("north", 4, 7), ("south", None, 7), ("west", None, None), (None, 7, 1)
    )
    ask(model, ["items.units", "payments.paid"], filters=["customers.tier = 'gold'"]).gives((4, 14))


def test_a_dimension_of_the_other_branch_is_no_dimension_of_the_fact() -> None:
    """Orders have no supplier, although both reach nations."""
    refusal(orders_in_nations(), ["orders.orders"], ["suppliers.name"]).names("suppliers", "orders")


def test_a_slowly_changing_dimension_is_joined_by_its_validity(ask: Ask) -> None:
    grades = table(
        "grades",
        "person:integer since:date until:date grade:string factor:integer",
        (1, "2024-01-01", "2024-03-01", "junior", 1),
        (1, "2024-03-01", None, "senior", 3),
        (2, "2024-02-01", None, "junior", 2),
    )
    work = table(
        "work",
        "id:integer person:integer day:date hours:integer",
        (1, 1, "2024-01-01", 8),
        (2, 1, "2024-02-29", 4),
        (3, 1, "2024-03-01", 2),
        (4, 2, "2024-01-31", 16),
        (5, 2, "2024-02-01", 32),
        (6, None, "2024-02-01", 64),
    )
    on = "person = grades.person and day >= grades.since and (grades.until is null or day < grades.until)"
    model = world(
        grades,
        work,
        source(grades, grain=["person", "since"]),
        source(work, joins=[to("grades", on)], measures=measures(hours="sum(hours)")),
    )
    ask(model, ["work.hours"], ["grades.grade"]).gives(("junior", 44), ("senior", 2), (None, 80))
    ask(model, [{"expr": "sum(work.hours * grades.factor)", "name": "weighted"}]).gives((82,))


def test_a_one_to_one_chain_where_the_middle_lacks_rows(ask: Ask) -> None:
    users = table("users", "id:integer name:string", (1, "ann"), (2, "bob"), (3, "cyd"))
    profiles = table("profiles", "user_id:integer lang:string", (1, "en"), (3, "fr"))
    settings = table("settings", "user_id:integer theme:string", (1, "dark"), (2, "light"), (9, "dark"))
    one = {"relationship": "one_to_one"}
    model = world(
        *[users, profiles, settings],
        source(users, joins=[to("profiles", "id = profiles.user_id", **one)], measures=measures(n="count(*)")),
        source(
            profiles,
            grain=["user_id"],
            joins=[to("settings", "user_id = settings.user_id", **one)],
            measures=measures(p="count(*)"),
        ),
        source(settings, grain=["user_id"], measures=measures(s="count(*)")),
    )
    ask(model, ["users.n"], ["profiles.lang"], include_empty=False).gives(("en", 1), ("fr", 1), (None, 1))
    ask(model, ["users.n"], ["settings.theme"], include_empty=False).gives(("dark", 1), (None, 2))
    ask(model, ["settings.s"], ["profiles.lang"], include_empty=False).gives(("en", 1), (None, 2))
    ask(model, ["settings.s"], ["users.name"], include_empty=False).gives(("ann", 1), (None, 2))
    ask(model, ["users.n", "profiles.p", "settings.s"], ["profiles.lang"], include_empty=False).gives(
        ("en", 1, 1, 1), ("fr", 1, 1, 0), (None, 1, 0, 2)
    )
    ask(model, ["users.n", "profiles.p", "settings.s"]).gives((3, 2, 3))


def test_members_on_both_sides_of_a_one_to_one_are_all_there_or_refused(ask_sql: Ask) -> None:
    """Neither side's rows are all of the other's. To list one side's only would lose members without a word."""
    towns = table("towns", "id:integer name:string", (1, "t"))
    users = table("users", "id:integer name:string town:integer", (1, "ann", 1), (2, "bob", None))
    cards = table("cards", "id:integer user_id:integer color:string", (1, 1, "red"), (2, 9, "blue"))
    model = world(
        *[towns, users, cards],
        source(towns),
        source(users, joins=[to("towns", "town = towns.id")]),
        source(cards, joins=[to("users", "user_id = users.id", relationship="one_to_one")]),
    )
    for dimensions in (["users.name", "cards.color"], ["cards.color", "users.name", "towns.name"]):
        with suppress(SemanticError):
            rows = ask_sql(model, [], dimensions).result.rows
            assert {"ann", "bob", "red", "blue"} <= {value for row in rows for value in row}


def test_computed_columns_are_join_keys(ask: Ask) -> None:
    """Both sides compute the key, one of them from another computed column."""
    left = table("l", "id:integer a:integer b:integer", (1, 1, 2), (2, 2, 3), (3, None, 1), (4, 9, 9))
    right = table("r", "id:integer text:string name:string", (1, "X3", "three"), (2, "x5", "five"))
    model = world(
        left,
        right,
        source(
            left,
            columns=[
                {"name": "total", "type": "number", "expr": "a + b"},
                {"name": "twice", "type": "number", "expr": "2 * total"},
                {"name": "sum_key", "type": "number", "expr": "twice - total"},
            ],
            joins=[to("r", "sum_key = r.number")],
            measures=measures(n="count(*)", t="sum(twice)"),
        ),
        source(
            right,
            columns=[
                {"name": "lower_text", "type": "string", "expr": "lower(text)"},
                {"name": "number", "type": "number", "expr": "case when lower_text = 'x3' then 3 else 5 end"},
            ],
        ),
    )
    ask(model, ["l.n", "l.t"], ["r.name"]).gives(("three", 1, 6), ("five", 1, 10), (None, 2, 36))
    ask(model, ["l.n"], ["r.lower_text"], filters=["r.number = 3"]).gives(("x3", 1))


def test_computed_columns_through_an_alias(ask: Ask) -> None:
    people = table("people", "id:integer first:string last:string", (1, "a", "X"), (2, "b", "y"))
    letters = table("letters", "id:integer writer:integer reader:integer", (1, 1, 2), (2, 2, 2), (3, None, 1))
    columns = [
        {"name": "full_name", "type": "string", "expr": "lower(last)"},
        {"name": "shout", "type": "string", "expr": "upper(full_name)"},
    ]
    model = world(
        people,
        letters,
        source(people, columns=columns),
        source(
            letters,
            joins=[
                to("people", "writer = author.id", alias="author"),
                to("people", "reader = addressee.id", alias="addressee"),
            ],
            measures=measures(n="count(*)"),
        ),
    )
    ask(model, ["letters.n"], ["author.shout", "addressee.full_name"], include_empty=False).gives(
        ("X", "y", 1), ("Y", "y", 1), (None, "x", 1)
    )
    ask(model, ["letters.n"], filters=["author.shout = 'X'"]).gives((1,))


def test_a_computed_constant_is_null_where_its_row_is_missing(ask: Ask) -> None:
    """A default inside the dimension table is for rows of that table; a dangling key finds none."""
    people = table("people", "id:integer tier:string", (1, None), (2, "gold"))
    bills = table("bills", "id:integer person:integer", (1, 1), (2, 2), (3, 9), (4, None))
    model = world(
        people,
        bills,
        source(people, columns=[{"name": "level", "type": "string", "expr": "coalesce(tier, 'none')"}]),
        source(bills, joins=[to("people", "person = people.id")], measures=measures(n="count(*)")),
    )
    ask(model, ["bills.n"], ["people.level"]).gives(("none", 1), ("gold", 1), (None, 2))


def chain(on: str) -> World:
    """Visits of people, of whom there are fewer; people live in towns, those without a known one in the first."""
    towns = table("towns", "id:integer name:string", (1, "first"), (2, "second"))
    people = table("people", "id:integer town:integer", (1, 2), (2, None), (3, 9))
    visits = table("visits", "id:integer person:integer", (1, 1), (2, 2), (3, 3), (4, 9), (5, None))
    return world(
        *[towns, people, visits],
        source(towns),
        source(people, joins=[to("towns", on)]),
        source(visits, joins=[to("people", "person = people.id")], measures=measures(n="count(*)")),
    )


def test_a_missing_row_in_the_middle_of_a_chain_finds_nothing(ask: Ask) -> None:
    """The second join is true of a NULL key, which a person may have; visits 4 and 5 have no person at all."""
    expected = [("second", 1), ("first", 1), (None, 3)]
    ask(chain("coalesce(town, 1) = towns.id"), ["visits.n"], ["towns.name"]).gives(*expected)
    ask(chain("coalesce(town, 1) = towns.id"), ["visits.n"], filters=["towns.name = 'first'"]).gives((1,))


def test_a_missing_row_in_the_middle_of_a_chain_does_not_multiply(ask: Ask) -> None:
    """A padded person would live in every town of which `town is null` is all that is asked."""
    model = chain("town = towns.id or (town is null and towns.name = 'first')")
    ask(model, ["visits.n"], ["towns.name"]).gives(("second", 1), ("first", 1), (None, 3))
    ask(model, ["visits.n"], filters=["towns.name is null"]).gives((3,))


def test_a_query_source_with_a_role(ask: Ask) -> None:
    raw = table("raw", "id:integer name:string deleted:boolean", (1, "a", False), (2, "b", True), (3, "c", False))
    moves = table("moves", "id:integer f:integer t:integer", (1, 1, 3), (2, 3, 1), (3, 2, 1))
    model = world(
        raw,
        moves,
        source(raw, name="places", sql="select id, name, deleted from raw where not deleted"),
        source(
            moves,
            joins=[to("places", "f = start.id", alias="start"), to("places", "t = finish.id", alias="finish")],
            measures=measures(n="count(*)"),
        ),
    )
    ask(model, ["moves.n"], ["start.name", "finish.name"], include_empty=False).gives(
        ("a", "c", 1), ("c", "a", 1), (None, "a", 1)
    )


def test_two_roles_of_one_table_as_measures(ask_sql: Ask) -> None:
    """A role's measure counts the rows of its table, or it is refused. It is not the number of flights."""
    airports = table("airports", "id:integer name:string", (1, "a"), (2, "b"), (3, "c"))
    flights = table("flights", "id:integer f:integer t:integer", (1, 1, 2), (2, 1, 2), (3, 1, 3), (4, 2, 3))
    model = world(
        airports,
        flights,
        source(airports, measures=measures(airports="count(*)")),
        source(
            flights,
            joins=[to("airports", "f = origin.id", alias="origin"), to("airports", "t = target.id", alias="target")],
            measures=measures(n="count(*)"),
        ),
    )
    try:
        answer = ask_sql(model, ["origin.airports", "target.airports", "flights.n"])
    except SemanticError:
        return
    answer.gives((3, 3, 4))
    ask_sql(model, ["origin.airports", "flights.n"], ["origin.name"]).gives(("a", 1, 3), ("b", 1, 1), ("c", 1, 0))


def test_a_self_join_of_three_levels_is_not_multiplied(ask: Ask) -> None:
    nodes = table("nodes", "id:integer up:integer v:integer", (1, None, 1), (2, 1, 2), (3, 1, 4), (4, 2, 8), (5, 9, 16))
    model = world(
        nodes,
        source(nodes, joins=[to("nodes", "up = parent.id", alias="parent")], measures=measures(v="sum(v)")),
    )
    ask(model, ["nodes.v"], ["parent.id"], include_empty=False).gives((1, 6), (2, 8), (None, 17))
    ask(model, ["nodes.v"]).gives((31,))


def test_a_fact_that_is_only_on_the_way_keeps_rows_without_it(ask: Ask) -> None:
    """Items reach customers over orders, which are not asked for."""
    ask(SHOP, ["items.units"], ["customers.name"], include_empty=False).gives(("ann", 4), (None, 7))
    ask(SHOP, ["items.units"], ["regions.name"]).gives(("north", 4), ("south", None), ("west", None), (None, 7))
