"""Filters of a query: each becomes row clauses and group clauses."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import (
    Field,
    Tree,
    conjunction,
    conjuncts,
    expression_of,
    is_aggregate,
    position,
)
from semantic_layer.graph import (
    ModelIndex,
    Parts,
    column_parts,
    field_in_query,
    find_field,
    resolve_fields,
)
from semantic_layer.graph.scope import query_tree
from semantic_layer.resolve.composed import QUERY_AGGREGATES, group_formula
from semantic_layer.resolve.measure_names import find_measure
from semantic_layer.resolve.records import GroupClause, RowClause
from semantic_layer.resolve.subqueries import checked_subquery
from semantic_layer.resolve.types import require_boolean


def resolve_filter(index: ModelIndex, text: str) -> tuple[list[RowClause], list[GroupClause]]:
    """The parts of one clause: those over columns filter rows, those that aggregate filter groups."""
    rows: list[Tree] = []
    groups: list[Tree] = []
    for part in conjuncts(query_tree(index, text, QUERY_AGGREGATES)):
        mentions_rows, mentions_groups = _kinds(index, part)
        if mentions_rows and mentions_groups:
            raise SemanticError(
                "mixed-filter",
                "one condition mixes columns of rows with aggregates of groups",
                where=position(part),
                hint="write them as separate filters, or use measures only",
            )
        (groups if mentions_groups else rows).append(part)
    return _row_clauses(index, text, rows), _group_clauses(index, text, groups)


def _row_clauses(index: ModelIndex, text: str, parts: list[Tree]) -> list[RowClause]:
    tree = conjunction(parts)
    if tree is None:
        return []

    def lookup(name: Parts) -> Field:
        return field_in_query(index, name)

    resolved = expression_of(text, resolve_fields(index, tree, lookup, checked_subquery(index)))
    require_boolean(index, resolved.tree)
    return [RowClause(text, resolved)]


def _group_clauses(index: ModelIndex, text: str, parts: list[Tree]) -> list[GroupClause]:
    clauses = []
    for part in parts:
        require_boolean(index, part)
        clauses.append(GroupClause(text, group_formula(index, part, text)))
    return clauses


def _kinds(index: ModelIndex, tree: Tree) -> tuple[bool, bool]:
    """Whether columns of rows, and whether aggregates or measures, occur outside nested queries."""
    rows = groups = False
    stack = [tree]
    while stack:
        node = stack.pop()
        parts = column_parts(node) if isinstance(node, exp.Column | exp.Dot) else None
        if is_aggregate(node) or isinstance(node, exp.Filter):
            groups = True
        elif parts is not None:
            is_measure = find_field(index, parts) is None and find_measure(index, parts) is not None
            groups, rows = groups or is_measure, rows or not is_measure
        elif not isinstance(node, exp.Query):
            stack.extend(node.iter_expressions())
    return rows, groups
