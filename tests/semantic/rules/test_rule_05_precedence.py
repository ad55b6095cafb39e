"""Rule 5: what is put inside an expression keeps its value.

The ledger's sums are a = 10, b = 4, n = 3 in group x and a = 7, b = 1, n = 2 in group y; in total 17, 5 and 5.
"""

from __future__ import annotations

import pytest
from asking import Ask, World, measures, source, world
from engines import table
from shop import SHOP, to

LEDGER = table(
    "ledger",
    "id:integer k:string a:integer b:integer n:integer",
    (1, "x", 6, 3, 1),
    (2, "x", 4, 1, 2),
    (3, "y", 7, 1, 2),
)


def ledger(**derived: str) -> World:
    """The ledger with further measures."""
    base = {"a": "sum(a)", "b": "sum(b)", "n": "sum(n)", "net": "a - b", "both": "a + b", "loss": "-a"}
    return world(LEDGER, source(LEDGER, measures=measures(**base, **derived)))


@pytest.mark.parametrize(
    ("expression", "total", "x", "y"),
    [
        ("net / n", 12 / 5, 2, 3),
        ("2 * net", 24, 12, 12),
        ("n - net", -7, -3, -4),
        ("n - (a - b)", -7, -3, -4),
        ("n / both", 5 / 22, 3 / 14, 2 / 8),
        ("a / (n / b)", 17, 10 / (3 / 4), 7 / 2),
        ("-net", -12, -6, -6),
        ("- loss", 17, 10, 7),
        ("n - loss", 22, 13, 9),
        ("net * net", 144, 36, 36),
        ("net - net", 0, 0, 0),
        ("both - net - n", 5, 5, 0),
        ("case when net > 6 then 1 else 0 end", 1, 0, 0),
        ("coalesce(net, 0) / n", 12 / 5, 2, 3),
    ],
)
def test_a_derived_measure_keeps_its_parentheses(ask: Ask, expression: str, total: float, x: float, y: float) -> None:
    model = ledger(derived=expression)
    ask(model, ["ledger.derived"]).gives((total,))
    ask(model, ["ledger.derived"], ["ledger.k"]).gives(("x", x), ("y", y))


def test_derived_of_derived_of_derived(ask: Ask) -> None:
    model = ledger(rate="net / n", double="2 * rate", rest="a - double")
    ask(model, ["ledger.rest"], ["ledger.k"]).gives(("x", 6), ("y", 1))


def test_an_expression_in_the_query_over_a_derived_measure(ask: Ask) -> None:
    ask(ledger(), [{"expr": "ledger.net / ledger.n", "name": "rate"}], ["ledger.k"]).gives(("x", 2), ("y", 3))
    ask(ledger(), [{"expr": "100 - ledger.net", "name": "left"}], ["ledger.k"]).gives(("x", 94), ("y", 94))


def test_derived_across_facts_keeps_its_parentheses(ask: Ask) -> None:
    """Total revenue 24.75, refunds 8.25, 7 orders: (24.75 - 8.25) / 7."""
    asked = [{"expr": "(orders.revenue - returns.refunds) / orders.orders", "name": "net"}]
    ask(SHOP, asked).gives((16.5 / 7,))
    asked = [{"expr": "orders.orders - (orders.revenue - returns.refunds)", "name": "net"}]
    ask(SHOP, asked).gives((-9.5,))


def test_a_computed_column_keeps_its_parentheses(ask: Ask) -> None:
    columns = [
        {"name": "d", "type": "number", "expr": "a - b"},
        {"name": "twice", "type": "number", "expr": "2 * d"},
        {"name": "off", "type": "number", "expr": "n - d"},
    ]
    model = world(
        LEDGER, source(LEDGER, columns=columns, measures=measures(t="sum(twice)", o="sum(n - d)", f="sum(off)"))
    )
    ask(model, ["ledger.t", "ledger.o", "ledger.f"]).gives((24, -7, -7))
    ask(model, [{"expr": "sum(ledger.d * ledger.n)", "name": "p"}], ["ledger.k"]).gives(("x", 9), ("y", 12))


def test_an_or_in_one_of_several_filters_stays_in_it(ask: Ask) -> None:
    """p or q, and r: orders 1, 2 and 5 are open or of at least 10; of these 2 and 5 are below 6."""
    filters = ["orders.status = 'open' or orders.amount >= 10", "orders.amount < 6"]
    ask(SHOP, ["orders.orders"], filters=filters).gives((2,))
    ask(SHOP, ["orders.orders"], filters=filters[::-1]).gives((2,))


def test_an_or_in_one_of_several_group_filters_stays_in_it(ask: Ask) -> None:
    """By customer: ann 2 orders of 15.5, bob 1 of 0, cyd 2 of 4, none 2 of 5.25."""
    filters = ["orders.revenue > 10 or orders.orders = 1", "orders.revenue < 5"]
    ask(SHOP, ["orders.orders"], ["customers.name"], filters=filters).gives(("bob", 1))
    ask(SHOP, ["orders.orders"], ["customers.name"], filters=filters[::-1]).gives(("bob", 1))


def test_an_or_in_a_segment_stays_in_it(ask: Ask) -> None:
    segments = [{"name": "ab", "expr": "a > 6 or b > 2"}]
    model = world(LEDGER, source(LEDGER, segments=segments, measures=measures(n="count(*)")))
    ask(model, ["ledger.n"], segments=["ledger.ab"], filters=["ledger.k = 'x'"]).gives((1,))
    ask(model, ["ledger.n"], filters=["ledger.k = 'x'", "ledger.n > 0"], segments=["ledger.ab"]).gives((1,))


def test_an_or_in_a_measure_filter_stays_in_it(ask: Ask) -> None:
    measure = {"expr": "count(*)", "filter": "a > 6 or b > 2", "segments": ["x"]}
    segments = [{"name": "x", "expr": "k = 'x' or k = 'z'"}]
    model = world(LEDGER, source(LEDGER, segments=segments, measures=measures(n=measure)))
    ask(model, ["ledger.n"]).gives((1,))
    ask(model, ["ledger.n"], filters=["ledger.a = 7 or ledger.a = 4"]).gives((0,))


def test_an_or_in_a_join_stays_in_it(ask: Ask) -> None:
    """Two ways to be the customer of a call, and only while the customer is active."""
    people = table("people", "id:integer other:integer active:boolean", (1, 10, True), (2, 20, False))
    calls = table("calls", "id:integer person:integer", (1, 1), (2, 10), (3, 2), (4, 20), (5, None))
    on = "(person = people.id or person = people.other) and people.active"
    model = world(
        people,
        calls,
        source(people),
        source(calls, joins=[to("people", on)], measures=measures(n="count(*)")),
    )
    ask(model, ["calls.n"], ["people.id"], include_empty=False).gives((1, 2), (None, 3))


def test_a_not_before_a_named_condition_negates_all_of_it(ask: Ask) -> None:
    columns = [{"name": "odd", "type": "boolean", "expr": "a > 6 or b > 2"}]
    model = world(LEDGER, source(LEDGER, columns=columns, measures=measures(n="count(*)")))
    ask(model, ["ledger.n"], filters=["not ledger.odd"]).gives((1,))
