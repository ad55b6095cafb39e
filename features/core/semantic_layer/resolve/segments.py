"""Segments: named row filters, in a query and in a measure."""

from semantic_layer.errors import SemanticError, nearest, placed
from semantic_layer.expressions import SELF, Expression
from semantic_layer.graph import ModelIndex, Parts, find_field, quoted_parts, source_rows, splits, text_parts
from semantic_layer.resolve.measure_names import find_measure
from semantic_layer.resolve.records import RowClause
from semantic_layer.resolve.types import require_boolean


def resolve_segment(index: ModelIndex, name: str) -> RowClause:
    """A query's segment: `source.segment`, or a bare name that only one source declares; in quotes or without."""
    parts = text_parts(name)
    found = _find(index, parts)
    if not found:
        parts = quoted_parts(name, index.dialect) or parts
        found = _find(index, parts)
    if len(found) == 1:
        role, segment = found[0]
        return RowClause(name, segment_rows(index, index.source_of(role).name, segment).moved(SELF, role))
    if found:
        candidates = [f"{role}.{segment}" for role, segment in found]
        raise SemanticError("ambiguous-name", f"{name!r} could be {' or '.join(candidates)}", near=candidates)
    raise _unknown(index, name, parts)


def _find(index: ModelIndex, parts: Parts) -> list[tuple[str, str]]:
    """The segments that a name may mean, each as (role, segment)."""
    for role, segment in splits(parts):
        if role in index.roles and index.segment(index.source_of(role).name, segment):
            return [(role, segment)]
    name = ".".join(parts)
    return [(source.name, name) for source in index.sources.values() if index.segment(source.name, name)]


def _unknown(index: ModelIndex, name: str, parts: Parts) -> SemanticError:
    if find_field(index, parts) is not None:
        return SemanticError(
            "unknown-segment", f"{name!r} is a column, not a segment", hint=f"filter on it: {name} = …"
        )
    if find_measure(index, parts) is not None:
        return SemanticError("unknown-segment", f"{name!r} is a measure, not a segment", hint="ask for it as a measure")
    known = [f"{source.name}.{segment.name}" for source in index.sources.values() for segment in source.segments]
    bare = {text.rpartition(".")[2]: text for text in known}
    near = nearest(".".join(parts), known) or tuple(bare[found] for found in nearest(parts[-1], bare))
    return SemanticError("unknown-segment", f"no segment is named {name!r}", near=near)


def segment_rows(index: ModelIndex, source: str, name: str) -> Expression:
    """The row expression of a declared segment, its own columns in the role SELF."""
    segment = index.segment(source, name)
    if segment is None:
        raise SemanticError("unknown-segment", f"{source!r} has no segment {name!r}")
    with placed(source=source, field=f"segments.{name}.expr"):
        return row_condition(index, source, segment.expr)


def row_condition(index: ModelIndex, source: str, text: str) -> Expression:
    """A condition on rows in the text of a source."""
    rows = source_rows(index, source, text)
    require_boolean(index, rows.tree, source)
    return rows
