"""Rule 10: any name survives, and a name finds what it means.

Names that need quoting are written with double quotes inside SQL expressions. MariaDB reads those as strings, so these
cases write the expressions for it with its own quotes.
"""

from __future__ import annotations

import pytest
from asking import Ask, World, measures, refusal, source, world
from engines import table
from shop import ITEMS, ORDERS, SHOP, to

AWKWARD = [
    "group",
    "Order",
    "unit price",
    "cost$",
    "select",
    "UPPER",
    "MixedCase",
    "from",
    "ümlaut",
    "1st",
    "a-b",
    "user",
]


@pytest.mark.parametrize("name", AWKWARD)
def test_a_column_s_name_survives(ask: Ask, name: str) -> None:
    things = table("things", [("id", "integer"), (name, "integer")], (1, 5), (2, 5), (3, None))
    quoted = ask.quote(name)
    model = world(things, source(things, measures=measures(total=f"sum({quoted})")))
    asked = ["things.total", {"expr": f"max(things.{quoted})", "name": "top"}]
    ask(model, asked, [f"things.{name}"]).gives((5, 10, 5), (None, None, None))
    ask(model, ["things.total"], filters=[f"things.{quoted} = 5"]).gives((10,))
    ask(model, ["things.total"], [f"things.{name}"], order_by=[{"field": f"things.{name}", "direction": "desc"}]).gives(
        (5, 10), (None, None), ordered=True
    )


@pytest.mark.parametrize("name", AWKWARD)
def test_a_source_s_name_survives(ask: Ask, name: str) -> None:
    """The source has the name; its table a plain one."""
    facts = table("facts", "id:integer d:integer", (1, 1), (2, 2), (3, None))
    members = table("members", "id:integer label:string", (1, "x"), (2, "y"))
    quoted = ask.quote(name)
    model = world(
        facts,
        members,
        source(facts, joins=[to(name, f"d = {quoted}.id")], measures=measures(n="count(*)")),
        source(members, name=name, measures=measures(size="count(*)")),
    )
    ask(model, ["facts.n", f"{name}.size"], [f"{name}.label"]).gives(("x", 1, 1), ("y", 1, 1), (None, 1, 0))
    ask(model, ["facts.n"], filters=[f"{quoted}.label = 'x'"]).gives((1,))


@pytest.mark.parametrize("name", AWKWARD)
def test_a_measure_s_name_survives(ask: Ask, name: str) -> None:
    facts = table("facts", "id:integer v:integer", (1, 1), (2, 2))
    quoted = ask.quote(name)
    model = world(facts, source(facts, measures=[*measures(double=f"2 * {quoted}"), {"name": name, "expr": "sum(v)"}]))
    ask(model, [f"facts.{name}", "facts.double"]).gives((3, 6))
    ask(model, [{"expr": f"facts.{quoted} / 2", "name": name}], order_by=[name]).gives((1.5,))
    ask(model, ["facts.double"], filters=[f"facts.{quoted} > 2"]).gives((6,))


def test_a_role_s_name_survives(ask: Ask) -> None:
    facts = table("facts", "id:integer d:integer", (1, 1), (2, None))
    members = table("members", "id:integer label:string", (1, "x"))
    role = "Bill To"
    model = world(
        facts,
        members,
        source(facts, joins=[to("members", f"d = {ask.quote(role)}.id", alias=role)], measures=measures(n="count(*)")),
        source(members),
    )
    ask(model, ["facts.n"], ["Bill To.label"]).gives(("x", 1), (None, 1))


def test_dots_quotes_and_semicolons_in_literals_survive(ask: Ask) -> None:
    words = table(
        "words", "id:integer w:string", (1, "a.b"), (2, "it's"), (3, "words.w"), (4, "x; drop table words"), (5, "-- c")
    )
    model = world(words, source(words, measures=measures(n="count(*)")))
    for literal in ("a.b", "it''s", "words.w", "x; drop table words", "-- c"):
        ask(model, ["words.n"], filters=[f"words.w = '{literal}'"]).gives((1,))
        filtered = {"expr": "count(*)", "filter": f"w = '{literal}'"}
        ask(world(words, source(words, measures=measures(n=filtered))), ["words.n"]).gives((1,))


