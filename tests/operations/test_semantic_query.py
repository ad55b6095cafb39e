"""`semantic-query`: the shape of the wire contract, and how a refusal looks from outside."""

import pytest

from ktx_core.semantic.handlers import query
from ktx_core.semantic.wire import QueryRequest
from ktx_runtime.api import Mode, OperationContext, OperationRefused
from tests.operations.conftest import Call
from tests.validation.models import CUSTOMERS, ORDERS

REQUEST = {
    "sources": [ORDERS, CUSTOMERS],
    "query": {
        "measures": ["orders.revenue", {"expr": "sum(orders.amount) / 2", "name": "half"}],
        "dimensions": ["customers.country", {"field": "orders.ordered_at", "granularity": "month"}],
        "filters": ["orders.paid"],
        "order_by": [{"field": "orders.revenue", "direction": "desc"}],
        "limit": 10,
    },
}
PLAN_KEYS = {
    "sources_used",
    "join_paths",
    "joins",
    "anchor_source",
    "anchor_grain",
    "fan_out_description",
    "has_fan_out",
    "measure_groups",
    "aggregate_locality",
    "where_filters",
    "having_filters",
    "columns",
    "measures",
    "dimensions",
    "order_by",
    "limit",
    "include_empty",
}
MEASURE_KEYS = {
    "name",
    "expr",
    "source_name",
    "original_name",
    "qualified_ref",
    "filter",
    "provenance",
    "is_derived",
    "depends_on",
    "description",
}


def test_the_answer_has_the_keys_of_the_contract(call: Call) -> None:
    answer = call("semantic-query", REQUEST)
    assert (answer.exit_code, answer.stderr) == (0, "")
    body = answer.body
    assert set(body) == {"sql", "dialect", "columns", "plan", "warnings", "parameters", "lineage"}
    assert body["dialect"] == "postgres"
    assert [column["name"] for column in body["columns"]] == [
        "customers.country",
        "orders.ordered_at",
        "orders.revenue",
        "half",
    ]
    assert [column["provenance"] for column in body["columns"]] == ["dimension", "dimension", "verified", "composed"]
    assert [column["granularity"] for column in body["columns"]] == [None, "month", None, None]
    assert all(
        set(column) == {"name", "provenance", "expr", "description", "granularity", "alias"}
        for column in body["columns"]
    )


def test_the_plan_has_the_keys_of_the_contract(call: Call) -> None:
    plan = call("semantic-query", REQUEST).body["plan"]
    assert set(plan) >= PLAN_KEYS
    assert plan["sources_used"] == ["customers", "orders"]
    assert [set(join) for join in plan["joins"]] == [
        {"from_source", "to_source", "from_column", "to_column", "relationship"}
    ]
    assert all(set(measure) == MEASURE_KEYS for measure in plan["measures"])
    assert plan["order_by"] == [{"field": "orders.revenue", "direction": "desc"}]
    assert (plan["limit"], plan["include_empty"], plan["has_fan_out"]) == (10, True, False)


def test_a_project_id_is_taken_and_the_dialect_is_the_callers(call: Call) -> None:
    answer = call("semantic-query", {**REQUEST, "dialect": "bigquery", "projectId": "p"})
    assert answer.body["dialect"] == "bigquery"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"query": {"measures": ["orders.revenu"]}}, "orders.revenue"),
        ({"query": {"measurs": []}}, "did you mean measures?"),
        ({"dialect": "oracel"}, "oracel"),
        ({"extra": 1}, "extra"),
        ({"sources": [5]}, "sources[0]"),
        ({"sources": [{"name": "x", "table": "x", "sql": "x", "grain": ["x"]}]}, "table or sql"),
    ],
)
def test_a_bad_request_ends_with_one_line_that_helps(call: Call, change: dict[str, object], said: str) -> None:
    answer = call("semantic-query", {**REQUEST, **change})
    assert (answer.exit_code, answer.body) == (1, None)
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_refusal_keeps_code_place_and_near_names(tmp_path) -> None:
    context = OperationContext(mode=Mode.ONE_SHOT, working_directory=tmp_path, environment={})
    request = QueryRequest.model_validate({**REQUEST, "query": {"measures": ["orders.revenu"]}})
    with pytest.raises(OperationRefused) as refusal:
        query(request, context)
    error = refusal.value
    assert error.code == "unknown-measure"
    assert error.details["near"][0] == "orders.revenue"
    assert error.details["where"]["field"] == "measures[0]"
