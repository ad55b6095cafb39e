"""Sources from scanned tables: their shape, their joins, and that what is generated is valid and runs."""

import sqlite3

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from semantic_layer import compile_query
from semantic_layer.generation import Generated, ScannedColumn, ScannedLink, ScannedTable, generate_sources
from semantic_layer.sql_analysis import SUPPORTED, UnsupportedDialectError
from semantic_layer.validation import validate_sources


def table(name: str, *columns: tuple[str, str] | tuple[str, str, bool], db: str | None = None) -> ScannedTable:
    made = tuple(ScannedColumn(name, kind, bool(key)) for name, kind, *key in columns)
    return ScannedTable(name, made, db=db)


def link(text: str, relationship: str = "many_to_one") -> ScannedLink:
    """`"orders.customer_id = customers.id"`."""
    near, far = (side.strip().rpartition(".") for side in text.split("="))
    return ScannedLink(near[0], near[2], far[0], far[2], relationship)


def source(generated: Generated, name: str) -> dict:
    return next(dict(found) for found in generated.sources if found["name"] == name)


def joins(generated: Generated, name: str) -> list[tuple]:
    return [
        (join["to"], join["on"], join["relationship"], join.get("alias")) for join in source(generated, name)["joins"]
    ]


ORDERS = table(
    "orders",
    ("id", "integer", True),
    ("customer_id", "int"),
    ("payer_id", "int"),
    ("amount", "numeric(10,2)"),
    ("placed_at", "timestamptz"),
    ("open", "boolean"),
    ("note", "text"),
    db="public",
)
CUSTOMERS = table("customers", ("id", "integer", True), ("boss_id", "int"), ("name", "text"), db="public")


def test_a_source_has_its_table_grain_columns_and_measures():
    found = source(generate_sources([ORDERS], []), "orders")
    assert found == {
        "name": "orders",
        "table": "public.orders",
        "grain": ["id"],
        "columns": [
            {"name": "id", "type": "number"},
            {"name": "customer_id", "type": "number"},
            {"name": "payer_id", "type": "number"},
            {"name": "amount", "type": "number"},
            {"name": "placed_at", "type": "time"},
            {"name": "open", "type": "boolean"},
            {"name": "note", "type": "string"},
        ],
        "joins": [],
        "measures": [
            {"name": "record_count", "expr": "count(id)"},
            {"name": "total_amount", "expr": "sum(amount)"},
            {"name": "avg_amount", "expr": "avg(amount)"},
        ],
    }


def test_the_grain_is_the_key_else_the_first_column_else_id():
    composite = table("a", ("x", "int", True), ("y", "int", True))
    generated = generate_sources([composite, table("b", ("p", "text"), ("q", "text")), table("c")], [])
    assert [found["grain"] for found in generated.sources] == [["x", "y"], ["p"], ["id"]]


def test_rows_are_counted_only_where_there_is_a_key():
    assert source(generate_sources([table("b", ("p", "text"))], []), "b")["measures"] == []


@pytest.mark.parametrize(
    "name", ["id", "ID", "order_id", "Order_Id", "uuid", "row_uuid", "date_key", "x_pk", "identifier"]
)
def test_identifiers_are_not_summed(name):
    assert source(generate_sources([table("t", (name, "int"))], []), "t")["measures"] == []


@pytest.mark.parametrize("name", ["amount", "paid", "key", "grid", "monkey", "pk"])
def test_other_numbers_are_summed(name):
    names = [measure["name"] for measure in source(generate_sources([table("t", (name, "int"))], []), "t")["measures"]]
    assert names == [f"total_{name}", f"avg_{name}"]


def test_comments_become_descriptions_of_the_database():
    scanned = ScannedTable("t", (ScannedColumn("a", "int", comment="the a"),), comment="the t")
    found = source(generate_sources([scanned], []), "t")
    assert found["descriptions"] == {"db": "the t"}
    assert found["columns"][0]["descriptions"] == {"db": "the a"}


def test_a_link_joins_both_ways():
    generated = generate_sources([ORDERS, CUSTOMERS], [link("orders.customer_id = customers.id")])
    assert joins(generated, "orders") == [("customers", "customer_id = customers.id", "many_to_one", None)]
    assert joins(generated, "customers") == [("orders", "id = orders.customer_id", "one_to_many", None)]


def test_several_links_to_one_target_are_roles():
    links = [link("orders.customer_id = customers.id"), link("orders.payer_id = public.customers.id")]
    generated = generate_sources([ORDERS, CUSTOMERS], links)
    assert [join[3] for join in joins(generated, "orders")] == ["customers_customer_id", "customers_payer_id"]
    assert [join[3] for join in joins(generated, "customers")] == ["orders_customer_id", "orders_payer_id"]


def test_a_link_within_one_table_gives_each_side_a_role():
    generated = generate_sources([CUSTOMERS], [link("customers.boss_id = customers.id")])
    assert [join[3] for join in joins(generated, "customers")] == ["customers_boss_id", "customers_id"]


def test_links_that_make_up_a_composite_key_are_one_join():
    lines = table("lines", ("order_id", "int", True), ("no", "int", True))
    notes = table("notes", ("order_id", "int"), ("line_no", "int"))
    links = [link("notes.order_id = lines.order_id"), link("notes.line_no = lines.no")]
    ((to, on, relationship, alias),) = joins(generate_sources([lines, notes], links), "notes")
    assert (to, relationship, alias) == ("lines", "many_to_one", None)
    assert "AND" in on


