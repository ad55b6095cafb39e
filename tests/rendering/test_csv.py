"""CSV: every digit, for other programs."""

from __future__ import annotations

import csv
import io
import ipaddress
from decimal import Decimal

from ktx_core.rendering import cell_text, json_value, write_csv
from ktx_runtime.api import to_json


def _csv(headers, rows):
    stream = io.StringIO()
    write_csv(stream, headers, rows)
    return stream.getvalue()


def test_values_are_written_with_every_digit_and_null_is_empty():
    assert _csv(["a", "b", "c"], [[0.1 + 0.2, Decimal("1.10"), None], [1, True, "NULL"]]) == (
        "a,b,c\n0.30000000000000004,1.10,\n1,true,NULL\n"
    )


def test_types_that_only_a_driver_knows_become_their_text():
    address = ipaddress.ip_address("10.0.0.1")
    assert _csv(["a", "b"], [[address, {"at": [address]}]]) == 'a,b\n10.0.0.1,"{""at"": [""10.0.0.1""]}"\n'
    assert to_json(json_value([address, b"\x00", (1, None)])) == '["10.0.0.1", "\\\\x00", [1, null]]'
    assert cell_text(address) == "10.0.0.1"


def test_what_needs_quotes_comes_back_as_it_was():
    row = ['comma, quote " and\nline', "\x1b[31m", " space "]
    assert list(csv.reader(io.StringIO(_csv(["a", "b", "c"], [row]), newline="")))[1] == row
