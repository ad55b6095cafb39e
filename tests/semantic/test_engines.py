"""The engines themselves: what goes in comes out, and one form compares equal across them."""

from __future__ import annotations

from engines import Engine, difference, plain, table

THINGS = table(
    "Order Details",
    [
        ("id", "integer"),
        ("unit price", "decimal"),
        ("ratio", "float"),
        ("group", "string"),
        ("Paid", "boolean"),
        ("day$", "date"),
        ("at", "timestamp"),
    ],
    (1, "12.25", 0.5, 'it\'s "a".b', True, "2024-02-29", "2024-02-29 23:59:58"),
    (2, "-0.75", -1.5, "", False, "1999-12-31", "2024-01-01 00:00:00"),
    (None, None, None, None, None, None, None),
)


def test_every_type_and_awkward_name_round_trips(engine: Engine) -> None:
    with engine.holding([THINGS]):
        result = engine.run(f"SELECT * FROM {engine.identifier('Order Details')}")
    assert result.columns == tuple(column.name for column in THINGS.columns)
    assert difference(THINGS.rows, result.rows, ordered=False) is None


def test_each_place_starts_empty(engine: Engine) -> None:
    for value in (1, 2):
        with engine.holding([table("t", "a:integer", (value,))]):
            assert engine.run("SELECT sum(a) AS s FROM t").rows == ((value,),)


def test_integers_decimals_and_booleans_compare_as_numbers() -> None:
    assert {plain(value) for value in (True, 1, 1.0)} == {1.0}


def test_a_date_equals_its_midnight() -> None:
    assert plain("2024-01-01 00:00:00") == plain("2024-01-01") == plain("2024-01-01T00:00:00")


def test_a_difference_names_what_is_missing_and_what_is_surplus() -> None:
    told = difference([("a", 1), ("b", 2)], [("b", 2), ("c", 3)], ordered=False)
    assert told == "missing:\n  ('a', 1.0)\nsurplus:\n  ('c', 3.0)\n"


def test_duplicate_rows_are_not_one() -> None:
    assert difference([("a", 1)], [("a", 1), ("a", 1)], ordered=False) is not None
