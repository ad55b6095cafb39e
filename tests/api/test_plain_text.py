"""What is shown obeys no terminal and tells no secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktx_runtime.api import plain_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("bell\x07 and \x9b31m", "bell and 31m"),
        ("right\u202eleft", "rightleft"),
        ("postgres://ann:s3cret@db:5432/x", "postgres://***@db:5432/x"),
        ("postgresql+psycopg://ann:p@ss@db/x", "postgresql+psycopg://***@db/x"),
        ("postgres://ann:p/a's@db/x is down", "postgres://***@db/x is down"),
        ("see https://db/x?password=s3cret&y=1", "see https://db/x?password=***&y=1"),
        ("host=db password=s3cret user=ann", "host=db password=*** user=ann"),
        ("PASSWORD='s3 cret' x", "PASSWORD=*** x"),
        ('{"token": "abc"}', '{"token": ***}'),
        ("api_key: abc, then", "api_key: ***, then"),
        ("ann@example.org", "ann@example.org"),
    ],
)
def test_it_is_shown_as(text, shown):
    assert plain_text(text) == shown


@given(st.text())
def test_no_control_character_but_line_feeds_and_tabs_is_left(text):
    assert all(c in "\n\t" or (ord(c) >= 0x20 and not 0x7F <= ord(c) <= 0x9F) for c in plain_text(text))


def test_a_long_hostile_text_is_read_in_linear_time():
    plain_text("a://" * 50_000 + "\x1b[" * 50_000 + "password" * 50_000)
