"""From a name to a field, in the model's own text and in a query's."""

from semantic_layer.errors import SemanticError, nearest
from semantic_layer.expressions import SELF, Field
from semantic_layer.graph.index import ModelIndex
from semantic_layer.graph.names import Parts, splits
from semantic_layer.model import Column, Visibility

_SHOWN = 8


def find_column(index: ModelIndex, source: str, name: str) -> Column | None:
    """By its exact name, else by the one name that differs in letter case only."""
    columns = index.columns(source)
    found = columns.get(name)
    if found is None:
        folded = name.casefold()
        alike = [column for known, column in columns.items() if known.casefold() == folded]
        found = alike[0] if len(alike) == 1 else None
    return found


def field_in_source(index: ModelIndex, source: str, parts: Parts) -> Field:
    """A name in the text of a source: a bare one is its own column, a qualified one may be another role's."""
    own = find_column(index, source, ".".join(parts))
    if own is not None:
        return Field(SELF, own.name)
    for role, name in splits(parts):
        if role == source or role in index.roles:
            column = find_column(index, source if role == source else index.source_of(role).name, name)
            if column is not None:
                return Field(SELF if role == source else role, column.name)
    raise _unknown(index, source, parts, visible_only=False)


def field_in_query(index: ModelIndex, parts: Parts) -> Field:
    """A name in a query: `source.column`, or a bare column that only one source has. Visible columns only."""
    field = find_field(index, parts)
    if field is None:
        raise _unknown(index, None, parts, visible_only=True)
    return visible(index, field)


def find_field(index: ModelIndex, parts: Parts) -> Field | None:
    """The field that a query's name means, visible or not; None for an unknown name."""
    found = [
        Field(role, column.name)
        for role, name in splits(parts)
        if role in index.roles and (column := find_column(index, index.source_of(role).name, name)) is not None
    ]
    if len(found) > 1:
        raise _ambiguous(".".join(parts), [f"{field.role} . {field.column}" for field in found])
    if found:
        return found[0]
    name = ".".join(parts)
    owners = index.sources_with_column(name)
    if len(owners) > 1:
        raise _ambiguous(name, [f"{owner}.{name}" for owner in owners])
    return Field(owners[0], name) if owners else None


def visible(index: ModelIndex, field: Field) -> Field:
    """The field itself. Raises when a query may not name it."""
    column = index.columns(index.source_of(field.role).name)[field.column]
    if column.visibility is Visibility.PUBLIC:
        return field
    code = f"{column.visibility.value}-column"
    raise SemanticError(
        code, f"the column {field.role}.{field.column} is {column.visibility.value} and cannot be used in a query"
    )


def visible_names(index: ModelIndex, source: str) -> list[str]:
    return [column.name for column in index.columns(source).values() if column.visibility is Visibility.PUBLIC]


def _ambiguous(name: str, candidates: list[str]) -> SemanticError:
    return SemanticError(
        "ambiguous-name",
        f"{name!r} could be {' or '.join(candidates[:5])}",
        near=candidates,
        hint="write the name with its source",
    )


def _unknown(index: ModelIndex, source: str | None, parts: Parts, *, visible_only: bool) -> SemanticError:
    name = ".".join(parts)
    known: list[str] = []
    for role, column in splits(parts):
        if role in index.roles:
            owner = index.source_of(role).name
            names = visible_names(index, owner) if visible_only else list(index.columns(owner))
            near = tuple(f"{role}.{found}" for found in nearest(column, names))
            hint = (
                f"{role!r} has: {', '.join(names[:_SHOWN])}{', …' if len(names) > _SHOWN else ''}" if not near else None
            )
            return SemanticError("unknown-column", f"{role!r} has no column {column!r}", near=near, hint=hint)
    if source is not None:
        known = list(index.columns(source))
    if len(parts) > 1:
        return SemanticError(
            "unknown-source", f"no source or alias is named {parts[0]!r}", near=nearest(parts[0], index.roles)
        )
    if source is None:
        known = [f"{owner}.{column}" for owner in index.sources for column in visible_names(index, owner)]
        by_column = nearest(name, (text.rpartition(".")[2] for text in known))
        near = tuple(text for text in known if text.rpartition(".")[2] in by_column)
        return SemanticError("unknown-column", f"no source has a column {name!r}", near=near)
    return SemanticError("unknown-column", f"{source!r} has no column {name!r}", near=nearest(name, known))
