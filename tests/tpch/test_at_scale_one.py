"""At scale 1 the specification publishes the answers: the hand-written SQL and the semantic layer both give them.

The semantic layer's years are dates, so the two questions by year are compared by their figures alone.
"""

from collections.abc import Iterator

import duckdb
import pytest

from semantic_layer import compile_query
from tests.tpch import data
from tests.tpch.questions import QUESTIONS

PUBLISHED = {
    1: (4, 37734107.00),
    2: (100, 9938.53),
    3: (10, 406181.01),
    4: (5, 10594),
    5: (5, 55502041.17),
    6: (1, 123141078.23),
    7: (4, 54639732.73),
    8: (2, 0.03),
    9: (175, 27136900.18),
    10: (20, 734235.25),
    11: (1048, 17538456.86),
    12: (2, 6202),
    13: (42, 50005),
    14: (1, 16.38),
    15: (1, 1772627.21),
    16: (18314, 28),
    17: (1, 348406.05),
    18: (57, 544089.09),
    19: (1, 3083843.06),
    20: (186, "Supplier#000000020"),
    21: (100, 20),
    22: (7, 6737713.99),
}
"""How many rows, and a value of the first."""


@pytest.fixture(scope="module")
def scale_one(tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    directory = tmp_path_factory.mktemp("tpch-1")
    data.make(directory, 1)
    with data.load(directory) as connection:
        yield connection


@pytest.mark.deep
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: f"{question.number:02}")
def test_the_published_answer(scale_one, model, question):
    compiled = compile_query(model, question.query(), dialect="duckdb").sql
    for sql in (question.sql, compiled):
        rows = scale_one.execute(sql).fetchall()
        count, value = PUBLISHED[question.number]
        assert len(rows) == count
        assert any(
            found == (value if isinstance(value, str) else pytest.approx(value, abs=0.006)) for found in plain(rows[0])
        )


def plain(row):
    """The row with its figures as floats."""
    return [float(value) if hasattr(value, "as_integer_ratio") else value for value in row]
