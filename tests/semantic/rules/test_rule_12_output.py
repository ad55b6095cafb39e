"""Rule 12: the columns asked for in the order asked; NULLs last; distinct members; no two columns of one name."""

from __future__ import annotations

from contextlib import suppress

import pytest
from asking import Ask, measures, source, world
from engines import table
from shop import SHOP

from semantic_layer import SemanticError


def test_dimensions_then_measures_in_the_order_asked(ask_sql: Ask) -> None:
    asked = ["returns.returned", "orders.revenue", "orders.orders"]
    answer = ask_sql(SHOP, asked, ["regions.name", "customers.tier"], filters=["customers.name = 'ann'"])
    answer.gives(("north", "gold", 2, 15.5, 2))
    names = [column["name"] for column in answer.wire["columns"]]
    assert names == ["regions.name", "customers.tier", "returns.returned", "orders.revenue", "orders.orders"]
    provenances = [column["provenance"] for column in answer.wire["columns"]]
    assert provenances == ["dimension", "dimension", "verified", "verified", "verified"]


def test_a_measure_written_in_the_query_is_composed_and_has_its_name(ask_sql: Ask) -> None:
    answer = ask_sql(SHOP, [{"expr": "sum(orders.amount)", "name": "money"}])
    assert [(column["name"], column["provenance"]) for column in answer.wire["columns"]] == [("money", "composed")]
    assert answer.result.columns == ("money",)


def test_granularities_are_said(ask_sql: Ask) -> None:
    answer = ask_sql(SHOP, ["orders.orders"], [{"field": "orders.placed", "granularity": "month"}])
    assert [column["granularity"] for column in answer.wire["columns"]] == ["month", None]


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_nulls_are_last_in_both_directions(ask: Ask, direction: str) -> None:
    rows = [("ann", 15.5), ("bob", 0), ("cyd", 4)]
    ordered = rows if direction == "asc" else rows[::-1]
    ask(
        SHOP,
        ["orders.revenue"],
        ["customers.name"],
        include_empty=False,
        order_by=[{"field": "customers.name", "direction": direction}],
    ).gives(*ordered, (None, 5.25), ordered=True)


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_null_measures_are_last_too(ask: Ask, direction: str) -> None:
    """Dan's and eve's revenue is NULL; a second key keeps them in order."""
    rows = [("bob", 0), ("cyd", 4), (None, 5.25), ("ann", 15.5)]
    ordered = rows if direction == "asc" else rows[::-1]
    ask(
        SHOP,
        ["orders.revenue"],
        ["customers.name"],
        order_by=[{"field": "orders.revenue", "direction": direction}, "customers.name"],
    ).gives(*ordered, ("dan", None), ("eve", None), ordered=True)


def test_the_default_direction_is_ascending(ask: Ask) -> None:
    ask(SHOP, ["orders.orders"], ["regions.name"], order_by=[{"field": "regions.name"}]).gives(
        ("north", 3), ("south", 2), ("west", 0), (None, 2), ordered=True
    )


def test_nulls_are_last_before_a_limit_cuts(ask: Ask) -> None:
    ask(
        SHOP,
        ["orders.revenue"],
        ["customers.name"],
        order_by=[{"field": "customers.name", "direction": "desc"}],
        limit=2,
    ).gives(("eve", None), ("dan", None), ordered=True)


@pytest.mark.parametrize("expression", ["v > 1 or w = 'x'", "v > 1 and w = 'x'", "not v > 1", "v > 1"])
def test_a_condition_sorts_nulls_last(ask: Ask, expression: str) -> None:
    """Where a dialect has no NULLS LAST, `a or b is null` is not what has to be asked."""
    rows = table("rows_", "id:integer v:integer w:string", (1, 0, None), (2, 2, "x"), (3, 0, "y"), (4, 0, "y"))
    columns = [{"name": "c", "type": "boolean", "expr": expression}]
    nothing = {"name": "d", "type": "boolean", "expr": f"case when id = 3 then null else ({expression}) end"}
    model = world(rows, source(rows, columns=[*columns, nothing], measures=measures(n="count(*)")))
    for column in ("c", "d"):
        for direction in ("asc", "desc"):
            order = [{"field": f"rows_.{column}", "direction": direction}]
            found = [row[0] for row in ask(model, ["rows_.n"], [f"rows_.{column}"], order_by=order).result.rows]
            known = [value for value in found if value is not None]
            assert found[: len(known)] == sorted(known, reverse=direction == "desc")


