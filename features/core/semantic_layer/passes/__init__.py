"""Lowering: what the plan says in standard SQL becomes what one dialect can run. A pass never changes a meaning."""

from sqlglot import exp

from semantic_layer.passes.booleans import lower_booleans
from semantic_layer.passes.casts import lower_casts
from semantic_layer.passes.membership import refuse_membership
from semantic_layer.passes.outer_joins import refuse_unjoinable
from semantic_layer.passes.percentiles import lower_percentiles
from semantic_layer.passes.settings import add_settings
from semantic_layer.passes.time_truncation import lower_time_truncation

PASSES = (
    refuse_unjoinable,
    refuse_membership,
    lower_percentiles,
    lower_time_truncation,
    lower_booleans,
    lower_casts,
)
"""In this order. Each is asked for every node, innermost first, and answers with another node or None."""

LOWERED = frozenset({"bigquery", "clickhouse", "databricks", "mysql", "snowflake", "sqlite", "tsql"})
"""The dialects for which some pass has something to do; the others run what the plan says."""


def lower(select: exp.Select, dialect: str) -> exp.Select:
    """Run every pass over the tree, in place."""
    if dialect in LOWERED:
        for pass_ in PASSES:
            for node in reversed(list(select.dfs())):
                replacement = pass_(node, dialect)
                if replacement is not None:
                    node.replace(replacement)
    add_settings(select, dialect)
    return select


__all__ = ["LOWERED", "PASSES", "lower"]
