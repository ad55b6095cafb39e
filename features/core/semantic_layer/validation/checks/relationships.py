"""Relationships that the grain of a side contradicts: the ones that make a sum too large without an error."""

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.errors import Problem, SemanticError, Where
from semantic_layer.expressions import Tree, field_at
from semantic_layer.graph import DeclaredJoin, join_condition, key_columns
from semantic_layer.model import Join, Relationship, Source
from semantic_layer.validation.readable import ReadableModel


def check_relationships(model: ReadableModel) -> Iterator[Problem]:
    """Sides declared to be `one` whose rows the condition does not tell apart.

    Only conditions that are equations throughout are judged: a range may pick the one valid row of several.
    """
    for source in model.sources:
        for position, join in enumerate(source.joins):
            target = model.index.sources.get(join.to)
            if target is None:
                continue
            try:
                condition = join_condition(model.index, DeclaredJoin(source.name, position, join))
            except SemanticError:
                continue  # check_joins says why
            if _is_all_equations(condition.tree):
                near, far = (frozenset(side) for side in zip(*key_columns(condition.tree), strict=True))
                yield from _judged(source, target, position, near, far)


def _is_all_equations(tree: Tree) -> bool:
    if isinstance(tree, exp.Paren):
        return _is_all_equations(tree.this)
    if isinstance(tree, exp.And):
        return _is_all_equations(tree.this) and _is_all_equations(tree.expression)
    sides = [field_at(side) for side in (tree.this, tree.expression)] if isinstance(tree, exp.EQ) else []
    roles = {side.role for side in sides if side is not None}
    return len(roles) == 2  # noqa: PLR2004  (both sides of the join)


def _judged(
    source: Source, target: Source, position: int, near: frozenset[str], far: frozenset[str]
) -> Iterator[Problem]:
    join = source.joins[position]
    where = Where(source.name, f"joins[{position}].relationship")
    for one, its_keys, other, other_keys in _one_sides(join, source, target, near, far):
        if _identifies(one, its_keys):
            continue
        keys = ", ".join(sorted(its_keys))
        contradicted = its_keys < frozenset(one.grain) or _identifies(other, other_keys)
        message = f"{join.relationship} says that {keys} picks one row of {one.name!r}, its grain is {_shown(one)}"
        if contradicted:
            hint = _hint(join, reverse=_identifies(other, other_keys))
            yield Problem("relationship-contradicts-grain", message, where, hint=hint)
        else:
            hint = f"declare {keys} unique in {one.name!r} under constraints, or correct the relationship"
            yield Problem("relationship-not-proven", message, where, hint=hint)


def _one_sides(
    join: Join, source: Source, target: Source, near: frozenset[str], far: frozenset[str]
) -> Iterator[tuple[Source, frozenset[str], Source, frozenset[str]]]:
    if join.relationship is not Relationship.ONE_TO_MANY:
        yield target, far, source, near
    if join.relationship is not Relationship.MANY_TO_ONE:
        yield source, near, target, far


def _identifies(source: Source, keys: frozenset[str]) -> bool:
    """Whether the values of `keys` belong to one row of `source` at most, by its grain or a declared constraint."""
    if keys >= frozenset(source.grain):
        return True
    return any(
        constraint.unique
        for column in source.columns
        if column.name in keys
        for constraint in column.constraints.values()
    )


def _shown(source: Source) -> str:
    return ", ".join(source.grain)


def _hint(join: Join, *, reverse: bool) -> str:
    opposite = {Relationship.MANY_TO_ONE: Relationship.ONE_TO_MANY, Relationship.ONE_TO_MANY: Relationship.MANY_TO_ONE}
    if reverse and join.relationship in opposite:
        return f"by the grains it is {opposite[join.relationship]}"
    return "join on the whole grain, or declare the relationship that the condition has"
