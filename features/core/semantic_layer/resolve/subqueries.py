"""Nested queries in a query's own text: declared sources by name, visible columns only."""

from collections.abc import Callable

from sqlglot import exp

from semantic_layer.errors import SemanticError, nearest
from semantic_layer.expressions import Field, Tree, field_node, fresh, position, rebuild, substituted
from semantic_layer.expressions.identifiers import column as column_node
from semantic_layer.expressions.resolved import source_node
from semantic_layer.frozen import frozen
from semantic_layer.graph import (
    ModelIndex,
    Parts,
    column_parts,
    computed_column,
    field_in_query,
    find_column,
    type_of,
    understand,
)
from semantic_layer.graph.lookup import visible
from semantic_layer.model import ColumnType

_REFUSED_KEYS = ("with_", "laterals", "pivots", "windows", "qualify", "into", "locks", "sample", "hint", "settings")


@frozen
class _Scope:
    """What the names of one nested SELECT mean: alias to source, and the names it gives its own columns."""

    sources: dict[str, str]
    outputs: frozenset[str]


def checked_subquery(index: ModelIndex) -> Callable[[exp.Query], Tree]:
    """A function that resolves a whole nested query, names of the outer query included.

    Its FROM items become source nodes, its own columns plain columns, columns of the outer query field nodes.
    """

    def nested(query: exp.Query) -> Tree:
        return _resolve(index, query, ())

    return nested


def _resolve(index: ModelIndex, query: exp.Query, outer: tuple[_Scope, ...]) -> Tree:
    if isinstance(query, exp.SetOperation):
        return type(query)(
            this=_resolve(index, query.this, outer),
            expression=_resolve(index, query.expression, outer),
            distinct=query.args.get("distinct"),
        )
    if isinstance(query, exp.Subquery):
        return exp.Subquery(this=_resolve(index, query.this, outer))
    if not isinstance(query, exp.Select) or any(query.args.get(key) for key in _REFUSED_KEYS):
        raise SemanticError(
            "unsupported-subquery", "a nested query is a plain SELECT over declared sources", where=position(query)
        )
    scope = _Scope(_from_items(index, query), frozenset(item.alias for item in query.expressions if item.alias))
    scopes = (scope, *outer)

    def kind_of(node: Tree) -> ColumnType | None:
        parts = column_parts(node) if isinstance(node, exp.Column | exp.Dot) else None
        return None if parts is None else _type_of(index, parts, scopes)

    for part in query.iter_expressions():
        understand(part, kind_of, index.dialect)

    def replace(node: Tree) -> Tree | None:
        if isinstance(node, exp.Table):
            return source_node(scope.sources[node.alias_or_name], node.alias_or_name)
        if isinstance(node, exp.Query) and node is not query:
            return _resolve(index, node, scopes)
        if isinstance(node, exp.Star):
            return _star(node)
        if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
            raise _no_star(node)
        parts = column_parts(node) if isinstance(node, exp.Column | exp.Dot) else None
        return None if parts is None else _column(index, node, parts, scopes)

    return rebuild(query, replace)


def _from_items(index: ModelIndex, select: exp.Select) -> dict[str, str]:
    from_ = select.args.get("from_")
    joins = select.args.get("joins") or []
    found: dict[str, str] = {}
    for item in [from_.this if from_ else None, *(join.this for join in joins)]:
        if not isinstance(item, exp.Table) or item.args.get("joins") or item.args.get("laterals"):
            raise SemanticError("raw-table", "a nested query reads declared sources by name", where=position(select))
        name = ".".join(part.name for part in item.parts)
        if name not in index.sources or not isinstance(item.this, exp.Identifier):
            raise SemanticError(
                "raw-table",
                f"a nested query reads declared sources, {name!r} is none",
                where=position(item),
                near=nearest(name, index.sources),
            )
        found[item.alias_or_name] = name
    for join in joins:
        if join.args.get("using") or join.args.get("method"):
            raise SemanticError("unsupported-subquery", "joins in a nested query are written with ON")
    return found


def _column(index: ModelIndex, node: Tree, parts: Parts, scopes: tuple[_Scope, ...]) -> Tree:
    for scope in scopes:
        owners = [alias for alias in scope.sources if len(parts) == 1 or ".".join(parts[:-1]) == alias]
        found = [
            (alias, column.name)
            for alias in owners
            if (column := find_column(index, scope.sources[alias], parts[-1])) is not None
        ]
        if len(found) > 1:
            candidates = [".".join(each) for each in found]
            raise SemanticError(
                "ambiguous-name", f"{parts[-1]!r} could be {' or '.join(candidates)}", where=position(node)
            )
        if found:
            alias, name = found[0]
            _require_visible(index, scope.sources[alias], name, node)
            return _inner_column(index, scope.sources[alias], alias, name)
        if len(parts) == 1 and parts[0] in scope.outputs:
            return exp.Column(this=fresh(node.this))
        if owners and len(parts) > 1:
            raise SemanticError("unknown-column", f"{parts[0]!r} has no column {parts[-1]!r}", where=position(node))
    try:
        return field_node(field_in_query(index, parts))
    except SemanticError as error:
        raise SemanticError(error.code, error.message, where=position(node), near=error.near) from None


def _type_of(index: ModelIndex, parts: Parts, scopes: tuple[_Scope, ...]) -> ColumnType | None:
    """The declared type of a name, None where it is not one column's: that is refused when it is resolved."""
    for scope in scopes:
        owners = [alias for alias in scope.sources if len(parts) == 1 or ".".join(parts[:-1]) == alias]
        found = [column for alias in owners if (column := find_column(index, scope.sources[alias], parts[-1]))]
        if found:
            return found[0].type
        if parts[0] in scope.outputs:
            return None
    try:
        return type_of(index, field_in_query(index, parts))
    except SemanticError:
        return None


def _inner_column(index: ModelIndex, source: str, alias: str, name: str) -> Tree:
    computed = computed_column(index, source, name)
    if computed is not None:
        return exp.Paren(
            this=substituted(computed.tree, lambda field: _inner_column(index, source, alias, field.column))
        )
    return column_node(name, alias, index.dialect)


def _require_visible(index: ModelIndex, source: str, name: str, node: Tree) -> None:
    try:
        visible(index, Field(source, name))
    except SemanticError as error:
        raise SemanticError(error.code, error.message, where=position(node)) from None


def _star(node: exp.Star) -> Tree:
    if isinstance(node.parent, exp.Count):
        return exp.Star()
    raise _no_star(node)


def _no_star(node: Tree) -> SemanticError:
    return SemanticError(
        "star", "a nested query names its columns", where=position(node), hint="write select 1 in exists(…)"
    )
