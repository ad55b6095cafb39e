"""Lowering: what the plan says in standard SQL becomes what one dialect can run. A pass never changes a meaning."""

from sqlglot import exp

from semantic_layer.expressions import Tree
from semantic_layer.passes.booleans import lower_booleans
from semantic_layer.passes.settings import add_settings
from semantic_layer.passes.time_truncation import lower_time_truncation

PASSES = (
    lower_time_truncation,
    lower_booleans,
)
"""In this order. Each is asked for every node, innermost first, and answers with another node or None."""


def lower(select: exp.Select, dialect: str) -> exp.Select:
    """Run every pass over the tree, in place."""
    for pass_ in PASSES:
        for node in reversed(list(select.dfs())):
            replacement = pass_(node, dialect)
            if replacement is not None:
                node.replace(replacement)
    add_settings(select, dialect)
    return select


__all__ = ["PASSES", "Tree", "lower"]
