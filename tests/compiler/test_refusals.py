"""Refusals say where, what is near, and what to do."""

from typing import Any

import pytest

from semantic_layer import SemanticError, compile_query
from tests.compiler.shop import SHOP


def refusal(query: dict[str, Any], dialect: str = "postgres") -> SemanticError:
    with pytest.raises(SemanticError) as caught:
        compile_query(SHOP, query, dialect=dialect)
    return caught.value


def test_an_unknown_column_in_a_filter_has_its_place_in_the_text():
    error = refusal({"measures": ["orders.revenue"], "filters": ["orders.amount > 1 and\n orders.stats = 'x'"]})
    assert error.code == "unknown-column"
    assert (error.where.field, error.where.line, error.where.column) == ("filters[0]", 2, 2)
    assert error.near == ("orders.status",)


def test_an_unknown_key_names_the_nearest_one():
    error = refusal({"measure": ["orders.revenue"]})
    assert (error.code, error.near) == ("unknown-key", ("measures",))


def test_an_unknown_granularity_lists_what_there_is():
    error = refusal({"dimensions": [{"field": "orders.created_at", "granularity": "fortnight"}]})
    assert error.code == "unknown-granularity"
    assert error.hint is not None
    assert "week" in error.hint


def test_an_unknown_dialect_names_the_nearest_one():
    assert refusal({"measures": ["orders.revenue"]}, dialect="postgre").near[0] == "postgres"


def test_a_fan_out_says_which_join_repeats_rows():
    error = refusal({"measures": ["orders.revenue"], "dimensions": ["items.sku"]})
    assert error.code == "fan-out"
    assert "one row of 'orders' has many 'items'" in error.message


def test_a_function_with_effects_is_refused():
    error = refusal({"measures": ["orders.revenue"], "filters": ["pg_sleep(9) is null"]})
    assert error.code == "forbidden-function"


def test_clickhouse_answers_not_in_otherwise_and_is_refused():
    query = {"measures": ["orders.revenue"], "filters": ["orders.customer_id not in (select customer_id from tickets)"]}
    assert refusal(query, dialect="clickhouse").code == "unsupported-in-dialect"


def test_two_pipes_on_mysql_are_refused_where_they_could_mean_either():
    query = {"measures": ["customers.customers"], "filters": ["customers.name || customers.region = 'annEU'"]}
    assert refusal(query, dialect="mysql").code == "ambiguous-operator"


@pytest.mark.parametrize("operator", [" or ", " + "])
def test_five_hundred_operators_in_a_row_are_refused_and_not_a_crash(operator: str):
    chain = operator.join(["(orders.amount = 1)"] * 500)
    error = refusal({"measures": ["orders.revenue"], "filters": [f"({chain}) is not null"]})
    assert (error.code, error.where.field) == ("expression-too-deep", "filters[0]")


def test_a_limit_that_no_engine_can_count_to_is_refused():
    error = refusal({"measures": ["orders.revenue"], "limit": 2**63 - 1})
    assert (error.code, error.where.field) == ("invalid-value", "limit")
