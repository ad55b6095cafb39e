"""From a name to a declared measure, in a query's text and in the model's own."""

from semantic_layer.errors import SemanticError, nearest
from semantic_layer.expressions import Field, Tree
from semantic_layer.graph import ModelIndex, Parts, field_in_source, find_field, located, splits, type_of
from semantic_layer.model import ColumnType

_SHOWN = 8

MeasureKey = tuple[str, str]
"""(role, measure name)."""


def find_measure(index: ModelIndex, parts: Parts) -> MeasureKey | None:
    """`role.measure`, or a bare name that only one source declares; None when there is no such measure."""
    for role, name in splits(parts):
        if role in index.roles and index.measure(index.source_of(role).name, name):
            return role, name
    name = ".".join(parts)
    owners = index.sources_with_measure(name)
    if len(owners) > 1:
        candidates = [f"{owner}.{name}" for owner in owners]
        raise SemanticError("ambiguous-name", f"{name!r} could be {' or '.join(candidates)}", near=candidates)
    return (owners[0], name) if owners else None


def measure_in_source(index: ModelIndex, role: str, source: str, parts: Parts, node: Tree) -> MeasureKey:
    """The measure that a name in the text of a source means: one of its own, or another role's. Raises at `node`."""
    name = ".".join(parts)
    if index.measure(source, name):
        return role, name
    for owner, measure in splits(parts):
        if owner == source and index.measure(source, measure):
            return role, measure
        if owner in index.roles and index.measure(index.source_of(owner).name, measure):
            return owner, measure
    try:
        field_in_source(index, source, parts)
    except SemanticError:
        known = [measure.name for measure in index.sources[source].measures]
        error = SemanticError("unknown-measure", f"no measure is named {name!r}", near=nearest(name, known))
        raise standing(error, node) from None
    error = SemanticError("bare-column", f"{name!r} is a column, a measure aggregates it", hint=f"write sum({name})")
    raise standing(error, node)


def unknown_measure(index: ModelIndex, parts: Parts) -> SemanticError:
    """The refusal for a name that is no measure, with the reason that fits."""
    name = ".".join(parts)
    field = find_field(index, parts)
    if field is not None:
        return SemanticError(
            "bare-column", f"{name!r} is a column, not a measure", hint=_aggregates(index, field, name)
        )
    if name in index.roles:
        return _source_alone(index, name)
    for role, measure in splits(parts):
        if role in index.roles:
            return _unknown_in_source(index, role, measure)
    known = [f"{source.name}.{measure.name}" for source in index.sources.values() for measure in source.measures]
    bare: dict[str, list[str]] = {}
    for text in known:
        bare.setdefault(text.rpartition(".")[2], []).append(text)
    alike = [text for found in nearest(parts[-1], bare) for text in bare[found]]
    if len(parts) > 1:
        near = nearest(parts[0], index.roles) or tuple(alike)
        return SemanticError(
            "unknown-measure", f"no measure is named {name!r}: no source or alias {parts[0]!r}", near=near
        )
    return SemanticError("unknown-measure", f"no measure is named {name!r}", near=alike or nearest(name, known))


def _aggregates(index: ModelIndex, field: Field, name: str) -> str:
    """How a column becomes a measure, with what its type can bear."""
    if type_of(index, field) in (ColumnType.STRING, ColumnType.TIME, ColumnType.BOOLEAN):
        return f"aggregate it: count_distinct({name}), max({name}), …"
    return f"aggregate it: sum({name}), max({name}), …"


def _source_alone(index: ModelIndex, role: str) -> SemanticError:
    measures = [f"{role}.{measure.name}" for measure in index.source_of(role).measures]
    hint = f"name one of its measures: {', '.join(measures[:_SHOWN])}" if measures else f"write count({role}.*)"
    return SemanticError("unknown-measure", f"{role!r} is a source, not a measure", near=measures, hint=hint)


def _unknown_in_source(index: ModelIndex, role: str, name: str) -> SemanticError:
    measures = [measure.name for measure in index.source_of(role).measures]
    near = tuple(f"{role}.{found}" for found in nearest(name, measures))
    hint = f"{role!r} has: {', '.join(measures[:_SHOWN])}" if measures and not near else None
    return SemanticError("unknown-measure", f"{role!r} has no measure {name!r}", near=near, hint=hint)


def nested_measure(parts: Parts) -> SemanticError:
    """The refusal for a measure inside an aggregate."""
    name = ".".join(parts)
    return SemanticError("nested-aggregate", f"{name!r} is a measure, it aggregates already", hint=f"write {name}")


def standing(error: SemanticError, node: Tree) -> SemanticError:
    def raising(_: Parts) -> Field:
        raise error

    try:
        located(raising, (), node)
    except SemanticError as placed:
        return placed
    return error
