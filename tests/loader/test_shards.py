"""Scanned tables: what a source is made of before anybody has written a word."""

import pytest

from semantic_layer.loader import load_connection
from semantic_layer.validation import validate_sources
from tests.loader.conftest import Load, names, reported

SHARD = """\
tables:
  orders:
    table: shop.orders
    descriptions: {db: one row an order}
    columns:
      - {name: id, type: bigint, pk: true, nullable: false}
      - {name: customer_id, type: int8, nullable: no}
      - {name: amount, type: "numeric(10,2)", descriptions: {db: in euros}}
      - {name: placed_at, type: timestamptz, constraints: {dbt: {not_null: yes}}}
      - {name: paid, type: boolean, enum_values: {db: [yes, no]}, tests: {dbt: [not_null]}}
      - {name: payload, type: jsonb}
    joins:
      - {to: customers, on: customer_id = customers.id, relationship: many_to_one, source: formal}
    default_time_dimension: {dbt: placed_at}
    tags: [core]
    freshness: {hours: 24}
  customers:
    table: shop.customers
    columns:
      - {name: id, type: uuid, pk: true}
      - {name: name, type: text}
"""

ORDERS = {
    "name": "orders",
    "table": "shop.orders",
    "descriptions": {"db": "one row an order"},
    "default_time_dimension": {"dbt": "placed_at"},
    "tags": ["core"],
    "freshness": {"hours": 24},
    "grain": ["id"],
    "columns": [
        {"name": "id", "type": "number", "constraints": {"db": {"not_null": True}}},
        {"name": "customer_id", "type": "number", "constraints": {"db": {"not_null": True}}},
        {"name": "amount", "type": "number", "descriptions": {"db": "in euros"}},
        {"name": "placed_at", "type": "time", "constraints": {"dbt": {"not_null": True}}},
        {
            "name": "paid",
            "type": "boolean",
            "enum_values": {"db": ["yes", "no"]},
            "tests": {"dbt": ["not_null"]},
        },
        {"name": "payload", "type": "string"},
    ],
    "joins": [{"to": "customers", "on": "customer_id = customers.id", "relationship": "many_to_one"}],
}


def test_a_scanned_table_becomes_a_source(load: Load) -> None:
    connection = load({"_schema/public.yaml": SHARD})
    assert connection.problems == ()
    assert names(connection) == ["customers", "orders"]
    assert connection.sources[1] == ORDERS


def test_scanned_sources_pass_validation(load: Load) -> None:
    report = validate_sources(load({"_schema/public.yaml": SHARD}).sources)
    assert report.errors == ()


def test_native_types_are_read_in_the_dialect_of_the_connection(load: Load, directory) -> None:
    load({"_schema/a.yaml": "tables: {t: {table: t, columns: [{name: x, type: BIT}, {name: y, type: FLOAT64}]}}"})
    expected = {"tsql": ["boolean", "number"], "mysql": ["number", "number"], "postgres": ["string", "number"]}
    for dialect, kinds in expected.items():
        (source,) = load_connection(directory, dialect=dialect).sources
        assert [column["type"] for column in source["columns"]] == kinds


def test_a_cached_type_belongs_to_its_dialect(load: Load, directory, tmp_path) -> None:
    load({"_schema/a.yaml": "tables: {t: {table: t, columns: [{name: x, type: BIT}]}}"})
    for _ in range(2):
        for dialect, kind in (("tsql", "boolean"), ("mysql", "number")):
            (source,) = load_connection(directory, cache_directory=tmp_path / "cache", dialect=dialect).sources
            assert source["columns"] == [{"name": "x", "type": kind}]


@pytest.mark.parametrize(
    ("columns", "grain"),
    [
        ("[{name: a, pk: true}, {name: b, pk: yes}, {name: c}]", ["a", "b"]),
        ("[{name: a}, {name: b, nullable: false, constraints: {dbt: {unique: true}}}]", ["b"]),
        ("[{name: a}, {name: b, constraints: {dbt: {unique: true}}}]", ["a"]),
        ("[{name: a}, {name: b}]", ["a"]),
        ("[]", ["id"]),
    ],
)
def test_the_grain_is_the_best_key_that_the_scan_knows(load: Load, columns: str, grain: list[str]) -> None:
    (source,) = load({"_schema/a.yaml": f"tables: {{t: {{table: t, columns: {columns}}}}}"}).sources
    assert source["grain"] == grain


@pytest.mark.parametrize(
    ("shard", "code", "place"),
    [
        ("tables: [a]\n", "wrong-shape", "_schema/bad.yaml:1:1"),
        ("[1]\n", "wrong-shape", "_schema/bad.yaml:1:1"),
        ("tabels: {}\n", "unknown-key", "_schema/bad.yaml:1:1"),
        ("tables:\n  t: {columns: []}\n", "wrong-shape", "_schema/bad.yaml:2:3"),
        ("tables:\n  t: text\n", "wrong-shape", "_schema/bad.yaml:2:6"),
        ("tables:\n  t:\n    table: t\n    colums: []\n", "unknown-key", "_schema/bad.yaml:4:5"),
        (
            "tables:\n  t:\n    table: t\n    columns:\n    - {name: a, typ: int}\n",
            "unknown-key",
            "_schema/bad.yaml:5:17",
        ),
        (
            "tables:\n  t:\n    table: t\n    columns:\n    - {type: int}\n",
            "source-without-name",
            "_schema/bad.yaml:5:7",
        ),
        ("tables:\n  t: {table: t, columns: {a: int}}\n", "wrong-shape", "_schema/bad.yaml:2:17"),
    ],
)
def test_a_misshapen_table_is_reported_and_the_others_are_there(load: Load, shard: str, code: str, place: str) -> None:
    connection = load({"_schema/bad.yaml": shard, "_schema/good.yaml": SHARD})
    assert reported(connection) == [(code, place)]
    assert names(connection) == ["customers", "orders"]


def test_an_unknown_key_comes_with_the_nearest_known_one(load: Load) -> None:
    (problem,) = load({"_schema/a.yaml": "tables: {t: {table: t, colums: []}}"}).problems
    assert problem.hint == "did you mean columns?"


def test_one_table_in_two_shards_is_an_error_and_the_first_counts(load: Load) -> None:
    connection = load({"_schema/a.yaml": SHARD, "_schema/b.yaml": "tables:\n  orders: {table: other}\n"})
    assert reported(connection) == [("duplicate-source", "_schema/b.yaml:2:3")]
    assert connection.sources[1]["table"] == "shop.orders"


def test_a_written_source_of_a_scanned_name_counts_and_is_reported(load: Load) -> None:
    connection = load({"_schema/a.yaml": SHARD, "orders.yaml": "name: orders\ntable: mine\ngrain: [id]\n"})
    assert reported(connection) == [("duplicate-source", "orders.yaml:1:7")]
    assert connection.problems[0].hint == "take out table and sql to make it an overlay on the scanned source"
    assert connection.sources[1]["table"] == "mine"
