"""`analyze_batch`: which tables and columns statements touch."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_layer.sql_analysis import (
    SUPPORTED,
    KnownTable,
    KnownTables,
    Statement,
    StatementAnalysis,
    TableName,
    analyze_batch,
)

KNOWN = KnownTables(
    [
        KnownTable(TableName("db", "public", "orders"), ("id", "amount", "customer_id", "status", "created_at")),
        KnownTable(TableName("db", "public", "customers"), ("id", "name", "region")),
        KnownTable(TableName("db", "a", "twice")),
        KnownTable(TableName("db", "b", "twice")),
    ]
)
ORDERS = TableName("db", "public", "orders")
CUSTOMERS = TableName("db", "public", "customers")


def analyze(sql: str, *, dialect: str = "postgres", known: KnownTables | None = KNOWN) -> StatementAnalysis:
    return analyze_batch([Statement("x", sql)], dialect=dialect, known=known)["x"]


def columns(sql: str) -> dict[str, tuple[str, ...]]:
    found = analyze(sql)
    assert found.error is None
    return {clause: names for clause, names in found.columns.items() if names}


def test_each_clause_has_its_columns():
    sql = """
        SELECT o.amount, c.name FROM orders o JOIN customers c ON o.customer_id = c.id
        WHERE o.status = 'x' GROUP BY c.name HAVING sum(o.amount) > 1 ORDER BY c.region
    """
    assert analyze(sql).tables == (CUSTOMERS, ORDERS)
    assert columns(sql) == {
        "select": ("amount", "name"),
        "where": ("status",),
        "join": ("customer_id", "id"),
        "groupBy": ("name",),
        "having": ("amount",),
        "orderBy": ("region",),
    }


def test_every_clause_is_a_key_even_when_empty():
    found = analyze("SELECT 1")
    assert list(found.columns) == ["select", "where", "join", "groupBy", "having", "orderBy"]
    assert found.tables == ()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            (
                "WITH x AS (SELECT id, amount * 2 AS d FROM orders WHERE status = 'a') "
                "SELECT d FROM x WHERE d > 3 ORDER BY d"
            ),
            {"select": ("amount", "id"), "where": ("amount", "status"), "orderBy": ("amount",)},
        ),
        ("SELECT s.n FROM (SELECT name AS n FROM customers) s", {"select": ("name",)}),
        ("WITH x(p, q) AS (SELECT id, amount FROM orders) SELECT q FROM x", {"select": ("amount", "id")}),
        (
            "SELECT region, sum(amount) AS total FROM orders, customers GROUP BY 1 ORDER BY 2 DESC, total",
            {"select": ("amount", "region"), "groupBy": ("region",), "orderBy": ("amount",)},
        ),
        ("SELECT a FROM t UNION SELECT b FROM u ORDER BY a", {"select": ("a", "b"), "orderBy": ("a", "b")}),
        ("SELECT * FROM orders JOIN customers USING (id)", {"join": ("id",)}),
        (
            "SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders WHERE customer_id = c.id)",
            {"select": ("name",), "where": ("customer_id", "id")},
        ),
        (
            "SELECT row_number() OVER (PARTITION BY customer_id ORDER BY created_at) FROM orders",
            {"select": ("created_at", "customer_id")},
        ),
        (
            "WITH RECURSIVE r AS (SELECT id, 1 AS n FROM orders UNION ALL SELECT id, n + 1 FROM r) SELECT n, id FROM r",
            {"select": ("id",)},
        ),
        ("SELECT o.address.city FROM orders o", {"select": ("address",)}),
        ("SELECT count(*) FROM orders GROUP BY ROLLUP (status), customer_id", {"groupBy": ("customer_id", "status")}),
        ("UPDATE orders SET amount = 1 WHERE id = 2", {"where": ("id",)}),
    ],
)
def test_columns_are_followed_to_the_tables_they_come_from(sql, expected):
    assert columns(sql) == expected


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("WITH orders AS (SELECT * FROM customers) SELECT * FROM orders", (CUSTOMERS,)),
        ("WITH orders AS (SELECT * FROM orders) SELECT * FROM orders", (ORDERS,)),
        ("SELECT * FROM ORDERS", (ORDERS,)),
        ("SELECT * FROM other.orders", (TableName(None, "other", "orders"),)),
        ("SELECT * FROM twice", (TableName(None, None, "twice"),)),
        ("SELECT * FROM a.twice", (TableName("db", "a", "twice"),)),
        ("SELECT * FROM unknown", (TableName(None, None, "unknown"),)),
        ("SELECT * FROM orders o, LATERAL (SELECT * FROM customers WHERE id = o.customer_id) l", (CUSTOMERS, ORDERS)),
        ("SELECT * FROM generate_series(1, 2)", ()),
        ("SELECT (SELECT max(id) FROM orders) FROM customers", (CUSTOMERS, ORDERS)),
        ("INSERT INTO s.t SELECT amount FROM orders", (TableName(None, "s", "t"), ORDERS)),
        ("MERGE INTO t USING orders s ON t.id = s.id WHEN MATCHED THEN DELETE", (TableName(None, None, "t"), ORDERS)),
        ("DELETE FROM orders", (ORDERS,)),
    ],
)
def test_tables_are_those_that_exist_and_no_cte(sql, tables):
    found = analyze(sql)
    assert found.error is None
    assert found.tables == tables


def test_without_a_catalog_names_stay_as_written():
    found = analyze("SELECT id FROM b.orders", known=None)
    assert found.tables == (TableName(None, "b", "orders"),)


@pytest.mark.parametrize(
    "sql",
    [
        "SELEC 1",
        "",
        "SELECT 1; SELECT 2",
        "SHOW TABLES",
        "SELECT 'a",
        "GRANT SELECT ON t TO u",
        "SELECT " + "(" * 30_000 + "1" + ")" * 30_000,
        "SELECT * FROM " + "(SELECT * FROM " * 3_000 + "t" + ")" * 3_000,
        "SELECT * FROM t, t",
    ],
    ids=["typo", "empty", "two", "show", "open-quote", "grant", "deep-parentheses", "deep-subqueries", "alias-twice"],
)
def test_a_statement_that_cannot_be_read_has_an_error_and_stops_no_other(sql):
    found = analyze_batch([Statement("bad", sql), Statement("good", "SELECT id FROM orders")], dialect="postgres")
    assert found["bad"].error
    assert found["bad"].tables == ()
    assert found["good"].error is None
    assert found["good"].columns["select"] == ("id",)


def test_an_error_says_where_and_shows_the_text():
    error = analyze("SELECT a\nFROM WHERE").error
    assert "'WHERE'" in (error or "")
    assert "line 2, column 6" in (error or "")
    assert "\x1b" not in (error or "")


def test_a_long_chain_of_conditions_is_no_problem():
    sql = "SELECT id FROM orders WHERE " + " OR ".join(f"status = '{number}'" for number in range(3_000))
    assert columns(sql) == {"select": ("id",), "where": ("status",)}


def test_a_dialect_that_nobody_knows_is_refused_as_a_whole():
    with pytest.raises(ValueError, match="cobol"):
        analyze_batch([Statement("x", "SELECT 1")], dialect="cobol")


CLAUSE_WORDS = ("SELECT", "FROM", "WHERE", "JOIN", "ON", "GROUP BY", "HAVING", "ORDER BY", "WITH", "AS", "UNION")
OTHER_WORDS = ("LATERAL", "OVER", "a", "t", "u", "x.y", "*", ",", "(", ")", "=", "1", "'x'")
WORDS = st.sampled_from((*CLAUSE_WORDS, *OTHER_WORDS))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SUPPORTED), st.lists(WORDS, max_size=25))
def test_any_words_are_analysed_or_explained(dialect, words):
    found = analyze("SELECT a FROM t " + " ".join(words), dialect=dialect)
    assert isinstance(found, StatementAnalysis)
