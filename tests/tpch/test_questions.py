"""TPC-H's business questions, asked of the semantic layer and of hand-written SQL, on the same data in DuckDB.

All 22 can be asked. Where a question needs more than measures by dimensions and filters over columns:

- 2, 8, 11, 15, 17, 20, 21 and 22 compare with a nested query over declared sources, written in the filter.
- 5 and 8 speak of a region, which lines reach in two ways. Its name alone means the shorter one, the supplier's; where
  the customer's is meant (8), a nested query says so.
- 7, 8, 9 and 20 tell the supplier's nation from the customer's: two roles of one source.
- 4 filters orders on their lines: the order counts once, however many lines fit.
- 13 groups customers by a number of orders. A query never groups by a measure, so the model declares that number as a
  computed column of customers.

Years are dates of the first day here and numbers in the specification.
"""

from decimal import Decimal

import pytest

from semantic_layer import SemanticError, compile_query
from semantic_layer.validation import validate_sources
from tests.tpch.questions import QUESTIONS


@pytest.fixture(params=QUESTIONS, ids=lambda question: f"{question.number:02}-{question.words.replace(' ', '-')}")
def question(request):
    return request.param


def test_the_answer_is_the_hand_written_one(tpch, model, question):
    compiled = compile_query(model, question.query(), dialect="duckdb")
    found, expected = tpch.execute(compiled.sql).fetchall(), tpch.execute(question.sql).fetchall()
    assert plain(found) == alike(plain(expected))


def test_no_answer_carries_a_warning(model, question):
    assert compile_query(model, question.query(), dialect="duckdb").warnings == ()


def test_every_question_has_something_to_answer(tpch, question):
    rows = tpch.execute(question.sql).fetchall()
    assert any(value is not None for row in rows for value in row)


def test_the_model_is_valid(model):
    report = validate_sources(model, dialect="duckdb").to_wire()
    assert report["diagnostics"] == []


def test_the_region_of_a_line_is_its_supplier_s(tpch, model):
    query = {"measures": ["lineitem.line_count"], "dimensions": ["region.r_name"], "order_by": ["region.r_name"]}
    compiled = compile_query(model, query, dialect="duckdb")
    expected = tpch.execute("""
        SELECT r_name, count(*) FROM lineitem JOIN supplier ON s_suppkey = l_suppkey
        JOIN nation ON n_nationkey = s_nationkey JOIN region ON r_regionkey = n_regionkey GROUP BY 1 ORDER BY 1
    """).fetchall()
    assert tpch.execute(compiled.sql).fetchall() == expected


def test_a_nation_that_is_nobody_s_is_refused(model):
    with pytest.raises(SemanticError, match="no row of 'lineitem' has one 'nation'"):
        compile_query(model, {"measures": ["lineitem.revenue"], "dimensions": ["nation.n_name"]}, dialect="duckdb")


def plain(rows):
    """Rows with decimals as floats."""
    return [tuple(float(value) if isinstance(value, Decimal) else value for value in row) for row in rows]


def alike(rows):
    """Rows that are equal to others where floats differ in the last digits only."""
    return [
        tuple(pytest.approx(value, rel=1e-9) if isinstance(value, float) else value for value in row) for row in rows
    ]
