"""The join graph of a model: roles, edges, paths, and the names that lead to them."""

from semantic_layer.graph.comparisons import MOMENTS, KindOf, in_utc, kind, understand
from semantic_layer.graph.edges import FAR, NEAR, DeclaredJoin, Edge, key_columns
from semantic_layer.graph.index import ModelIndex
from semantic_layer.graph.lookup import field_in_query, field_in_source, find_column, find_field, visible
from semantic_layer.graph.names import Parts, column_parts, quoted_parts, splits, text_parts
from semantic_layer.graph.neighbours import neighbours
from semantic_layer.graph.paths import Path, best_path, component, upward_path
from semantic_layer.graph.scope import (
    computed_column,
    correlated,
    join_condition,
    located,
    model_tree,
    resolve_fields,
    source_rows,
    type_of,
)

__all__ = [
    "FAR",
    "MOMENTS",
    "NEAR",
    "DeclaredJoin",
    "Edge",
    "KindOf",
    "ModelIndex",
    "Parts",
    "Path",
    "best_path",
    "column_parts",
    "component",
    "computed_column",
    "correlated",
    "field_in_query",
    "field_in_source",
    "find_column",
    "find_field",
    "in_utc",
    "join_condition",
    "key_columns",
    "kind",
    "located",
    "model_tree",
    "neighbours",
    "quoted_parts",
    "resolve_fields",
    "source_rows",
    "splits",
    "text_parts",
    "type_of",
    "understand",
    "upward_path",
    "visible",
]
