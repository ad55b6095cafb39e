"""LookML to sources: what comes out is valid and gives right numbers; what cannot come out is named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest
from ktx_lookml.handler import parse
from ktx_lookml.smoke import parses
from ktx_lookml.wire import ParseRequest, ParseResponse, View

from ktx_runtime.api import Mode, OperationContext, OperationRefused
from semantic_layer import compile_query
from semantic_layer.validation import validate_sources

CONTEXT = OperationContext(Mode.ONE_SHOT, Path("/"), {})

MANIFEST = 'constant: schema { value: "shop" export: override_optional }  constant: paid { value: "paid" }'

ORDERS = """
view: orders {
  sql_table_name: @{schema}.orders ;;
  dimension: id { primary_key: yes type: number }
  dimension: customer { type: number hidden: yes sql: ${TABLE}.customer_id ;; }
  dimension: status { description: "as the shop has it" sql: ${TABLE}.status ;; }
  dimension: shown_status { sql: upper(${status}) ;; }
  dimension: net { type: number sql: ${TABLE}.amount - ${TABLE}.tax ;; }
  dimension: is_big { type: yesno sql: ${net} > 15 ;; }
  dimension: size {
    case: { when: { sql: ${net} > 15 ;; label: "big" } else: "small" }
  }
  dimension_group: created { type: time timeframes: [raw, date, month, year, month_num] sql: ${TABLE}.created_at ;; }
  measure: orders { type: count }
  measure: paid_orders { type: count filters: [status: "@{paid}"] }
  measure: revenue { type: sum sql: ${net} ;; description: "without tax" }
  measure: big_revenue { type: sum sql: ${net} ;; filters: [is_big: "yes", status: "-lost"] }
  measure: revenue_per_order { type: number sql: 1.0 * ${revenue} / ${orders} ;; }
  measure: customers { type: count_distinct sql: ${customer} ;; }
  measure: middle { type: median sql: ${TABLE}.amount ;; }
  measure: top { type: percentile percentile: 75 sql: ${TABLE}.amount ;; }
  measure: least { type: min sql: ${TABLE}.amount ;; }
  measure: mean { type: average sql: ${net} ;; }
}
"""

CUSTOMERS = """
view: customers {
  sql_table_name: shop.customers ;;
  dimension: id { primary_key: yes type: number }
  dimension: country {}
  measure: count { type: count }
}
"""

EXPLORE = """
explore: orders {
  join: customers { sql_on: ${orders.customer} = ${customers.id} ;; relationship: many_to_one }
  join: referrers { from: customers sql_on: ${referrers.id} = ${orders.id} ;; relationship: one_to_one }
}
"""

DATA = (
    "create schema if not exists shop",
    "create table shop.customers (id int, country varchar)",
    "create table shop.orders (id int, customer_id int, status varchar, amount int, tax int, created_at timestamp)",
    "insert into shop.customers values (1, 'NO'), (2, 'DE'), (3, 'FR')",
    """insert into shop.orders values (1, 1, 'paid', 12, 2, '2026-01-05 10:00'),
       (2, 1, 'lost', 40, 20, '2026-01-20 11:00'),
       (3, 2, 'paid', 31, 1, '2026-02-01 12:00'), (4, null, null, 24, 4, '2026-02-02 13:00')""",
)


def read(*contents: str, dialect: str = "duckdb", **overrides: str) -> ParseResponse:
    files = [{"path": f"{number}.lkml", "content": content} for number, content in enumerate(contents)]
    return parse(ParseRequest(files=files, constant_overrides=overrides, dialect=dialect), CONTEXT)


def view_of(*contents: str, dialect: str = "duckdb") -> View:
    answer = read(*contents, dialect=dialect)
    assert answer.skipped_views == ()
    return answer.views[-1]


def sources_of(answer: ParseResponse) -> list[dict]:
    """As a caller makes sources of the answer."""
    sources = []
    for view in answer.views:
        source: dict = {"name": view.name, "grain": list(view.grain)}
        source["table" if view.source_type == "table" else "sql"] = view.table_ref or view.sql
        source["columns"] = [
            {
                key: value
                for key, value in {
                    "name": column.name, "type": column.type, "role": column.role, "visibility": column.visibility,
                    "description": column.description, "expr": column.expr,
                }.items()
                if value is not None
            }
            for column in view.columns
        ]  # fmt: skip
        source["measures"] = [measure.model_dump(exclude_none=True) for measure in view.measures]
        source["joins"] = [
            join.model_dump(exclude_none=True, exclude={"source_view"})
            for join in answer.joins
            if join.source_view == view.name
        ]
        sources.append(source)
    return sources


def errors_of(answer: ParseResponse, dialect: str = "duckdb") -> list[str]:
    report = validate_sources(sources_of(answer), dialect=dialect)
    return [f"{found.code}: {found.message}" for found in report.diagnostics if found.severity == "error"]


def ask(answer: ParseResponse, query: dict) -> list[tuple]:
    with duckdb.connect(":memory:") as connection:
        for statement in DATA:
            connection.execute(statement)
        return connection.execute(compile_query(sources_of(answer), query, dialect="duckdb").sql).fetchall()


@pytest.fixture(scope="module")
def shop() -> ParseResponse:
    return read(MANIFEST, ORDERS, CUSTOMERS, EXPLORE)


def test_a_project_becomes_sources_that_are_valid(shop) -> None:
    assert parses() is None
    assert shop.skipped_views == ()
    assert [view.skipped_measures for view in shop.views] == [(), ()]
    assert [view.skipped_dimensions for view in shop.views] == [(), ()]
    assert errors_of(shop) == []


def test_measures_give_the_numbers_that_hand_written_sql_gives(shop) -> None:
    measures = [
        "orders.orders", "orders.paid_orders", "orders.revenue", "orders.big_revenue", "orders.revenue_per_order",
        "orders.customers", "orders.middle", "orders.top", "orders.least", "orders.mean",
    ]  # fmt: skip
    (row,) = ask(shop, {"measures": measures})
    assert row == (4, 2, 80, 50, 20.0, 2, 27.5, 33.25, 12, 20.0)


def test_dimensions_group_also_over_joins_and_computed_columns(shop) -> None:
    by_country = ask(shop, {"measures": ["orders.revenue"], "dimensions": ["customers.country"]})
    assert set(by_country) == {("NO", 30), ("DE", 30), (None, 20), ("FR", None)}
    by_size = ask(shop, {"measures": ["orders.orders"], "dimensions": ["orders.size"]})
    assert set(by_size) == {("big", 3), ("small", 1)}
    by_month = ask(shop, {"measures": ["orders.orders"], "dimensions": ["orders.created_month_num"]})
    assert set(by_month) == {(1, 2), (2, 2)}
    by_status = ask(shop, {"measures": ["orders.orders"], "dimensions": ["orders.shown_status"]})
    assert set(by_status) == {("PAID", 2), ("LOST", 1), (None, 1)}


def test_a_plain_dimension_is_the_tables_column_and_keeps_its_own_name_beside(shop) -> None:
    columns = {column.lookml_name: column for column in shop.views[0].columns}
    assert (columns["customer"].name, columns["customer"].is_computed) == ("customer_id", False)
    assert columns["customer"].visibility == "hidden"
    assert columns["status"].description == "as the shop has it"
    assert (columns["net"].is_computed, columns["net"].expr, columns["net"].type) == (True, "amount - tax", "number")
    assert (columns["is_big"].type, columns["is_big"].expr) == ("boolean", "net > 15")
    assert columns["created_raw"].name == "created_at"
    assert columns["created_raw"].role == "time"
    assert columns["amount"].visibility == "internal"


def test_the_view_is_told_as_the_contract_says(shop) -> None:
    orders = shop.views[0]
    assert (orders.source_type, orders.table_ref, orders.sql, orders.grain) == ("table", "shop.orders", None, ("id",))
    assert set(orders.model_dump()) == {
        "name", "source_type", "table_ref", "sql", "grain", "columns", "measures", "description", "skipped_dimensions",
        "skipped_measures",
    }  # fmt: skip


def test_joins_come_from_explores_with_their_roles(shop) -> None:
    assert [join.model_dump() for join in shop.joins] == [
        {
            "source_view": "orders",
            "to": "customers",
            "alias": None,
            "on": "customer_id = customers.id",
            "relationship": "many_to_one",
        },
        {
            "source_view": "orders",
            "to": "customers",
            "alias": "referrers",
            "on": "referrers.id = id",
            "relationship": "one_to_one",
        },
    ]


def test_a_foreign_key_joins_to_the_primary_key_and_an_explore_may_rename_its_base() -> None:
    explore = "explore: sales { from: orders join: buyers { from: customers foreign_key: customer } }"
    (join,) = read(MANIFEST, ORDERS, CUSTOMERS, explore).joins
    assert (join.source_view, join.to, join.alias, join.on) == (
        "orders",
        "customers",
        "buyers",
        "customer_id = buyers.id",
    )
    assert join.relationship == "many_to_one"


def test_a_join_behind_a_join_belongs_to_the_view_it_starts_from() -> None:
    lands = "view: lands { dimension: code { primary_key: yes } }"
    explore = """explore: orders {
      join: buyers { from: customers sql_on: ${orders.customer} = ${buyers.id} ;; }
      join: lands { sql_on: ${buyers.country} = ${lands.code} ;; }
    }"""
    answer = read(MANIFEST, ORDERS, CUSTOMERS, lands, explore)
    assert [(join.source_view, join.to, join.on) for join in answer.joins] == [
        ("orders", "customers", "customer_id = buyers.id"),
        ("customers", "lands", "country = lands.code"),
    ]


def test_constants_are_overridden_by_the_caller() -> None:
    assert read(MANIFEST, ORDERS, schema="other").views[0].table_ref == "other.orders"
    (skipped,) = read(ORDERS).skipped_views
    assert (skipped.name, skipped.reason) == ("orders", "a constant that is not declared: @{schema}")


def test_extends_inherits_and_overrides_parameter_by_parameter() -> None:
    base = """view: base { extension: required
      dimension: id { primary_key: yes type: number }
      dimension: name { description: "below" sql: trim(${TABLE}.name) ;; }
      measure: count { type: count } }"""
    child = """view: people { extends: [base]
      dimension: name { description: "above" }
      dimension: shout { sql: upper(${EXTENDED}) ;; } }"""
    answer = read(child, base)
    assert [view.name for view in answer.views] == ["people"]
    (people,) = answer.views
    columns = {column.lookml_name: column for column in people.columns if column.visibility == "public"}
    assert (columns["name"].description, columns["name"].expr) == ("above", "TRIM(name)")
    assert people.grain == ("id",)
    assert people.table_ref == "people"
    assert [measure.name for measure in people.measures] == ["count"]


def test_refinements_apply_in_order_up_to_a_final_one_and_reach_those_that_extend() -> None:
    files = (
        'view: a { dimension: x { label: "0" sql: ${TABLE}.x0 ;; } }',
        "view: b { extends: [a] }",
        "view: +a { dimension: x { sql: ${TABLE}.x1 ;; } measure: n { type: count } }",
        "view: +a { final: yes dimension: x { sql: ${TABLE}.x2 ;; } }",
        "view: +a { dimension: x { sql: ${TABLE}.x3 ;; } }",
        "view: +nobody { dimension: y {} }",
    )
    answer = read(*files)
    assert [[column.name for column in view.columns] for view in answer.views] == [["x2"], ["x2"]]
    assert [measure.name for measure in answer.views[1].measures] == ["n"]
    assert "+a comes after a refinement that is final: it is left out" in answer.warnings
    assert "+nobody refines a view that is not there" in answer.warnings


def test_a_circle_of_extends_and_a_missing_parent_are_named() -> None:
    answer = read("view: a { extends: [b] } view: b { extends: [a] } view: c { extends: [nobody] } view: d {}")
    assert {skipped.name: skipped.reason for skipped in answer.skipped_views} == {
        "a": "extends itself: a > b > a",
        "b": "extends itself: b > a > b",
        "c": "extends a view that is not there: nobody",
    }
    assert [view.name for view in answer.views] == ["d"]


# fmt: off
REFUSED_VIEWS = {
    "derived_table: { explore_source: orders { column: id {} } }": "a native derived table (explore_source)",
    "derived_table: { sql: select 1 where {% condition x %} a {% endcondition %} ;; }":
        "Liquid in the SQL of its derived table",
    "derived_table: { sql: select * from ${other.SQL_TABLE_NAME} ;; }":
        "its derived table refers to another: other.SQL_TABLE_NAME",
    "derived_table: { create_process: { sql_step: create table x (y int) ;; } }":
        "a persistent derived table (create_process)",
    "derived_table: { sql: drop table x ;; }": "the SQL of its derived table is no query",
    "derived_table: { datagroup_trigger: daily }": "a derived table without sql",
    "sql_table_name: {{ _user_attributes['schema'] }}.orders ;;": "Liquid in sql_table_name",
}
# fmt: on


@pytest.mark.parametrize("text", REFUSED_VIEWS)
def test_a_view_that_cannot_be_carried_over_is_named_and_hides_no_other(text: str) -> None:
    answer = read(f"view: bad {{ {text} dimension: x {{}} }} view: good {{ dimension: x {{}} }}")
    (skipped,) = answer.skipped_views
    assert (skipped.name, skipped.item_type, skipped.reason) == ("bad", "view", REFUSED_VIEWS[text])
    assert [view.name for view in answer.views] == ["good"]


# fmt: off
REFUSED_DIMENSIONS = {
    "dimension: x { sql: {% parameter p %} ;; }": "Liquid in its SQL",
    "dimension: x { sql: ${other.y} ;; }": "cross-view reference: other.y",
    "dimension: x { sql: ${nothing} ;; }": "refers to nothing, which is not declared",
    "dimension: x { sql: ${x} + 1 ;; }": "refers to itself: x > x",
    "dimension: x { sql: ${n} ;; }": "refers to a measure: n",
    "dimension: x { sql: (select max(y) from z) ;; }": "a subquery in its SQL",
    "dimension: x { sql: row_number() over (order by ${TABLE}.y) ;; }": "a window function in its SQL",
    "dimension: x { sql: ${TABLE}.y; drop table z ;; }": "its SQL is no single expression",
    "dimension: x { sql: ${TABLE}.y, ${TABLE}.z ;; }": "its SQL is no single expression",
    "dimension: x { sql: 1 + ;; }": "its SQL cannot be parsed",
    "dimension: x { sql: z.y ;; }": "a column of another table: z.y",
    "dimension: x { sql: to_json(${TABLE}) ;; }": "${TABLE} without a column",
    "dimension: x { sql: '@{nowhere}' ;; }": "a constant that is not declared: @{nowhere}",
    "dimension: x { type: tier tiers: [0, 10] sql: ${TABLE}.y ;; }": "type tier",
    "dimension: x { type: location sql_latitude: 1 ;; sql_longitude: 2 ;; }": "type location",
    "dimension_group: x { type: time datatype: epoch sql: ${TABLE}.y ;; }": "datatype epoch",
    "dimension_group: x { type: time timeframes: [fiscal_quarter] sql: ${TABLE}.y ;; }":
        "timeframe fiscal_quarter in duckdb",
    "dimension_group: x { type: duration intervals: [day] sql_end: ${TABLE}.y ;; }":
        "a duration without sql_start and sql_end",
    "parameter: x { type: string }": "a parameter has no column",
    "filter: x { type: string }": "a filter has no column",
}
# fmt: on


@pytest.mark.parametrize("text", REFUSED_DIMENSIONS)
def test_a_dimension_that_cannot_be_carried_over_is_named_with_its_reason(text: str) -> None:
    view = view_of(f"view: v {{ dimension: ok {{}} {text} measure: n {{ type: count }} }}")
    (skipped,) = view.skipped_dimensions
    assert skipped.reason == REFUSED_DIMENSIONS[text]
    assert skipped.name.startswith("x")
    assert skipped.item_type == text.partition(":")[0]
    assert [column.name for column in view.columns] == ["ok"]


# fmt: off
REFUSED_MEASURES = {
    "measure: m { type: sum sql: {{ x }} ;; }": "Liquid in its SQL",
    "measure: m { type: sum sql: ${other.amount} ;; }": "cross-view reference: other.amount",
    "measure: m { type: number sql: ${n} / ${other.count} ;; }": "cross-view reference: other.count",
    "measure: m { type: sum_distinct sql_distinct_key: ${a} ;; sql: ${a} ;; }":
        "type sum_distinct: it counts by another grain than the view's",
    "measure: m { type: running_total sql: ${n} ;; }":
        "type running_total: it is computed from the rows of an answer",
    "measure: m { type: sum sql: ${n} ;; }": "refers to a measure: n",
    "measure: m { type: sum sql: sum(${a}) ;; }": "an aggregate inside an aggregate",
    "measure: m { type: sum }": "type sum without sql",
    "measure: m { type: number sql: ${m} + 1 ;; }": "refers to itself: m > m",
    "measure: m { type: number sql: ${a} + 1 ;; }": "no aggregate and no measure in its SQL",
    'measure: m { type: count filters: [a: "last 7 days"] }': None,
    'measure: m { type: count filters: [b_date: "last 7 days"] }': (
        "a filter on time that hangs on today, or is not understood: last 7 days"
    ),
    'measure: m { type: count filters: [other.a: "x"] }': "cross-view reference: other.a",
    'measure: m { type: count filters: [nobody: "x"] }': "refers to nobody, which is not declared",
    'measure: m { type: number sql: ${n} ;; filters: [a: "x"] }': "filters on a measure over measures",
    "measure: m { type: frobnicate sql: ${a} ;; }": "type frobnicate",
}
# fmt: on


@pytest.mark.parametrize("text", REFUSED_MEASURES)
def test_a_measure_that_cannot_be_carried_over_is_named_with_its_reason(text: str) -> None:
    view = view_of(
        f"""view: v {{ dimension: a {{}} dimension_group: b {{ type: time timeframes: [date] }}
        measure: n {{ type: count }} {text} }}"""
    )
    reasons = [skipped.reason for skipped in view.skipped_measures]
    assert reasons == ([REFUSED_MEASURES[text]] if REFUSED_MEASURES[text] else [])
    assert view.measures[0].name == "n"


FILTERS = {
    ("string", "a,b"): [1, 2],
    ("string", "-a"): [2, 3, 4, 5],
    ("string", "a%"): [1, 4],
    ("string", "-a%,-b"): [3, 5],
    ("string", "NULL"): [3],
    ("string", "-NULL"): [1, 2, 4, 5],
    ("string", "EMPTY"): [3, 5],
    ("string", '"a,c"'): [4],
    ("string", "a^,c"): [4],
    ("number", "5"): [2],
    ("number", ">5"): [3, 4],
    ("number", "NOT 5"): [1, 3, 4, 5],
    ("number", "1, 7"): [1, 3],
    ("number", "[5, 7]"): [2, 3],
    ("number", "(5, inf)"): [3, 4],
    ("number", "1 to 5"): [1, 2],
    ("number", ">=5 AND <9"): [2, 3],
    ("number", "<5 OR >7"): [1, 4],
    ("number", "NOT NULL"): [1, 2, 3, 4],
    ("yesno", "yes"): [1],
    ("yesno", "no"): [2, 3, 4, 5],
    ("date", "2026-01-02"): [2],
    ("date", "2026"): [1, 2, 3],
    ("date", "before 2026-01-03"): [1, 2, 4],
    ("date", "after 2026-01-03"): [3],
    ("date", "2026-01-01 to 2026-01-03"): [1, 2],
}


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
@pytest.mark.parametrize(("kind", "expression"), FILTERS)
def test_a_filter_means_what_looker_means(kind: str, expression: str, dialect: str) -> None:
    column = {"string": "s", "number": "n", "yesno": "y", "date": "d"}[kind]
    quoted = expression.replace('"', '\\"')
    view = view_of(
        f"""view: t {{ dimension: id {{ primary_key: yes type: number }} dimension: {column} {{ type: {kind} }}
        measure: m {{ type: count filters: [{column}: "{quoted}"] }} }}""",
        dialect=dialect,
    )
    assert view.skipped_measures == ()
    (measure,) = view.measures
    computed = {made.name: made.expr for made in view.columns if made.is_computed}
    rows = (
        "(1,'a',1,1,'2026-01-01'),(2,'b',5,0,'2026-01-02'),(3,null,7,null,'2026-01-03'),"
        "(4,'a,c',9,0,'2025-12-31'),(5,'',null,0,null)"
    )
    truth = "boolean" if dialect == "duckdb" else "int"
    shown = "".join(f", {expr} as {name}" for name, expr in computed.items())
    create = f"create table t (id int, s varchar, n int, y {truth}, d date)"
    sql = f"select id from (select *{shown} from t) where {measure.filter} order by id"
    connection = duckdb.connect(":memory:") if dialect == "duckdb" else sqlite3.connect(":memory:")
    try:
        for statement in (create, f"insert into t values {rows}"):
            connection.execute(statement)
        assert [row[0] for row in connection.execute(sql).fetchall()] == FILTERS[kind, expression]
    finally:
        connection.close()


def test_durations_count_whole_intervals_on_each_engine() -> None:
    text = """view: t { dimension: id { primary_key: yes type: number }
      dimension_group: open {
        type: duration intervals: [hour, day] sql_start: ${TABLE}.a ;; sql_end: ${TABLE}.b ;;
      } }"""
    rows = "('2026-01-01 00:00:00', '2026-01-02 23:59:59')"
    for dialect, connection in (("duckdb", duckdb.connect(":memory:")), ("sqlite", sqlite3.connect(":memory:"))):
        columns = {column.lookml_name: column.expr for column in view_of(text, dialect=dialect).columns}
        sql = f"select {columns['hours_open']}, {columns['days_open']} from t"
        connection.execute("create table t (a timestamp, b timestamp)")
        connection.execute(f"insert into t values {rows}")
        assert connection.execute(sql).fetchall() == [(47, 1)], dialect
        connection.close()


def test_a_computed_dimension_never_hides_the_column_that_it_is_made_of() -> None:
    answer = read("view: t { dimension: id { primary_key: yes } dimension: status { sql: lower(${TABLE}.status) ;; } }")
    columns = {column.name: column for column in answer.views[0].columns}
    assert columns["status_computed"].lookml_name == "status"
    assert columns["status_computed"].expr == "LOWER(status)"
    assert columns["status"].visibility == "internal"
    assert errors_of(answer) == []


def test_two_dimensions_over_one_column_are_two_columns() -> None:
    answer = read(
        "view: t { dimension: id { primary_key: yes } dimension: key { sql: ${TABLE}.id ;; } "
        "dimension: id2 { sql: ${key} ;; } }"
    )
    columns = {column.lookml_name: (column.name, column.expr) for column in answer.views[0].columns}
    assert columns == {"id": ("id", None), "key": ("key", "id"), "id2": ("id2", "key")}
    assert errors_of(answer) == []


def test_names_that_sql_would_take_for_something_else_are_quoted() -> None:
    text = """view: t { dimension: id { primary_key: yes } dimension: order { sql: ${TABLE}."Order" ;; }
      measure: m { type: sum sql: ${order} ;; } }"""
    view = view_of(text, dialect="postgres")
    assert {column.lookml_name: column.name for column in view.columns} == {"id": "id", "order": "Order"}
    assert view.measures[0].expr == 'SUM("Order")'
    folded = view_of("view: t { dimension: x { sql: ${TABLE}.CreatedAt ;; } }", dialect="postgres")
    assert folded.columns[0].name == "createdat"


def test_a_broken_file_is_a_warning_and_hides_no_other() -> None:
    answer = read("view: broken { dimension: {", "view: fine { dimension: id { primary_key: yes } }", "view: {")
    assert [view.name for view in answer.views] == ["fine"]
    assert [warning.partition(":")[0] for warning in answer.warnings] == ["0.lkml", "2.lkml"]


@pytest.mark.parametrize("text", [";", "view: v { dimension: x { sql: 1 ; } }", "view: v ; {}", "view: v {\x00}"])
def test_a_file_at_which_the_parser_would_stand_still_is_a_warning(text: str) -> None:
    answer = read(text, "view: fine { dimension: id { primary_key: yes } }")
    assert "fine" in [view.name for view in answer.views]
    assert answer.warnings[0].startswith("0.lkml: cannot be read: ")


@pytest.mark.parametrize(
    "text",
    [
        "view: bare",
        "constant: bare",
        "explore: bare",
        "view: v { dimension: bare measure: bare }",
        "explore: v { join: bare }",
        "view: { dimension: x {} }",
        "view: v { dimension: x { case: bare } measure: m { filters: bare } derived_table: bare }",
    ],
)
def test_a_block_without_a_body_is_left_out_and_nothing_else(text: str) -> None:
    answer = read(text, "view: fine { dimension: id { primary_key: yes } }")
    assert "fine" in [view.name for view in answer.views]
    assert answer.warnings or answer.skipped_views


def test_lines_may_end_as_on_windows() -> None:
    text = "view: v {\n  dimension: id { primary_key: yes\n    type: number\n  }\n}\n"
    assert read(text.replace("\n", "\r\n")) == read("\ufeff" + text) == read(text)


def test_a_derived_table_is_a_query() -> None:
    view = view_of(
        'view: d { derived_table: { sql: select 1 as id ;; persist_for: "1 hour" } dimension: id { primary_key: yes } }'
    )
    assert (view.source_type, view.table_ref, view.sql) == ("sql", None, "select 1 as id")


def test_what_an_explore_restricts_is_said_because_it_is_not_carried_over() -> None:
    explore = """explore: orders { sql_always_where: ${orders.id} > 1 ;;
      join: customers { type: inner sql_on: ${orders.customer} = ${customers.id} ;; }
      join: twice { from: customers type: cross }
      join: liquid { from: customers sql_on: ${orders.customer} = {{ x }} ;; }
      join: many { from: customers relationship: many_to_many sql_on: ${orders.customer} = ${many.id} ;; }
      join: gone { sql_on: ${orders.customer} = ${gone.id} ;; }
    }"""
    answer = read(MANIFEST, ORDERS, CUSTOMERS, explore)
    assert [join.to for join in answer.joins] == ["customers"]
    assert answer.warnings == (
        "explore orders has sql_always_where, which is not carried over",
        "explore orders, join customers: type inner is not carried over",
        "explore orders, join twice: left out: type cross",
        "explore orders, join liquid: left out: Liquid in sql_on",
        "explore orders, join many: left out: relationship many_to_many",
        "explore orders, join gone: left out: view gone is not there, or is left out",
    )


def test_a_view_without_a_primary_key_is_told() -> None:
    answer = read("view: v { dimension: x {} }")
    assert answer.views[0].grain == ()
    assert answer.warnings == ("view v has no primary key: nothing says what a row of it is",)


def test_a_dialect_that_nobody_speaks_is_refused() -> None:
    with pytest.raises(OperationRefused) as caught:
        read("view: v {}", dialect="klingon")
    assert caught.value.code == "unsupported-dialect"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{" * 5000,
        "view: v {" * 3000,
        "\x00",
        "view: { }",
        "view: v { dimension: }",
        "explore: e { join: }",
        'connection: "x"',
        "view: v { measure: m { type: sum sql: ;; } }",
        "a" * 100000,
    ],
)
def test_no_file_stops_the_rest(content: str) -> None:
    answer = read(content, "view: fine { dimension: id { primary_key: yes } }")
    assert "fine" in [view.name for view in answer.views]
