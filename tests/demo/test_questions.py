"""The five questions: each number equals the hand-written one, and each naive join is as wrong as is said."""

import pytest

from ktx_core.demo.questions import QUESTIONS
from tests.demo import handwritten


@pytest.fixture(params=QUESTIONS, ids=lambda question: question.shows)
def question(request):
    return request.param


def test_the_answer_is_the_hand_written_one(asker, shop, question):
    expected = shop.execute(handwritten.QUESTIONS[question.text]).fetchall()
    found = asker.ask(**question.query()).rows
    assert len(found) == len(expected)
    for row, wanted in zip(in_order(found), in_order(expected), strict=True):
        assert row == tuple(pytest.approx(value, rel=1e-12) if isinstance(value, float) else value for value in wanted)


def test_the_rows_come_in_the_order_asked(asker, shop, question):
    """Ties may come either way, so only the column that the hand-written order names is compared."""
    expected = shop.execute(handwritten.QUESTIONS[question.text]).fetchall()
    found = asker.ask(**question.query()).rows
    (field, *_) = question.order_by[0].split(":")
    asked = [words.split("@")[0] for words in (*question.dimensions, *question.measures)]
    column = asked.index(field)
    assert [row[column] for row in found] == pytest.approx([row[column] for row in expected], nan_ok=True)


def test_the_naive_join_gives_another_number(asker, shop, question):
    ((naive,),) = shop.execute(question.naive_sql).fetchall()
    right = {value for row in asker.ask(**question.query()).rows for value in row}
    assert naive not in right


def test_there_is_a_hand_written_answer_for_each_question():
    assert [question.text for question in QUESTIONS] == list(handwritten.QUESTIONS)


def in_order(rows):
    return sorted(rows, key=repr)