def test_a_literal_that_looks_like_a_measure_is_a_literal(ask: Ask) -> None:
    ask(SHOP, ["orders.orders"], filters=["orders.status = 'orders.revenue' or orders.status = 'open'"]).gives((2,))


def test_columns_that_differ_only_in_case_are_two(ask_sql: Ask) -> None:
    """Engines that fold the case of quoted names cannot hold such a table; PostgreSQL and ClickHouse can."""
    if ask_sql.engine.name not in {"postgres", "clickhouse"}:
        return
    things = table("things", [("id", "integer"), ("Value", "integer"), ("value", "integer")], (1, 10, 1), (2, 20, 2))
    model = world(things, source(things, measures=measures(big='sum("Value")', small="sum(value)")))
    ask_sql(model, ["things.big", "things.small"]).gives((30, 3))


def test_one_measure_name_of_two_sources_becomes_source_measure(ask: Ask) -> None:
    model = SHOP.but(
        source(ORDERS, joins=[to("customers", "customer_id = customers.id")], measures=measures(total="sum(amount)")),
        source(
            ITEMS,
            joins=[to("orders", "order_id = orders.id")],
            measures=measures(total="sum(quantity)"),
        ),
    )
    answer = ask(model, ["orders.total", "items.total"]).gives((24.75, 11))
    if answer.wire:
        assert answer.result.columns == ("orders_total", "items_total")


def test_a_bare_measure_name_is_found_when_unique(ask: Ask) -> None:
    ask(SHOP, ["revenue", "refunds"]).gives((24.75, 8.25))


def test_a_bare_measure_name_of_two_sources_is_refused() -> None:
    model = SHOP.but(
        source(ITEMS, joins=[to("orders", "order_id = orders.id")], measures=measures(revenue="sum(price)"))
    )
    refusal(model, ["revenue"]).names("revenue", "orders.revenue", "items.revenue")


def test_asking_twice_changes_nothing(ask_sql: Ask) -> None:
    once = ask_sql(SHOP, ["orders.revenue"], ["customers.name"])
    ask_sql(SHOP, ["orders.revenue", "orders.revenue"], ["customers.name"]).gives(*once.result.rows)
    ask_sql(SHOP, ["orders.revenue", "revenue"], ["customers.name"]).gives(*once.result.rows)


def test_a_dimension_asked_twice_changes_nothing(ask_sql: Ask) -> None:
    once = ask_sql(SHOP, ["orders.revenue"], ["customers.name"])
    ask_sql(SHOP, ["orders.revenue"], ["customers.name", "customers.name"]).gives(*once.result.rows)


def test_a_measure_beside_a_derived_one_that_holds_it(ask: Ask) -> None:
    derived = {"expr": "orders.revenue / orders.orders", "name": "mean"}
    ask(SHOP, ["orders.revenue", derived, "orders.orders"]).gives((24.75, 24.75 / 7, 7))
    ask(SHOP, [derived, "orders.revenue"], ["orders.status"]).gives(
        ("paid", 4.3125, 17.25), ("open", 1.75, 3.5), (None, 4, 4)
    )


@pytest.mark.parametrize("name", ["orders.revenue", "revenue"])
def test_order_by_finds_a_measure(ask_sql: Ask, name: str) -> None:
    ask_sql(
        SHOP,
        ["orders.revenue"],
        ["customers.name"],
        order_by=[{"field": name, "direction": "desc"}],
        include_empty=False,
    ).gives(("ann", 15.5), (None, 5.25), ("cyd", 4), ("bob", 0), ordered=True)


@pytest.mark.parametrize("name", ["customers.name", "name"])
def test_order_by_finds_a_dimension(ask_sql: Ask, name: str) -> None:
    ask_sql(SHOP, ["orders.orders"], ["customers.name"], order_by=[name], include_empty=False).gives(
        ("ann", 2), ("bob", 1), ("cyd", 2), (None, 2), ordered=True
    )


