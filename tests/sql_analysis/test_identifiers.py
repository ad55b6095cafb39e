"""`parse_table_identifiers`: what a `sql_table_name` means, dialect by dialect."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from semantic_layer.sql_analysis import (
    SUPPORTED,
    IdentifierItem,
    IdentifierProblem,
    NoTableError,
    TableIdentifier,
    parse_table_identifiers,
)


def read(text: str, dialect: str) -> TableIdentifier | NoTableError:
    return parse_table_identifiers([IdentifierItem("key", text, dialect)])["key"]


@pytest.mark.parametrize(
    ("dialect", "text", "catalog", "schema", "name"),
    [
        ("postgres", "orders", None, None, "orders"),
        ("postgres", "public.orders", None, "public", "orders"),
        ("Postgres", '"My Schema"."Orders Table"', None, "My Schema", "Orders Table"),
        ("postgres", '"a.b".c', None, "a.b", "c"),
        ("postgres", "db.public.orders AS o", "db", "public", "orders"),
        ("postgres", "public.orders ;;", None, "public", "orders"),
        ("postgres", "(orders)", None, None, "orders"),
        ("postgres", "orders -- the big one", None, None, "orders"),
        ("BIGQUERY", "`my-project.shop.orders`", "my-project", "shop", "orders"),
        ("bigquery", "my-project.shop.orders", "my-project", "shop", "orders"),
        ("bigquery", "`my-project`.shop.events_*", "my-project", "shop", "events_*"),
        ("snowflake", 'db.sch."T x"', "db", "sch", "T x"),
        ("redshift", "s.t", None, "s", "t"),
        ("mysql", "`a`.`b c`", None, "a", "b c"),
        ("sqlite", "[a b]", None, None, "a b"),
        ("tsql", "[db].[dbo].[Order Details]", "db", "dbo", "Order Details"),
        ("tsql", "#staging", None, None, "#staging"),
        ("clickhouse", "db.t FINAL", None, "db", "t"),
        ("duckdb", "main.t", None, "main", "t"),
        ("databricks", "cat.sch.t", "cat", "sch", "t"),
        ("trino", "hive.sales.t", "hive", "sales", "t"),
    ],
)
def test_a_table_is_read_in_the_quoting_of_its_dialect(dialect, text, catalog, schema, name):
    found = read(text, dialect)
    assert found == TableIdentifier(catalog, schema, name)
    assert isinstance(found, TableIdentifier)
    assert found.canonical == ".".join(part for part in (catalog, schema, name) if part)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("${orders.SQL_TABLE_NAME}", IdentifierProblem.TEMPLATE),
        ("@{schema}.orders", IdentifierProblem.TEMPLATE),
        ("{% if x %}a{% endif %}", IdentifierProblem.TEMPLATE),
        ("{{ _user_attributes['schema'] }}.orders", IdentifierProblem.TEMPLATE),
        ("(SELECT 1)", IdentifierProblem.DERIVED_TABLE),
        ("SELECT * FROM orders", IdentifierProblem.DERIVED_TABLE),
        ("WITH x AS (SELECT 1) SELECT * FROM x", IdentifierProblem.DERIVED_TABLE),
        ("((select 1))", IdentifierProblem.DERIVED_TABLE),
        ("", IdentifierProblem.NO_TABLE),
        ("-- nothing", IdentifierProblem.NO_TABLE),
        ("generate_series(1, 2)", IdentifierProblem.NO_TABLE),
        ("unnest(array[1])", IdentifierProblem.NO_TABLE),
        ("'orders'", IdentifierProblem.NO_TABLE),
        ("orders, customers", IdentifierProblem.SEVERAL_TABLES),
        ("orders JOIN customers USING (id)", IdentifierProblem.SEVERAL_TABLES),
        ("(orders JOIN customers USING (id))", IdentifierProblem.SEVERAL_TABLES),
        ("a.b.c.d", IdentifierProblem.UNPARSABLE),
        ('"orders', IdentifierProblem.UNPARSABLE),
        ("orders WHERE x = 1", IdentifierProblem.UNPARSABLE),
        ("orders LIMIT 1", IdentifierProblem.UNPARSABLE),
        ("orders; DROP TABLE orders", IdentifierProblem.UNPARSABLE),
        ("orders UNION SELECT 1", IdentifierProblem.UNPARSABLE),
        ("a b c", IdentifierProblem.UNPARSABLE),
        ("(" * 5_000 + "t" + ")" * 5_000, IdentifierProblem.UNPARSABLE),
    ],
)
def test_a_text_that_is_no_table_has_its_reason(text, problem):
    found = read(text, "postgres")
    assert isinstance(found, NoTableError)
    assert found.problem is problem
    assert found.detail


def test_a_dialect_that_is_not_supported_is_a_reason_of_its_item_alone():
    found = parse_table_identifiers([IdentifierItem("a", "t", "oracle"), IdentifierItem("b", "t", "mysql")])
    assert isinstance(found["a"], NoTableError)
    assert found["a"].problem is IdentifierProblem.DIALECT
    assert found["b"] == TableIdentifier(None, None, "t")


def test_a_parse_error_says_where():
    found = read("orders\n  b c", "postgres")
    assert isinstance(found, NoTableError)
    assert "'c'" in found.detail
    assert "line 2, column 5" in found.detail


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([name for name in SUPPORTED if name != "bigquery"]),
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1), min_size=1, max_size=3),
)
def test_whatever_sqlglot_quotes_is_read_back(dialect, parts):
    """BigQuery is left out: it reads dots inside one pair of backticks as separators, by its own rules."""
    if any(mark in "".join(parts) for mark in ("${", "@{", "{{", "{%", "{#", "\\", "#")):
        return
    nodes = [exp.Identifier(this=part, quoted=True) for part in reversed(parts)]
    text = exp.Table(**dict(zip(("this", "db", "catalog"), nodes, strict=False))).sql(dialect=dialect)
    padded = [None] * (3 - len(parts)) + parts
    assert read(text, dialect) == TableIdentifier(*padded)
