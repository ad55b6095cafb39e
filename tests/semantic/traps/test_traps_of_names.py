"""Known traps: names of the model that meet names which the compiler makes up, or each other."""

from __future__ import annotations

import pytest
from asking import Ask, World, measures, refusal, source, world
from engines import table
from shop import SHOP, to

from semantic_layer import SemanticError

INVENTED = [
    "combined",
    "facts",
    "orders_facts",
    "bills_facts",
    "people_members",
    "numbered",
    "picked",
    "t",
    "spine",
    "base",
    "q",
]


def bills(fact: str, dimension: str, column: str) -> World:
    """Two facts over a dimension, with the given names."""
    left = table(
        "left_table", [("id", "integer"), ("d", "integer"), (column, "integer")], (1, 1, 5), (2, 2, 7), (3, None, 1)
    )
    right = table("right_table", "id:integer d:integer v:integer", (1, 1, 2), (2, 3, 4))
    members = table("members", [("id", "integer"), (column, "string")], (1, "x"), (2, "y"), (3, None))
    return world(
        *[left, right, members],
        source(members, name=dimension),
        source(
            left,
            name=fact,
            joins=[to(dimension, f"d = {dimension}.id")],
            measures=measures(total=f"sum({column})", middle=f"median({column})", n="count(*)"),
        ),
        source(
            right,
            name="bills",
            joins=[to(dimension, f"bills.d = {dimension}.id")],
            measures=measures(total="sum(v)", n="count(*)"),
        ),
    )


@pytest.mark.parametrize("name", INVENTED)
def test_a_source_named_like_something_made_up(ask: Ask, name: str) -> None:
    for model, fact, dimension in (
        (bills(name, "people", "v"), name, "people"),
        (bills("sales", name, "v"), "sales", name),
    ):
        asked = [f"{fact}.total", "bills.total", f"{fact}.middle", f"{fact}.n"]
        ask(model, asked, [f"{dimension}.v"]).gives(("x", 5, 2, 5, 1), ("y", 7, None, 7, 1), (None, 1, 4, 1, 1))


@pytest.mark.parametrize(
    "name", ["value", "value_1", "value_count", "row_index", "matched", "total", "n", "id_1", "present", "member"]
)
def test_a_column_named_like_something_made_up(ask: Ask, name: str) -> None:
    model = bills("sales", "people", name)
    ask(model, ["sales.total", "bills.total", "sales.middle", "bills.n"], [f"people.{name}"]).gives(
        ("x", 5, 2, 5, 1), ("y", 7, None, 7, 0), (None, 1, 4, 1, 1)
    )
    ask(model, ["sales.middle"], [f"people.{name}", f"sales.{name}"], include_empty=False).gives(
        ("x", 5, 5), ("y", 7, 7), (None, 1, 1)
    )


def test_a_given_name_like_another_column_s(ask_sql: Ask) -> None:
    """Whatever names come out, they are apart (checked on every answer) and the values are right; or it is refused."""
    for name in ("name", "orders_revenue", "customers_name", "revenue", "regions_name"):
        try:
            answer = ask_sql(
                SHOP,
                ["orders.revenue", {"expr": "count(orders.id)", "name": name}],
                ["customers.name", "regions.name"],
                filters=["customers.name = 'ann'"],
            )
        except SemanticError:
            continue
        answer.gives(("ann", "north", 15.5, 2))


def test_a_role_and_its_source_side_by_side(ask: Ask) -> None:
    """Parts have a maker and a seller, of whom the seller is joined without another name."""
    firms = table("firms", "id:integer name:string big:boolean", (1, "a", True), (2, "b", False))
    parts = table(
        "parts", "id:integer firm:integer maker:integer v:integer", (1, 1, 2, 10), (2, 2, 2, 20), (3, None, 1, 40)
    )
    model = world(
        firms,
        parts,
        source(firms, segments=[{"name": "big", "expr": "big or name = 'z'"}], measures=measures(firms="count(*)")),
        source(
            parts,
            joins=[to("firms", "firm = firms.id"), to("firms", "maker = maker_firm.id", alias="maker_firm")],
            measures=measures(v="sum(v)"),
        ),
    )
    ask(model, ["parts.v"], ["firms.name", "maker_firm.name"], include_empty=False).gives(
        ("a", "b", 10), ("b", "b", 20), (None, "a", 40)
    )
    ask(model, ["parts.v"], filters=["firms.name = 'a' or maker_firm.name = 'a'"]).gives((50,))
    ask(model, ["parts.v"], segments=["firms.big"]).gives((10,))
    ask(model, ["parts.v"], segments=["maker_firm.big"]).gives((40,))
    ask(model, ["parts.v", "firms.firms"], ["firms.name"]).gives(("a", 10, 1), ("b", 20, 1), (None, 40, 0))


def test_source_names_that_begin_with_each_other(ask: Ask) -> None:
    a = table("a", "id:integer a_b:integer b:integer", (1, 1, 2))
    a_b = table("a_b", "id:integer b:integer", (1, 4))
    model = world(
        a,
        a_b,
        source(a, joins=[to("a_b", "a.a_b = a_b.id")], measures=measures(b="sum(b)", a_b="max(a_b)")),
        source(a_b, measures=measures(b="sum(b)")),
    )
    ask(model, ["a.b", "a_b.b", "a.a_b"]).gives((2, 4, 1))
    ask(model, ["a.b"], ["a.a_b", "a_b.b"]).gives((1, 4, 2))


def test_segments_are_found_in_quotes_and_without(ask_sql: Ask) -> None:
    """A segment is written as any other name is: with SQL's quotes, with spaces and dots."""
    rows = table("rows", "id:integer v:integer", (1, 1), (2, 10), (3, 100))
    model = world(
        rows,
        source(
            rows,
            name="my rows",
            segments=[{"name": "big ones", "expr": "v > 5"}, {"name": "v.small", "expr": "v < 50"}],
            measures=measures(total="sum(v)"),
        ),
    )
    total = ["my rows.total"]
    quoted = f"{ask_sql.quote('my rows')}.{ask_sql.quote('big ones')}"
    for spelling in ("my rows.big ones", quoted, ask_sql.quote("big ones"), "big ones"):
        ask_sql(model, total, segments=[spelling]).gives((110,))
    ask_sql(model, total, segments=[ask_sql.quote("my rows") + "." + ask_sql.quote("v.small")]).gives((11,))
    ask_sql(model, total, segments=["my rows.v.small", quoted]).gives((10,))


def test_a_segment_that_is_none_is_refused_with_near_names() -> None:
    rows = table("rows", "id:integer v:integer", (1, 1))
    model = world(rows, source(rows, segments=[{"name": "big", "expr": "v > 5"}], measures=measures(n="count(*)")))
    for spelling in ("rows.bog", '"rows"."bog"', "bog"):
        refused = refusal(model, ["rows.n"], segments=[spelling]).names("rows.big")
        assert refused.code == "unknown-segment"
    assert refusal(model, ["rows.n"], segments=["rows.v"]).names("column", "filter").code == "unknown-segment"
    assert refusal(model, ["rows.n"], segments=["rows.n"]).names("measure").code == "unknown-segment"