def test_several_keys_sort_in_turn(ask: Ask) -> None:
    ask(
        SHOP,
        ["orders.orders"],
        ["customers.name"],
        order_by=[{"field": "orders.orders", "direction": "desc"}, {"field": "customers.name", "direction": "desc"}],
        filters=["customers.id is not null"],
    ).gives(("cyd", 2), ("ann", 2), ("bob", 1), ("eve", 0), ("dan", 0), ordered=True)


def test_booleans_and_times_sort_nulls_last(ask: Ask) -> None:
    things = table(
        "things", "id:integer f:boolean d:date", (1, True, "2024-01-02"), (2, False, "2023-01-01"), (3, None, None)
    )
    model = world(things, source(things, measures=measures(n="count(*)")))
    order = [{"field": "things.f", "direction": "desc"}]
    ask(model, ["things.n"], ["things.f"], order_by=order).gives((True, 1), (False, 1), (None, 1), ordered=True)
    order = [{"field": "things.d", "direction": "desc"}]
    ask(model, ["things.n"], ["things.d"], order_by=order).gives(
        ("2024-01-02", 1), ("2023-01-01", 1), (None, 1), ordered=True
    )


def test_a_limit_of_zero_gives_the_columns_alone(ask: Ask) -> None:
    ask(SHOP, ["orders.orders"], ["customers.name"], limit=0).gives()


def test_the_default_limit_is_a_thousand(ask_sql: Ask) -> None:
    many = table("many", "id:integer", *[(number,) for number in range(1003)])
    model = world(many, source(many, measures=measures(n="count(*)")))
    assert len(ask_sql(model, ["many.n"], ["many.id"]).result.rows) == 1000
    assert len(ask_sql(model, ["many.n"], ["many.id"], limit=1003).result.rows) == 1003
    assert len(ask_sql(model, ["many.n"], ["many.id"], limit=7).result.rows) == 7


def test_dimensions_without_measures_give_the_distinct_members(ask: Ask) -> None:
    ask(SHOP, [], ["customers.tier"]).gives(("gold",), (None,), ("iron",))
    ask(SHOP, [], ["orders.status"]).gives(("paid",), ("open",), (None,))


def test_members_of_two_joined_tables_are_their_combinations(ask: Ask) -> None:
    ask(SHOP, [], ["customers.tier", "regions.name"]).gives(
        ("gold", "north"), (None, "north"), ("gold", "south"), ("iron", None)
    )


def test_members_with_a_filter_and_an_order(ask: Ask) -> None:
    ask(SHOP, [], ["customers.name"], filters=["customers.tier = 'iron'"], order_by=["customers.name"]).gives(
        ("dan",), ("eve",), ordered=True
    )
    ask(SHOP, [], ["customers.name"], filters=["orders.status = 'open'"]).gives(("ann",))
    ask(SHOP, [], ["customers.name"], filters=["regions.name = 'north'"]).gives(("ann",), ("bob",))


def test_members_of_a_time_dimension(ask: Ask) -> None:
    ask(SHOP, [], [{"field": "orders.placed", "granularity": "quarter"}]).gives(
        ("2024-01-01",), ("2024-10-01",), (None,)
    )


def test_columns_of_one_name_are_qualified(ask: Ask) -> None:
    """`_check_form` in ``asking`` fails on a repeated name."""
    ask(SHOP, ["orders.orders"], ["customers.name", "regions.name"], filters=["customers.name = 'ann'"]).gives(
        ("ann", "north", 2)
    )


def test_a_measure_named_like_a_dimension_s_column_is_told_apart_or_refused(ask: Ask) -> None:
    facts = table("facts", "id:integer status:string", (1, "a"), (2, "a"))
    model = world(facts, source(facts, measures=measures(status="count(*)")))
    with suppress(SemanticError):
        ask(model, ["facts.status"], ["facts.status"]).gives(("a", 2))


def test_a_composed_measure_named_like_a_dimension(ask_sql: Ask) -> None:
    answer = ask_sql(SHOP, [{"expr": "count(orders.id)", "name": "status"}], ["orders.status"])
    answer.gives(("paid", 4), ("open", 2), (None, 1))
