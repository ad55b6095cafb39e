"""JSON that loses no digit and is always JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from ktx_runtime.api import to_json


class Color(Enum):
    RED = "red"


class Model(BaseModel):
    when: date


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.10"), "0.10"),
        (Decimal("12345678901234567890.123456789"), "12345678901234567890.123456789"),
        (Decimal("1E+2"), "1E+2"),
        (Decimal("-0"), "-0"),
        (9007199254740993, "9007199254740993"),
        (0.1, "0.1"),
        (1e300, "1e+300"),
        (float("nan"), '"NaN"'),
        (float("inf"), '"Infinity"'),
        (float("-inf"), '"-Infinity"'),
        (Decimal("NaN"), '"NaN"'),
        (Decimal("sNaN"), '"NaN"'),
        (Decimal("-Infinity"), '"-Infinity"'),
        (True, "true"),
        (None, "null"),
        (date(2024, 2, 29), '"2024-02-29"'),
        (datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC), '"2024-02-29T01:02:03+00:00"'),
        (time(1, 2), '"01:02:00"'),
        (b"\x00\xff", '"\\\\x00ff"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (Path("a/b"), '"a/b"'),
        (Color.RED, '"red"'),
        ("é\n\x00\u2028", '"é\\n\\u0000\u2028"'),
        ("\ud800", '"\\ud800"'),
        (("a", [1]), '["a", [1]]'),
        ({}, "{}"),
        ({"a": [], 1: {"b": 2}}, '{"a": [], "1": {"b": 2}}'),
        (Model(when=date(2024, 1, 1)), '{"when": "2024-01-01"}'),
    ],
)
def test_a_value_has_its_json(value, text):
    assert to_json(value) == text
    json.loads(text, parse_constant=pytest.fail)


def test_an_unknown_type_is_refused():
    with pytest.raises(TypeError, match="no JSON form"):
        to_json(object())


def test_indented_rows_stay_on_one_line_each():
    assert to_json({"rows": [[1, 2], [3, None]]}, indent=2) == '{\n  "rows": [\n    [1, 2],\n    [3, null]\n  ]\n}'


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(plain, st.sampled_from([None, 2]))
def test_what_json_can_say_comes_back_unchanged(value, indent):
    text = to_json(value, indent=indent)
    assert json.loads(text) == value
    text.encode()
