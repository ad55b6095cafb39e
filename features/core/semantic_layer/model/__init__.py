"""The records of a model and of a query, as `semantics.md` names their keys."""

from semantic_layer.model.parse import parse_query, parse_source, source_problems
from semantic_layer.model.query import (
    DEFAULT_LIMIT,
    DimensionRequest,
    Direction,
    MeasureRequest,
    OrderRequest,
    Query,
)
from semantic_layer.model.record import Granularity, ModelRecord
from semantic_layer.model.salvage import ReadSource, read_source
from semantic_layer.model.source import (
    Column,
    ColumnRole,
    ColumnTests,
    ColumnType,
    Constraint,
    Join,
    Measure,
    Relationship,
    Segment,
    Source,
    Visibility,
)

__all__ = [
    "DEFAULT_LIMIT",
    "Column",
    "ColumnRole",
    "ColumnTests",
    "ColumnType",
    "Constraint",
    "DimensionRequest",
    "Direction",
    "Granularity",
    "Join",
    "Measure",
    "MeasureRequest",
    "ModelRecord",
    "OrderRequest",
    "Query",
    "ReadSource",
    "Relationship",
    "Segment",
    "Source",
    "Visibility",
    "parse_query",
    "parse_source",
    "read_source",
    "source_problems",
]
