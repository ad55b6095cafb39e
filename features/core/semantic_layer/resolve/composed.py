"""Measures that are written in a query, and filters on groups, become formulas."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import (
    SELF,
    Allowed,
    Expression,
    Field,
    Tree,
    expression_of,
    fresh,
    position,
    rebuild,
)
from semantic_layer.graph import (
    ModelIndex,
    Parts,
    column_parts,
    field_in_query,
    find_field,
    resolve_fields,
    upward_path,
)
from semantic_layer.graph.scope import query_tree
from semantic_layer.resolve.formula import Formula, Leaf
from semantic_layer.resolve.measure_names import find_measure, nested_measure, standing, unknown_measure
from semantic_layer.resolve.measures import declared_formula
from semantic_layer.resolve.subqueries import checked_subquery
from semantic_layer.resolve.take_apart import NESTED, taken_apart
from semantic_layer.resolve.types import require_numeric_arguments, with_common_meaning

QUERY_AGGREGATES = Allowed(aggregates=True, trusted=False)


def composed_formula(index: ModelIndex, text: str) -> Formula:
    """The formula of an expression in a query."""
    return formula_in_query(index, query_tree(index, text, QUERY_AGGREGATES), text)


def group_formula(index: ModelIndex, tree: Tree, text: str) -> Formula:
    """The formula of a filter on groups. A nested query in it is one value for all groups."""
    sources: dict[str, None] = {}

    def replace(node: Tree) -> Tree | None:
        if not isinstance(node, exp.Query):
            return None
        nested = expression_of(text, checked_subquery(index)(node))
        if nested.fields:
            raise SemanticError(
                "correlated-subquery",
                f"a nested query in a filter on groups reads {nested.fields[0].role}.{nested.fields[0].column}, "
                "which a group has no single one of",
            )
        sources.update(dict.fromkeys(nested.sources))
        return exp.Anonymous(this=NESTED, expressions=[nested.tree])

    formula = formula_in_query(index, rebuild(tree, replace), text)
    return Formula(rebuild(formula.tree, _unwrapped), formula.leaves, formula.depends_on, tuple(sources))


def _unwrapped(node: Tree) -> Tree | None:
    return fresh(node.expressions[0]) if isinstance(node, exp.Anonymous) and node.this == NESTED else None


def formula_in_query(index: ModelIndex, tree: Tree, text: str) -> Formula:
    """The formula of a parsed and normalised tree over measures and aggregates, named as queries name them."""

    def lookup(parts: Parts) -> Field:
        try:
            return field_in_query(index, parts)
        except SemanticError:
            if find_field(index, parts) is None and find_measure(index, parts):
                raise nested_measure(parts) from None
            raise

    def leaf_of(aggregate: Tree, conditions: tuple[Tree, ...]) -> Leaf:
        nested = checked_subquery(index)
        resolved = expression_of(text, resolve_fields(index, aggregate, lookup, nested))
        home = _home(index, aggregate, resolved)
        resolved = expression_of(text, with_common_meaning(index, resolved.tree, index.source_of(home).name))
        filters = tuple(
            expression_of(text, resolve_fields(index, condition, lookup, nested)) for condition in conditions
        )
        require_numeric_arguments(index, resolved.tree, home)
        return Leaf(home, resolved.moved(home, SELF), tuple(part.moved(home, SELF) for part in filters))

    def formula_of(parts: Parts, node: Tree) -> tuple[str, Formula]:
        key = find_measure(index, parts)
        if key is None:
            raise standing(unknown_measure(index, parts), node)
        return ".".join(key), declared_formula(index, key)

    return taken_apart(index, tree, leaf_of, formula_of)


def _home(index: ModelIndex, aggregate: Tree, resolved: Expression) -> str:
    """The role whose rows are aggregated: the one from which all others are reached without multiplying rows."""
    roles = resolved.roles
    if not roles:
        star = aggregate.find(exp.Star)
        parts = column_parts(star.parent) if star is not None and isinstance(star.parent, exp.Column) else None
        if parts is not None:
            role = ".".join(parts[:-1])
            if role not in index.roles:
                raise standing(index.unknown_role(role), aggregate)
            return role
        if len(index.sources) == 1:
            return next(iter(index.sources))
        raise SemanticError(
            "unclear-source", "the aggregate does not say whose rows it counts", hint="write count(source.*)"
        )
    homes = [role for role in roles if all(upward_path(index, role, other) is not None for other in roles)]
    if not homes:
        raise SemanticError(
            "fan-out",
            f"no source of {', '.join(roles)} reaches the others without repeating rows",
            where=position(aggregate),
            hint="aggregate each source on its own and combine the results",
        )
    return homes[0]
