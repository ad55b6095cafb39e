"""Rule 11: hidden columns cannot be reached by any spelling; internal ones only inside the model."""

from __future__ import annotations

import pytest
from asking import Ask, measures, refusal, source, world
from engines import table
from shop import to

STAFF = table(
    "staff", "id:integer name:string pay:integer team:integer note:string", (1, "ann", 9, 1, "x"), (2, "bob", 5, 1, "y")
)
TEAMS = table("teams", "id:integer title:string budget:integer", (1, "core", 100))
MODEL = world(
    STAFF,
    TEAMS,
    source(
        STAFF,
        columns=[
            {"name": "pay", "type": "number", "visibility": "internal"},
            {"name": "note", "type": "string", "visibility": "hidden"},
        ],
        joins=[to("teams", "team = teams.id")],
        measures=measures(payroll="sum(pay)", n="count(*)"),
    ),
    source(TEAMS, columns=[{"name": "budget", "type": "number", "visibility": "hidden"}]),
)

SPELLINGS = [
    "staff.note",
    "note",
    'staff."note"',
    '"staff"."note"',
    "STAFF.NOTE",
    "staff . note",
    "teams.budget",
    "budget",
]


def name_of(spelling: str) -> str:
    return "budget" if "budget" in spelling else "note"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_hidden_columns_are_out_of_reach_in_a_dimension(spelling: str) -> None:
    refusal(MODEL, ["staff.n"], [spelling])
    refusal(MODEL, [], [spelling])


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_hidden_columns_are_out_of_reach_in_a_measure(spelling: str) -> None:
    refusal(MODEL, [f"max({spelling})"])
    refusal(MODEL, [{"expr": f"count(case when {spelling} is null then 1 end)", "name": "n"}])


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_hidden_columns_are_out_of_reach_in_a_filter(spelling: str) -> None:
    refusal(MODEL, ["staff.n"], filters=[f"{spelling} is not null"])
    refusal(MODEL, ["staff.n"], filters=[f"max({spelling}) is not null"])
    refusal(MODEL, ["staff.n"], filters=[f"staff.id in (select {spelling} from staff, teams)"])


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_hidden_columns_are_out_of_reach_in_the_order(spelling: str) -> None:
    refusal(MODEL, ["staff.n"], ["staff.name"], order_by=[spelling])


@pytest.mark.parametrize(
    "subquery",
    [
        "select note from staff",
        "select s.note from staff s",
        'select s."note" from staff as s',
        "select max(note) from staff",
        "select 1 from staff where note = 'x'",
        "select name from staff order by note",
        "select * from staff",
        "select s.* from staff s",
        "select x from (select note as x from staff) t",
        "with t as (select note from staff) select note from t",
        "select staff from staff",
        "select name from staff group by note, name",
    ],
)
def test_hidden_columns_are_out_of_reach_in_a_subquery(subquery: str) -> None:
    if "*" not in subquery:  # What exists does not say what it holds.
        refusal(MODEL, ["staff.n"], filters=[f"exists ({subquery})"])
    refusal(MODEL, ["staff.n"], filters=[f"staff.name in ({subquery})"])


def test_internal_columns_serve_the_model(ask: Ask) -> None:
    ask(MODEL, ["staff.payroll"], ["staff.name"]).gives(("ann", 9), ("bob", 5))


@pytest.mark.parametrize("spelling", ["staff.pay", "pay", "STAFF.PAY"])
def test_internal_columns_are_out_of_reach_in_a_query(spelling: str) -> None:
    refusal(MODEL, ["staff.n"], [spelling])
    refusal(MODEL, [f"sum({spelling})"])
    refusal(MODEL, ["staff.n"], filters=[f"{spelling} > 1"])
    refusal(MODEL, ["staff.n"], filters=[f"staff.id in (select {spelling} from staff)"])


def test_the_refusal_does_not_offer_a_hidden_name() -> None:
    for spelling in ("staff.notes", "staff.note"):
        told = refusal(MODEL, ["staff.n"], [spelling])
        assert "'x'" not in told.text


def test_a_computed_column_may_use_internal_ones(ask: Ask) -> None:
    model = world(
        STAFF,
        source(
            STAFF,
            columns=[
                {"name": "pay", "type": "number", "visibility": "internal"},
                {"name": "well_paid", "type": "boolean", "expr": "pay > 6"},
            ],
            measures=measures(n="count(*)"),
        ),
    )
    ask(model, ["staff.n"], filters=["staff.well_paid"]).gives((1,))


def test_a_hidden_column_behind_a_role_is_hidden(ask: Ask) -> None:
    model = MODEL.but(
        source(STAFF, joins=[to("teams", "team = squad.id", alias="squad")], measures=measures(n="count(*)"))
    )
    ask(model, ["staff.n"], ["squad.title"]).gives(("core", 2))
    refusal(model, ["staff.n"], ["squad.budget"])
    refusal(model, ["staff.n"], filters=["squad.budget > 1"])
