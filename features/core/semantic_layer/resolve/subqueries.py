"""Nested queries in a query's own text: declared sources by name, visible columns only."""

from collections.abc import Callable

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree
from semantic_layer.graph import ModelIndex


def checked_subquery(index: ModelIndex) -> Callable[[exp.Query], Tree]:
    """Not compiled yet: refused by name."""

    def nested(query: exp.Query) -> Tree:
        raise SemanticError("subquery-not-supported", "a query in a filter is not supported yet")

    return nested
