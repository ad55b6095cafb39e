"""`semantic-validate`: the shape of the wire contract."""

import pytest

from tests.operations.conftest import Call
from tests.validation.models import CUSTOMERS, ORDERS, orders, source


def test_a_sound_model_is_valid_and_other_keys_are_ignored(call: Call) -> None:
    answer = call("semantic-validate", {"sources": [ORDERS, CUSTOMERS], "projectId": "p", "whatever": {}})
    assert answer.exit_code == 0
    assert answer.body == {"valid": True, "errors": [], "warnings": [], "per_source_warnings": {}, "diagnostics": []}


def test_findings_are_an_answer_and_no_failure(call: Call) -> None:
    bad = orders(measures=[{"name": "total", "expr": "sum(amont)"}])
    answer = call("semantic-validate", {"sources": [5, {"name": "x"}, bad, CUSTOMERS, source("weather", "day")]})
    assert answer.exit_code == 0
    body = answer.body
    assert body["valid"] is False
    assert set(body) == {"valid", "errors", "warnings", "per_source_warnings", "diagnostics"}
    assert "orders.measures[0].expr:1:5: 'orders' has no column 'amont' (did you mean amount?)" in body["errors"]
    (found,) = [one for one in body["diagnostics"] if one["source"] == "orders"]
    assert found == {
        "severity": "error",
        "code": "unknown-column",
        "source": "orders",
        "path": "measures[0].expr",
        "message": "'orders' has no column 'amont'",
        "hint": "did you mean amount?",
        "line": 1,
        "column": 5,
    }


def test_the_touched_sources_are_the_ones_whose_joins_are_missed(call: Call) -> None:
    daily = source("daily", "customer_id", "n", sql="select customer_id, 1 as n from t")
    request = {"sources": [ORDERS, CUSTOMERS, daily], "recently_touched": ["daily"]}
    warned = call("semantic-validate", request).body["per_source_warnings"]
    assert any("declares no join" in text for text in warned["daily"])


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"sources": [], "dialect": "oracel"}, "oracel"),
        ({"sources": {}}, "sources"),
        ({}, "sources"),
    ],
)
def test_a_bad_request_ends_with_one_line(call: Call, request_: dict[str, object], said: str) -> None:
    answer = call("semantic-validate", request_)
    assert (answer.exit_code, answer.body) == (1, None)
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
