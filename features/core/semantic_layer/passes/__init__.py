"""Lowering: what the plan says in standard SQL becomes what one dialect can run. A pass never changes a meaning."""

from collections.abc import Callable

from sqlglot import exp

from semantic_layer.expressions import Tree
from semantic_layer.passes.aggregates import refuse_absent_aggregates, widen_aggregates
from semantic_layer.passes.booleans import lower_booleans
from semantic_layer.passes.captured_names import free_captured_names
from semantic_layer.passes.casts import lower_casts
from semantic_layer.passes.correlation import refuse_correlation
from semantic_layer.passes.functions import refuse_absent_functions
from semantic_layer.passes.membership import refuse_membership
from semantic_layer.passes.moments import compare_moments, order_moments
from semantic_layer.passes.outer_joins import refuse_unjoinable
from semantic_layer.passes.overflow import check_sums
from semantic_layer.passes.percentiles import lower_percentiles
from semantic_layer.passes.settings import add_settings
from semantic_layer.passes.time_parts import lower_time_parts
from semantic_layer.passes.time_truncation import lower_time_truncation

Pass = Callable[[Tree, str], Tree | None]

PASSES: tuple[Pass, ...] = (
    refuse_unjoinable,
    refuse_membership,
    refuse_correlation,
    refuse_absent_aggregates,
    widen_aggregates,
    check_sums,
    lower_time_parts,
    refuse_absent_functions,
    lower_percentiles,
    lower_time_truncation,
    order_moments,
    compare_moments,
    lower_booleans,
    lower_casts,
)
"""In this order. Each is asked for every node, innermost first, and answers with another node or None."""

FEW: dict[str, tuple[Pass, ...]] = {
    "duckdb": (widen_aggregates,),
    "postgres": (refuse_absent_aggregates, lower_time_parts),
    "redshift": (widen_aggregates, lower_time_parts),
    "trino": (widen_aggregates,),
}
"""Dialects for which only these have something to do. Looking at every node costs time."""


def lower(select: exp.Select, dialect: str) -> exp.Select:
    """Run every pass over the tree, in place."""
    for pass_ in FEW.get(dialect, PASSES):
        for node in reversed(list(select.dfs())):
            replacement = pass_(node, dialect)
            if replacement is not None:
                node.replace(replacement)
    free_captured_names(select, dialect)
    add_settings(select, dialect)
    return select


__all__ = ["FEW", "PASSES", "lower"]
