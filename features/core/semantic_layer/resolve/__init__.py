"""From the names in a query to what they mean in a model."""

from semantic_layer.resolve.formula import Formula, Leaf, with_leaves
from semantic_layer.resolve.query import resolve_query
from semantic_layer.resolve.records import (
    Dimension,
    GroupClause,
    Named,
    Ordering,
    RequestedMeasure,
    ResolvedQuery,
    RowClause,
)

__all__ = [
    "Dimension",
    "Formula",
    "GroupClause",
    "Leaf",
    "Named",
    "Ordering",
    "RequestedMeasure",
    "ResolvedQuery",
    "RowClause",
    "resolve_query",
    "with_leaves",
]
