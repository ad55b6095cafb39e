"""`check_read_only` from the outside: large tables of statements, and what its refusals say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_layer.sql_analysis import check_read_only
from tests.sql_analysis.accepted import ACCEPTED
from tests.sql_analysis.refused import REFUSED

DIALECTS = tuple(sorted(REFUSED))


def _rows(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(dialect, sql) for dialect, statements in table.items() for sql in statements]


@pytest.mark.parametrize(("dialect", "sql"), _rows(REFUSED))
def test_what_acts_is_refused(dialect: str, sql: str):
    verdict = check_read_only(sql, dialect=dialect)
    assert not verdict.ok
    assert verdict.error


@pytest.mark.parametrize(("dialect", "sql"), _rows(ACCEPTED))
def test_what_reads_is_accepted(dialect: str, sql: str):
    verdict = check_read_only(sql, dialect=dialect)
    assert verdict.error is None
    assert verdict.ok


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 1",
        "DELETE FROM t",
        "CREATE TABLE x (a INT)",
        "DROP TABLE t",
        "ALTER TABLE t ADD a INT",
        "TRUNCATE TABLE t",
        "GRANT SELECT ON t TO u",
        "CALL p()",
        "SELECT 1; DELETE FROM t",
        "SELECT 1; SELECT 2",
        "WITH x AS (SELECT 1 AS a) DELETE FROM t",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "SELECT * INTO x FROM t",
        "SELECT * FROM t FOR UPDATE",
        "EXPLAIN DELETE FROM t",
        "SELECT (",
        "",
    ],
)
def test_writes_are_refused_in_every_dialect_and_letter_case(dialect: str, sql: str):
    assert not check_read_only(sql, dialect=dialect).ok
    assert not check_read_only(sql.lower(), dialect=dialect.upper()).ok


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SELECT 1;",
        "(SELECT a FROM t)",
        "WITH x AS (SELECT a FROM t) SELECT count(*) FROM x WHERE a IN (SELECT a FROM t)",
        "SELECT a FROM t UNION ALL SELECT a FROM u",
        "SELECT a FROM t UNION ALL (SELECT a FROM u ORDER BY a)",
        "EXPLAIN SELECT a FROM t",
        "SELECT a, sum(b) AS s FROM t GROUP BY a HAVING sum(b) > 1 ORDER BY s -- a comment\n",
        "SELECT 'drop table t; delete from t', a FROM t /* insert into t */",
        "SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' END, CAST(a AS INTEGER) FROM t LEFT JOIN u ON t.a = u.a",
        "SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM t",
    ],
)
def test_plain_queries_are_accepted_in_every_dialect(dialect: str, sql: str):
    assert check_read_only(sql, dialect=dialect).error is None


@pytest.mark.parametrize(
    ("dialect", "sql", "what", "line", "column"),
    [
        ("postgres", "SELECT a,\n  pg_sleep(5) FROM t", "the function pg_sleep", 2, 3),
        ("postgres", "WITH x AS (\n DELETE FROM t RETURNING *)\nSELECT * FROM x", "DELETE", 2, 2),
        ("postgres", "SELECT 1;\r\nDROP TABLE t", "a second statement", 2, 1),
        ("postgres", "SELECT * FROM t FOR UPDATE", "FOR UPDATE", 1, 17),
        ("postgres", "COPY t TO '/tmp/x'", "a statement that begins with COPY", 1, 1),
        ("postgres", "SELECT *\nINTO x FROM t", "INTO", 2, 1),
        ("postgres", "SELECT a FROM\nWHERE", "near 'WHERE'", 2, 1),
        ("mysql", "SELECT 1 /*! INTO OUTFILE 'x' */", "a comment that the server executes", 1, 10),
        ("duckdb", "SELECT * FROM read_text('/etc/passwd')", "the function read_text", 1, 15),
        ("duckdb", "FROM 'x.csv'", "x.csv", 1, 6),
        ("tsql", "SELECT 1 DELETE FROM t", "DELETE", 1, 10),
        ("snowflake", "SELECT s.nextval", "advances a sequence", 1, 10),
        ("clickhouse", "SELECT 1 SETTINGS allow_ddl = 1", "the setting allow_ddl", 1, 19),
    ],
)
def test_a_refusal_names_the_construct_and_its_place(dialect: str, sql: str, what: str, line: int, column: int):
    verdict = check_read_only(sql, dialect=dialect)
    assert what in (verdict.error or "")
    assert (verdict.error or "").endswith(f"at line {line}, column {column}")
    assert verdict.place is not None
    assert (verdict.place.line, verdict.place.column) == (line, column)


def test_a_refusal_carries_no_terminal_codes():
    verdict = check_read_only("SELECT a FROM WHERE", dialect="postgres")
    assert "\x1b" not in (verdict.error or "")
    assert "class" not in (verdict.error or "")


def test_an_unknown_dialect_is_refused_with_the_known_ones():
    verdict = check_read_only("SELECT 1", dialect="cobol")
    assert not verdict.ok
    assert "postgres" in (verdict.error or "")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "(" * 20_000 + "1" + ")" * 20_000,
        "SELECT " + "NOT " * 20_000 + "1",
        "SELECT * FROM " + "(SELECT * FROM " * 2_000 + "t" + ")" * 2_000,
        "SELECT 1 " + "x" * 600_000,
    ],
    ids=["parentheses", "negations", "subqueries", "length"],
)
def test_what_is_too_deep_or_long_is_refused_rather_than_fatal(sql: str):
    assert not check_read_only(sql, dialect="postgres").ok


def test_a_long_flat_condition_is_accepted():
    sql = "SELECT a FROM t WHERE " + " OR ".join(f"a = {number}" for number in range(2_000))
    assert check_read_only(sql, dialect="postgres").error is None


FRAGMENTS = (
    "SELECT 1",
    "DELETE FROM t",
    ";",
    "'",
    '"',
    "`",
    "\\",
    "/*",
    "*/",
    "--",
    "#",
    "//",
    "\n",
    "\r",
    " ",
    "$$",
    "$a$",
    "{#",
    "#}",
    "E'",
    "r'",
    "U&'",
    "[",
    "]",
    "'''",
    "x",
    ",",
    "/*!",
    "\u00a0",
    "\ufeff",
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(DIALECTS), st.lists(st.sampled_from(FRAGMENTS), max_size=14))
def test_any_pile_of_marks_gets_a_verdict(dialect: str, pieces: list[str]):
    verdict = check_read_only("SELECT 1 " + "".join(pieces), dialect=dialect)
    assert verdict.ok is (verdict.error is None)
