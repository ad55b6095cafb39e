"""Dimensions of a query."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Field, parse_expression
from semantic_layer.graph import ModelIndex, column_parts, field_in_query, find_field, text_parts
from semantic_layer.model import ColumnRole, ColumnType, DimensionRequest, Visibility
from semantic_layer.resolve.measure_names import find_measure
from semantic_layer.resolve.records import Dimension, RequestedMeasure


def resolve_dimension(
    index: ModelIndex, request: DimensionRequest, measures: tuple[RequestedMeasure, ...]
) -> Dimension:
    """A dimension by its field, or the default time dimension when only a granularity is given."""
    field = _default_time(index, measures) if request.field is None else named_field(index, request.field)
    column = index.columns(index.source_of(field.role).name)[field.column]
    if (
        request.granularity is not None
        and column.role is not ColumnRole.TIME
        and column.type
        not in (
            ColumnType.TIME,
            None,
        )
    ):
        kind = column.type.value if column.type else "column"
        raise SemanticError(
            "granularity-without-time",
            f"{field.role}.{field.column} is a {kind}, only time has a granularity",
            near=_times(index, field.role),
            hint=f"if {field.column} holds times, its column in the model says so with: type: time",
        )
    return Dimension(field, request.granularity, column.described)


def _times(index: ModelIndex, role: str) -> list[str]:
    """The names of a role's columns that have a granularity, as queries write them."""
    columns = index.columns(index.source_of(role).name).values()
    return [
        f"{role}.{column.name}"
        for column in columns
        if column.visibility is Visibility.PUBLIC and (column.type is ColumnType.TIME or column.role is ColumnRole.TIME)
    ]


def named_field(index: ModelIndex, text: str) -> Field:
    """A field by its name as the model has it, dots and spaces included, or with SQL's quotes."""
    parts = text_parts(text)
    if find_field(index, parts) is None:
        if find_measure(index, parts):
            raise SemanticError(
                "measure-as-dimension", f"{text!r} is a measure, not a dimension", hint="ask for it as a measure"
            )
        parts = _quoted_parts(index, text) or parts
    return field_in_query(index, parts)


def _quoted_parts(index: ModelIndex, text: str) -> tuple[str, ...] | None:
    try:
        tree = parse_expression(text, index.dialect, comments=False)
    except SemanticError:
        return None
    parts = column_parts(tree)
    if parts is None and tree.find(exp.Column):
        raise SemanticError(
            "not-a-column", "a dimension is a column", hint="declare a computed column in the model and name it"
        )
    return parts


def _default_time(index: ModelIndex, measures: tuple[RequestedMeasure, ...]) -> Field:
    homes = {home for measure in measures for home in measure.formula.homes}
    declared = {Field(home, name) for home in homes if (name := index.source_of(home).time_dimension) is not None}
    if len(declared) == 1 and len(homes) == 1:
        return _declared_time(index, declared.pop())
    raise SemanticError(
        "no-default-time-dimension",
        "a granularity without a field needs measures of one source that declares a default time dimension",
        hint="name the field: {field, granularity}",
    )


def _declared_time(index: ModelIndex, field: Field) -> Field:
    """The default time dimension may be written with or without its source."""
    source = index.source_of(field.role).name
    name = field.column.removeprefix(f"{source}.")
    return field_in_query(index, (field.role, name))
