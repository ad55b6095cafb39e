"""Tables: never wrong, whatever the width and whatever the values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktx_core.rendering import cell_text, render_table
from ktx_core.rendering.width import display_width


def _lines(headers, rows, width=None, *, color=False):
    return render_table(headers, rows, width=width, color=color).text.splitlines()


def test_numbers_stand_to_the_right_and_text_to_the_left():
    assert _lines(["name", "n"], [["a", 1], ["bb", 100]]) == [
        "name    n",
        "----  ---",
        "a       1",
        "bb    100",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "NULL"),
        ("NULL", '"NULL"'),
        ("", ""),
        (0.1 + 0.2, "0.3"),
        (1234567.0, "1234567.0"),
        (1e20, "1e+20"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (Decimal("10.50"), "10.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E+300"), "1E+300"),
        (12345678901234567890, "12345678901234567890"),
        (True, "true"),
        (date(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, 12, tzinfo=UTC), "2024-01-31 12:00:00+00:00"),
        (b"\x01", "\\x01"),
        ([1, None], "[1, null]"),
        ({"a": 1}, '{"a": 1}'),
        ("two\nlines", "two\\nlines"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("日本", "日本"),
    ],
)
def test_a_value_is_shown_as(value, shown):
    assert cell_text(value) == shown


def test_null_is_dim_where_there_is_colour():
    assert "\x1b[2mNULL\x1b[0m" in "\n".join(_lines(["a"], [[None]], color=True))


def test_wide_characters_keep_the_columns_straight():
    lines = _lines(["name", "n"], [["日本", 1], ["x", 2]])
    assert {display_width(line) for line in lines} == {7}


def test_text_is_cut_to_the_terminal_and_the_cut_is_counted():
    table = render_table(["id", "text"], [[1, "x" * 100], [2, "short"]], width=30, color=False)
    assert table.cut_cells == 1
    assert max(map(len, table.text.splitlines())) == 30
    assert "…" in table.text


def test_a_number_is_never_cut_however_narrow_the_terminal():
    number = 12345678901234567890
    assert str(number) in render_table(["a", "b"], [[number, "x" * 50]], width=25, color=False).text


def test_a_table_that_cannot_fit_becomes_records():
    headers = [f"column_{index}" for index in range(8)]
    assert _lines(headers, [["long enough text"] * 8], width=40)[:3] == [
        "-[ row 1 ]-",
        "column_0  long enough text",
        "column_1  long enough text",
    ]


def test_headers_that_would_look_the_same_are_not_cut():
    headers = ["a_very_long_header_number_one", "a_very_long_header_number_two"]
    text = "\n".join(_lines(headers, [["x", "y"]], width=30))
    assert all(header in text for header in headers)


def test_without_a_terminal_nothing_is_cut():
    assert "x" * 5000 in "\n".join(_lines(["a"], [["x" * 5000]]))


def test_no_rows_still_show_the_headers():
    assert _lines(["a", "b"], []) == ["a  b", "-  -"]


def test_no_columns_are_no_text():
    assert _lines([], []) == []


cells = st.none() | st.integers() | st.text(max_size=60) | st.floats() | st.decimals()


def test_the_points_of_a_column_of_floats_stand_below_each_other():
    assert _lines(["x"], [[1.5], [20.25], [None], [3.0]])[2:] == [" 1.50", "20.25", " NULL", " 3.00"]


def test_floats_with_many_decimals_or_exponents_are_left_as_they_are():
    assert _lines(["x"], [[1.5], [0.123456789]])[2:] == ["        1.5", "0.123456789"]
    assert _lines(["x"], [[1.5], [1e-20]])[2:] == ["  1.5", "1e-20"]


@given(
    st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=5)),
    st.integers(10, 80),
)
def test_a_table_fits_or_is_shown_as_records_and_numbers_stay_whole(rows, width):
    headers = [f"h{index}" for index in range(len(rows[0]))]
    table = render_table(headers, rows, width=width, color=False)
    if not table.text.startswith("-[ row"):
        assert max(map(display_width, table.text.splitlines())) <= width
    for row in rows:
        for index, value in enumerate(row):
            if isinstance(value, int | float | Decimal):
                assert cell_text(value) in table.text or _shares_column_with_text(rows, index)


def _shares_column_with_text(rows, index):
    return any(isinstance(row[index], str) for row in rows)