def test_an_unknown_relationship_is_many_to_one_and_said_so():
    generated = generate_sources([ORDERS, CUSTOMERS], [link("orders.customer_id = customers.id", "belongs_to")])
    assert joins(generated, "orders")[0][2] == "many_to_one"
    assert [warning.code for warning in generated.warnings] == ["unknown-relationship"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("orders.customer_id = elsewhere.id", "link-skipped"),
        ("elsewhere.id = customers.id", "link-skipped"),
        ("orders.nothing = customers.id", "link-skipped"),
    ],
)
def test_a_link_out_of_the_scan_is_left_out_with_a_warning(text, code):
    generated = generate_sources([ORDERS, CUSTOMERS], [link(text)])
    assert joins(generated, "orders") == []
    assert [warning.code for warning in generated.warnings] == [code]


def test_a_link_to_a_part_of_a_key_would_multiply_rows_and_is_left_out():
    lines = table("lines", ("order_id", "int", True), ("no", "int", True))
    generated = generate_sources([lines, ORDERS], [link("orders.id = lines.order_id")])
    assert joins(generated, "orders") == []
    assert [warning.code for warning in generated.warnings] == ["link-contradicts-key"]


def test_the_same_link_twice_changes_nothing():
    once = generate_sources([ORDERS, CUSTOMERS], [link("orders.customer_id = customers.id")])
    twice = generate_sources(
        [ORDERS, CUSTOMERS],
        [
            link("orders.customer_id = customers.id"),
            link("orders.customer_id = customers.id"),
            link("customers.id = orders.customer_id", "one_to_many"),
        ],
    )
    assert once.sources == twice.sources


def test_tables_of_one_name_are_told_apart_by_their_schema():
    generated = generate_sources([table("t", ("id", "int"), db="a"), table("t", ("id", "int"), db="b")], [])
    assert [found["name"] for found in generated.sources] == ["a_t", "b_t"]


def test_an_unknown_dialect_is_refused():
    with pytest.raises(UnsupportedDialectError):
        generate_sources([ORDERS], [], dialect="cobol")


PLAIN_NAMES = ("id", "Id", "amount", "Amount Total", "order", "select", "from", "Größe", "count", "date", "key")
ODD_NAMES = ("a.b", 'q"x', "x`y", "b]c", "1st", "$x", "user_id")
NAMES = st.sampled_from((*PLAIN_NAMES, *ODD_NAMES))
TYPES = st.sampled_from(["int", "numeric(10,2)", "text", "timestamp", "boolean", "uuid"])


@st.composite
def scans(draw):
    tables = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.lower)):
        columns = draw(st.lists(NAMES, min_size=1, max_size=5, unique_by=str.lower))
        keys = draw(st.sets(st.sampled_from(columns), max_size=2))
        tables.append(ScannedTable(name, tuple(ScannedColumn(x, draw(TYPES), x in keys) for x in columns)))
    links = []
    for _ in range(draw(st.integers(0, 5))):
        near, far = draw(st.sampled_from(tables)), draw(st.sampled_from(tables))
        links.append(
            ScannedLink(
                near.name,
                draw(st.sampled_from(near.columns)).name,
                far.name,
                draw(st.sampled_from(far.columns)).name,
                draw(st.sampled_from(["many_to_one", "one_to_many", "one_to_one", "many_to_many", ""])),
            )
        )
    return tables, links


def _names(tables):
    return [name for table in tables for name in (table.name, *(column.name for column in table.columns))]


@settings(max_examples=60, deadline=None)
@given(scans(), st.sampled_from(SUPPORTED))
def test_what_is_generated_is_valid(scan, dialect):
    # BigQuery's names have neither; sqlglot takes a quoted name with dots for a path, as it takes tables there.
    assume(dialect != "bigquery" or not any(mark in name for name in _names(scan[0]) for mark in "`."))
    generated = generate_sources(*scan, dialect=dialect)
    assert list(validate_sources(generated.sources, dialect=dialect).to_wire()["errors"]) == []


@settings(max_examples=30, deadline=None)
@given(scans(), st.sampled_from(["sqlite", "duckdb"]))
def test_every_generated_measure_runs(scan, dialect):
    tables, links = scan
    generated = generate_sources(tables, links, dialect=dialect)
    connection = sqlite3.connect(":memory:") if dialect == "sqlite" else duckdb.connect()
    with connection:
        for made in tables:
            connection.execute(_create(made, dialect))
        for found in generated.sources:
            for measure in found["measures"]:
                query = {"measures": [f"{found['name']}.{measure['name']}"]}
                sql = compile_query(generated.sources, query, dialect=dialect).sql
                assert len(connection.execute(sql).fetchall()) == 1
    connection.close()


def _create(made: ScannedTable, dialect: str) -> str:
    columns = [
        exp.ColumnDef(this=exp.to_identifier(column.name, quoted=True), kind=exp.DataType.build(column.type))
        for column in made.columns
    ]
    name = exp.Table(this=exp.to_identifier(made.name, quoted=True))
    return exp.Create(kind="TABLE", this=exp.Schema(this=name, expressions=columns)).sql(dialect=dialect)
