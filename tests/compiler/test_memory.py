"""What is kept between queries, and what a caller may do to its own data."""

import copy

import pytest

from semantic_layer import Model, SemanticError, compile_query
from tests.compiler.shop import SHOP

REVENUE = {"measures": ["orders.revenue"]}


def test_a_model_that_its_owner_changed_in_place_is_another_model():
    sources = copy.deepcopy(SHOP)
    assert "SUM(orders.amount)" in compile_query(sources, REVENUE).sql
    sources[1]["measures"][0]["expr"] = "max(amount)"
    assert "MAX(orders.amount)" in compile_query(sources, REVENUE).sql


def test_a_held_model_does_not_change_with_what_it_was_made_of():
    sources = copy.deepcopy(SHOP)
    model = Model(sources)
    sources[1]["measures"][0]["expr"] = "max(amount)"
    assert "SUM(orders.amount)" in compile_query(model, REVENUE).sql


def test_a_held_model_serves_every_dialect():
    model = Model(SHOP)
    query = {"measures": ["orders.revenue"], "dimensions": [{"field": "orders.created_at", "granularity": "month"}]}
    assert "STRFTIME" in compile_query(model, query, dialect="sqlite").sql
    assert "DATE_TRUNC" in compile_query(model, query, dialect="postgres").sql


def test_an_answer_that_is_changed_does_not_change_the_next_one():
    first = compile_query(SHOP, REVENUE).to_wire()
    first["plan"]["sources_used"].append("elsewhere")
    assert compile_query(SHOP, REVENUE).to_wire()["plan"]["sources_used"] == ["orders"]


def test_one_and_true_are_different_limits():
    assert compile_query(SHOP, {**REVENUE, "limit": 1}).sql.endswith("LIMIT 1")
    with pytest.raises(SemanticError):
        compile_query(SHOP, {**REVENUE, "limit": True})


def test_a_repeated_query_is_the_same_object():
    assert compile_query(SHOP, REVENUE) is compile_query(copy.deepcopy(SHOP), dict(REVENUE))
