"""Overlays: a file without table and sql changes the scanned source of its name."""

from typing import Any

import pytest

from tests.loader.conftest import Load, reported
from tests.loader.test_shards import ORDERS, SHARD


def overlaid(load: Load, overlay: str) -> dict[str, Any]:
    connection = load({"_schema/public.yaml": SHARD, "orders.yaml": f"name: orders\n{overlay}"})
    assert connection.problems == ()
    return connection.sources[1]


def test_an_empty_overlay_changes_nothing(load: Load) -> None:
    assert overlaid(load, "") == ORDERS


def test_computed_columns_are_added(load: Load) -> None:
    source = overlaid(load, "columns:\n- {name: net, expr: amount * 0.8, type: number}\n")
    assert source["columns"] == [*ORDERS["columns"], {"name": "net", "expr": "amount * 0.8", "type": "number"}]


@pytest.mark.parametrize(
    "overrides",
    [
        "- {name: amount, visibility: internal, descriptions: {user: net of tax}, constraints: {dbt: {unique: no}}}",
        "  amount: {visibility: internal, descriptions: {user: net of tax}, constraints: {dbt: {unique: no}}}",
    ],
    ids=["as a list", "as a mapping"],
)
def test_metadata_is_patched_and_what_tools_say_side_by_side_is_kept(load: Load, overrides: str) -> None:
    source = overlaid(load, f"column_overrides:\n{overrides}\n")
    assert source["columns"][2] == {
        "name": "amount",
        "type": "number",
        "descriptions": {"db": "in euros", "user": "net of tax"},
        "visibility": "internal",
        "constraints": {"dbt": {"unique": False}},
    }
    assert source["columns"][:2] == ORDERS["columns"][:2]


def test_columns_are_excluded(load: Load) -> None:
    source = overlaid(load, "exclude_columns: [payload, paid]\n")
    assert [column["name"] for column in source["columns"]] == ["id", "customer_id", "amount", "placed_at"]


def test_an_excluded_column_can_come_back_computed(load: Load) -> None:
    source = overlaid(load, "exclude_columns: [amount]\ncolumns: [{name: amount, expr: cents / 100}]\n")
    assert source["columns"][-1] == {"name": "amount", "expr": "cents / 100"}


def test_measures_segments_and_grain_are_replaced(load: Load) -> None:
    source = overlaid(
        load,
        "grain: [id, placed_at]\nmeasures: [{name: n, expr: count(*)}]\nsegments: [{name: s, expr: paid}]\n"
        "description: orders\ntags: [x]\ndefault_time_dimension: {user: placed_at}\n",
    )
    assert source["grain"] == ["id", "placed_at"]
    assert source["measures"] == [{"name": "n", "expr": "count(*)"}]
    assert source["segments"] == [{"name": "s", "expr": "paid"}]
    assert (source["description"], source["tags"]) == ("orders", ["x"])
    assert source["default_time_dimension"] == {"user": "placed_at"}


def test_joins_are_added_and_disabled_by_their_on_text_however_it_is_spaced(load: Load) -> None:
    new = {"to": "customers", "on": "customer_id = buyers.id", "relationship": "many_to_one", "alias": "buyers"}
    added = "joins:\n- {to: customers, on: customer_id = buyers.id, relationship: many_to_one, alias: buyers}\n"
    assert overlaid(load, added)["joins"] == [*ORDERS["joins"], new]
    assert overlaid(load, f"disable_joins: ['customer_id  =  customers.id ']\n{added}")["joins"] == [new]
    assert overlaid(load, "disable_joins: ['customer_id = customers.id']\n")["joins"] == []


def test_an_overlay_may_stand_in_a_list(load: Load) -> None:
    connection = load({"_schema/a.yaml": SHARD, "all.yaml": "- {name: orders, description: x}\n- {name: customers}\n"})
    assert connection.problems == ()
    assert connection.sources[1]["description"] == "x"


@pytest.mark.parametrize(
    ("overlay", "code", "place"),
    [
        ("name: ordres\n", "overlay-of-nothing", "o.yaml:1:7"),
        ("name: orders\ncolour: red\n", "unknown-key", "o.yaml:2:1"),
        ("name: orders\ncolumns:\n- {name: id, expr: x}\n", "overlay-column-exists", "o.yaml:3:3"),
        ("name: orders\ncolumns:\n- {name: new}\n", "overlay-column-not-computed", "o.yaml:3:3"),
        ("name: orders\ncolumns: {new: x}\n", "wrong-shape", "o.yaml:2:1"),
        ("name: orders\ncolumn_overrides:\n- {name: idd}\n", "overridden-column-missing", "o.yaml:3:3"),
        ("name: orders\ncolumn_overrides:\n  id: {expr: x}\n", "unknown-key", "o.yaml:3:8"),
        ("name: orders\ncolumn_overrides:\n  id: hidden\n", "wrong-shape", "o.yaml:3:7"),
        ("name: orders\nexclude_columns: [id, nope]\n", "excluded-column-missing", "o.yaml:2:23"),
        ("name: orders\nexclude_columns: id\n", "wrong-shape", "o.yaml:2:18"),
        ("name: orders\ndisable_joins: [a = b]\n", "disabled-join-missing", "o.yaml:2:17"),
    ],
)
def test_what_cannot_be_applied_is_reported_at_its_place_and_the_source_stays(
    load: Load, overlay: str, code: str, place: str
) -> None:
    connection = load({"_schema/public.yaml": SHARD, "o.yaml": overlay})
    assert reported(connection) == [(code, place)]
    assert connection.sources[1]["table"] == "shop.orders"


def test_two_overlays_on_one_source_are_an_error(load: Load) -> None:
    connection = load(
        {
            "_schema/a.yaml": SHARD,
            "a.yaml": "name: orders\ndescription: first\n",
            "b.yaml": "name: orders\ndescription: second\n",
        }
    )
    assert reported(connection) == [("duplicate-source", "b.yaml:1:7")]
    assert connection.sources[1]["description"] == "first"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("columns[0].name", "_schema/public.yaml:6:16"),
        ("columns[4].expr", "orders.yaml:4:21"),
        ("columns[1].visibility", "orders.yaml:6:25"),
        ("columns[1].name", "_schema/public.yaml:8:16"),
        ("joins[0].on", "orders.yaml:9:8"),
        ("measures[0].expr", "orders.yaml:12:9"),
        ("table", "_schema/public.yaml:3:12"),
    ],
)
def test_the_parts_of_an_overlaid_source_are_placed_where_they_were_written(load: Load, path: str, place: str) -> None:
    overlay = """\
name: orders
exclude_columns: [customer_id, paid]
columns:
- {name: net, expr: amount / 2}
column_overrides:
  amount: {visibility:  hidden}
disable_joins: [customer_id = customers.id]
joins:
- {on: id = customers.id, to: customers, relationship: one_to_one}
measures:
- name: n
  expr: count(*)
"""
    connection = load({"_schema/public.yaml": SHARD, "orders.yaml": overlay})
    assert connection.problems == ()
    assert str(connection.locate("orders", path)) == place
