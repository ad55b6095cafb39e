"""Every name of a query, looked up."""

from semantic_layer.errors import SemanticError, placed
from semantic_layer.graph import ModelIndex, quoted_parts, text_parts
from semantic_layer.model import MeasureRequest, Query
from semantic_layer.resolve.composed import composed_formula
from semantic_layer.resolve.dimensions import resolve_dimension
from semantic_layer.resolve.filters import resolve_filter
from semantic_layer.resolve.measure_names import MeasureKey, find_measure, unknown_measure
from semantic_layer.resolve.measures import declared_formula
from semantic_layer.resolve.names import name_columns
from semantic_layer.resolve.ordering import resolve_ordering
from semantic_layer.resolve.records import Dimension, GroupClause, RequestedMeasure, ResolvedQuery, RowClause
from semantic_layer.resolve.segments import resolve_segment


def resolve_query(index: ModelIndex, query: Query) -> ResolvedQuery:
    """Look every name up. Raises SemanticError with the place in the query."""
    measures = _measures(index, query)
    dimensions = _dimensions(index, query, measures)
    if not measures and not dimensions:
        raise SemanticError("empty-query", "a query asks for measures, dimensions, or both")
    names = name_columns(dimensions, measures)
    rows, groups = _clauses(index, query)
    ordering = []
    for at, request in enumerate(query.order_by):
        with placed(field=f"order_by[{at}]"):
            ordering.append(resolve_ordering(index, request, dimensions, measures, names))
    return ResolvedQuery(dimensions, measures, names, rows, groups, tuple(ordering), query.limit, query.include_empty)


def _measures(index: ModelIndex, query: Query) -> tuple[RequestedMeasure, ...]:
    found: dict[object, RequestedMeasure] = {}
    for at, request in enumerate(query.measures):
        with placed(field=f"measures[{at}]"):
            measure = resolve_measure(index, request)
        identity = (measure.role, measure.declared) if measure.declared else measure.text
        found.setdefault((identity, measure.given_name), measure)
    return tuple(found.values())


def resolve_measure(index: ModelIndex, request: MeasureRequest) -> RequestedMeasure:
    """A declared measure by its name, else an expression."""
    text = request.expr.strip()
    parts = text_parts(text)
    key = find_measure(index, parts) or _quoted_name(index, text)
    if key is not None:
        return _declared(index, key, text, request.name)
    if all(part.isidentifier() for part in parts):
        raise unknown_measure(index, parts)
    formula = composed_formula(index, text)
    return RequestedMeasure(text, formula, None, None, request.name, text, None, None)


def _declared(index: ModelIndex, key: MeasureKey, text: str, given_name: str | None) -> RequestedMeasure:
    role, name = key
    formula = declared_formula(index, key)
    measure = index.measure(index.source_of(role).name, name)
    if measure is None:
        raise unknown_measure(index, key)
    return RequestedMeasure(text, formula, role, name, given_name, measure.expr, measure.filter, measure.described)


def _quoted_name(index: ModelIndex, text: str) -> MeasureKey | None:
    parts = quoted_parts(text, index.dialect)
    return find_measure(index, parts) if parts else None


def _dimensions(index: ModelIndex, query: Query, measures: tuple[RequestedMeasure, ...]) -> tuple[Dimension, ...]:
    found: dict[object, Dimension] = {}
    for at, request in enumerate(query.dimensions):
        with placed(field=f"dimensions[{at}]"):
            dimension = resolve_dimension(index, request, measures)
        found.setdefault((dimension.field, dimension.granularity), dimension)
    return tuple(found.values())


def _clauses(index: ModelIndex, query: Query) -> tuple[tuple[RowClause, ...], tuple[GroupClause, ...]]:
    rows: list[RowClause] = []
    groups: list[GroupClause] = []
    for at, text in enumerate(query.filters):
        with placed(field=f"filters[{at}]"):
            found = resolve_filter(index, text)
        rows += found[0]
        groups += found[1]
    for at, name in enumerate(query.segments):
        with placed(field=f"segments[{at}]"):
            rows.append(resolve_segment(index, name))
    return tuple(rows), tuple(groups)
