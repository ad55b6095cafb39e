"""Expressions: text that is parsed once, checked against a list, and resolved against a model."""

from semantic_layer.dialects import DIALECTS
from semantic_layer.expressions.check import Allowed, check
from semantic_layer.expressions.dialect import dialect_name
from semantic_layer.expressions.functions import Additivity, additivity, is_aggregate, is_safe_under_repetition
from semantic_layer.expressions.normalise import normalised, safe_division
from semantic_layer.expressions.parse import parse_expression, parse_statement, position
from semantic_layer.expressions.resolved import (
    SELF,
    Expression,
    Field,
    expression_of,
    field_at,
    field_node,
    substituted,
)
from semantic_layer.expressions.tree import (
    Tree,
    conjunction,
    conjuncts,
    disjunction,
    fresh,
    grouped,
    outside_subqueries,
    reads_outer_row,
    rebuild,
)

__all__ = [
    "DIALECTS",
    "SELF",
    "Additivity",
    "Allowed",
    "Expression",
    "Field",
    "Tree",
    "additivity",
    "check",
    "conjunction",
    "conjuncts",
    "dialect_name",
    "disjunction",
    "expression_of",
    "field_at",
    "field_node",
    "fresh",
    "grouped",
    "is_aggregate",
    "is_safe_under_repetition",
    "normalised",
    "outside_subqueries",
    "parse_expression",
    "parse_statement",
    "position",
    "reads_outer_row",
    "rebuild",
    "safe_division",
    "substituted",
]