def test_order_by_finds_an_expression_and_its_name(ask_sql: Ask) -> None:
    expected = [("cyd", 4), ("bob", 0)]
    plain = "sum(orders.amount)"
    found = {"filters": ["customers.name in ('bob', 'cyd')"], "dimensions": ["customers.name"]}
    ask_sql(SHOP, [plain], **found, order_by=[{"field": plain, "direction": "desc"}]).gives(*expected, ordered=True)
    named = {"expr": plain, "name": "money"}
    ask_sql(SHOP, [named], **found, order_by=[{"field": "money", "direction": "desc"}]).gives(*expected, ordered=True)
    ask_sql(SHOP, [named], **found, order_by=[{"field": plain, "direction": "desc"}]).gives(*expected, ordered=True)


def test_order_by_finds_the_alias_that_the_answer_has(ask_sql: Ask) -> None:
    first = ask_sql(SHOP, ["orders.orders", "sum(orders.amount)"], ["customers.name"], include_empty=False)
    for alias in first.result.columns:
        ask_sql(
            SHOP, ["orders.orders", "sum(orders.amount)"], ["customers.name"], include_empty=False, order_by=[alias]
        ).gives(*first.result.rows)


def test_order_by_of_something_not_selected_is_refused_or_right(ask_sql: Ask) -> None:
    """A dimension that is not grouped by has no one value to sort by."""
    refusal(SHOP, ["orders.revenue"], ["customers.name"], order_by=["customers.nonsense"]).names("nonsense")


def test_two_granularities_of_one_field_are_two_columns(ask: Ask) -> None:
    fields = [{"field": "orders.placed", "granularity": each} for each in ("month", "year")]
    ask(SHOP, ["orders.orders"], fields).gives(
        ("2024-01-01", "2024-01-01", 2),
        ("2024-02-01", "2024-01-01", 2),
        ("2024-12-01", "2024-01-01", 2),
        (None, None, 1),
    )


def test_a_field_beside_its_granularity(ask: Ask) -> None:
    fields = ["orders.placed", {"field": "orders.placed", "granularity": "day"}]
    ask(SHOP, ["orders.orders"], fields, filters=["orders.id < 3"]).gives(
        ("2024-01-05 10:00:00", "2024-01-05", 1), ("2024-01-31 23:59:59", "2024-01-31", 1)
    )


def test_an_unnamed_measure_gets_a_valid_and_stable_alias(ask_sql: Ask) -> None:
    expression = "sum(orders.amount) / count(orders.id)"
    answer = ask_sql(SHOP, [expression], ["orders.status"])
    alias = answer.result.columns[1]
    assert alias.isidentifier()
    assert ask_sql(SHOP, ["orders.orders", expression]).result.columns[1] == alias


def test_a_name_with_a_quote_in_it_survives_or_is_refused(ask: Ask) -> None:
    facts = table("facts", "id:integer v:integer", (1, 1))
    model = world(facts, source(facts, measures=measures(n="count(*)")))
    ask(model, [{"expr": "sum(facts.v)", "name": 'a "quoted" `name`'}]).gives((1,))


def big() -> World:
    """A measure named like its column, and a filter on the column of that name."""
    facts = table("facts", "id:integer amount:integer", (1, 5), (2, 7), (3, -1))
    return world(facts, source(facts, measures=measures(amount="sum(amount)", rest="amount - 1", n="count(*)")))


def test_a_measure_named_like_its_column(ask: Ask) -> None:
    ask(big(), ["facts.amount", "facts.rest"]).gives((11, 10))
    ask(big(), [{"expr": "sum(facts.amount)", "name": "amount"}]).gives((11,))
    ask(big(), ["facts.n"], ["facts.amount"]).gives((5, 1), (7, 1), (-1, 1))
    ask(big(), ["facts.amount"], filters=["sum(facts.amount) > 10"]).gives((11,))
