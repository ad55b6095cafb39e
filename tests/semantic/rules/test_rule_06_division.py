"""Rule 6: by zero is NULL; integers divide exactly; across facts an absent sum is 0, an absent divisor gives NULL."""

from __future__ import annotations

from asking import Ask, measures, source, world
from engines import OneOf, table
from shop import SHOP, to

NUMBERS = table(
    "numbers",
    "id:integer k:string a:integer b:integer",
    (1, "x", 7, 2),
    (2, "x", 0, 0),
    (3, "y", 1, 0),
    (4, "z", 1, None),
)
MODEL = world(
    NUMBERS,
    source(
        NUMBERS,
        columns=[
            {"name": "half", "type": "number", "expr": "a / 2"},
            {"name": "each", "type": "number", "expr": "a / b"},
        ],
        measures=measures(
            a="sum(a)",
            b="sum(b)",
            n="count(*)",
            ratio="sum(a) / sum(b)",
            derived="a / b",
            share="count(b) / count(*)",
            halves="sum(half)",
            eachs="sum(each)",
            inline="sum(a / 2)",
        ),
    ),
)


def test_by_zero_is_null(ask: Ask) -> None:
    ask(MODEL, ["numbers.ratio", "numbers.derived"], ["numbers.k"]).gives(
        ("x", 3.5, 3.5), ("y", None, None), ("z", None, None)
    )


def test_a_ratio_of_counts_is_not_integer_division(ask: Ask) -> None:
    ask(MODEL, ["numbers.share"]).gives((0.75,))
    ask(MODEL, [{"expr": "count(numbers.b) / count(numbers.id)", "name": "share"}]).gives((0.75,))
    ask(MODEL, [{"expr": "numbers.n / 8", "name": "eighth"}]).gives((0.5,))
    ask(MODEL, [{"expr": "1 / numbers.n", "name": "inverse"}]).gives((0.25,))


def test_integers_divide_exactly_in_a_computed_column(ask: Ask) -> None:
    ask(MODEL, ["numbers.halves", "numbers.inline"]).gives((4.5, 4.5))
    ask(MODEL, ["numbers.n"], ["numbers.half"]).gives((3.5, 1), (0, 1), (0.5, 2))


def test_by_zero_is_null_in_a_computed_column(ask: Ask) -> None:
    ask(MODEL, ["numbers.eachs"]).gives((3.5,))
    ask(MODEL, ["numbers.n"], ["numbers.each"]).gives((3.5, 1), (None, 3))


def test_integers_divide_exactly_in_filters(ask: Ask) -> None:
    ask(MODEL, ["numbers.n"], filters=["numbers.a / 2 > 3"]).gives((1,))
    ask(MODEL, ["numbers.n"], filters=["1 / numbers.b > 0"]).gives((1,))
    ask(MODEL, ["numbers.a"], ["numbers.k"], filters=["numbers.a / numbers.b > 3"]).gives(("x", 7))
    ask(MODEL, ["numbers.a"], ["numbers.k"], filters=["numbers.derived > 3"]).gives(("x", 7))


def test_a_division_inside_a_divisor(ask: Ask) -> None:
    """x: 7 / (7 / 2) = 2; y: 1 / (1 / 0) is NULL."""
    ask(MODEL, [{"expr": "numbers.a / (numbers.a / numbers.b)", "name": "r"}], ["numbers.k"]).gives(
        ("x", 2), ("y", None), ("z", None)
    )


def test_an_absent_sum_counts_as_zero_across_facts(ask: Ask) -> None:
    """Bob's one refund has no amount; nothing is known of it, so 0 and NULL are both defensible there."""
    asked = [{"expr": "orders.revenue - returns.refunds", "name": "net"}]
    ask(SHOP, asked, ["customers.name"], include_empty=False).gives(
        ("ann", 12), ("bob", OneOf((0, None))), ("cyd", 4), ("dan", -3), (None, 3.5)
    )


def test_an_absent_divisor_gives_null_across_facts(ask: Ask) -> None:
    asked = [{"expr": "orders.revenue / returns.refunds", "name": "r"}]
    ask(SHOP, asked, ["customers.name"], include_empty=False).gives(
        ("ann", 15.5 / 3.5), ("bob", None), ("cyd", None), ("dan", 0), (None, 3)
    )
    asked = [{"expr": "returns.refunds / orders.orders", "name": "r"}]
    ask(SHOP, asked, ["customers.name"], include_empty=False).gives(
        ("ann", 1.75), ("bob", OneOf((0, None))), ("cyd", 0), ("dan", None), (None, 0.875)
    )


def test_a_declared_measure_across_facts(ask: Ask) -> None:
    sides = table("sides", "id:integer name:string", (1, "l"), (2, "r"), (3, "m"))
    ins = table("ins", "id:integer side:integer v:integer", (1, 1, 5), (2, 2, 7))
    outs = table("outs", "id:integer side:integer v:integer", (1, 1, 2), (2, 3, 4))
    join = [to("sides", "side = sides.id")]
    model = world(
        sides,
        ins,
        outs,
        source(sides),
        source(outs, joins=join, measures=measures(out="sum(v)")),
        source(
            ins,
            joins=join,
            measures=measures(into="sum(v)", net="ins.into - outs.out", part="net / ins.into", twice="2 * net"),
        ),
    )
    ask(model, ["ins.net"]).gives((6,))
    ask(model, ["ins.net", "ins.twice"], ["sides.name"]).gives(("l", 3, 6), ("r", 7, 14), ("m", -4, -8))
    ask(model, ["ins.part"], ["sides.name"]).gives(("l", 0.6), ("r", 1), ("m", None))


def test_within_one_fact_an_unknown_operand_stays_unknown(ask: Ask) -> None:
    ask(MODEL, [{"expr": "numbers.a - numbers.b", "name": "net"}], ["numbers.k"]).gives(("x", 5), ("y", 1), ("z", None))


def test_an_average_of_integers_is_not_an_integer(ask: Ask) -> None:
    ask(MODEL, [{"expr": "avg(numbers.a)", "name": "mean"}]).gives((2.25,))
    ask(MODEL, [{"expr": "avg(numbers.a)", "name": "mean"}], filters=["numbers.id < 4"]).gives((8 / 3,))


def test_a_ratio_of_sums_of_decimals_keeps_its_digits(ask: Ask) -> None:
    ask(SHOP, [{"expr": "orders.revenue / orders.orders", "name": "mean"}]).gives((24.75 / 7,))


def test_dividing_by_a_literal_zero_is_null(ask: Ask) -> None:
    ask(MODEL, [{"expr": "numbers.a / 0", "name": "r"}]).gives((None,))
