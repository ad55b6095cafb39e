"""Edges of the join graph: one join, seen from one side, between two roles."""

from sqlglot import exp

from semantic_layer.expressions import Field, Tree, conjuncts, field_at, field_node, substituted
from semantic_layer.frozen import frozen
from semantic_layer.model import Join, Relationship

NEAR = "near"
FAR = "far"
"""The roles that the fields of an `on` tree have: the side that declares the join, and its target."""

FLIPPED = {
    Relationship.MANY_TO_ONE: Relationship.ONE_TO_MANY,
    Relationship.ONE_TO_MANY: Relationship.MANY_TO_ONE,
    Relationship.ONE_TO_ONE: Relationship.ONE_TO_ONE,
}


@frozen
class DeclaredJoin:
    """A join where it is declared: `source.joins[position]`."""

    source: str
    position: int
    join: Join


@frozen
class Edge:
    """From role `near` to role `far`. `flipped` says that it runs against the declaration.

    `multiplies`: one row of `near` may meet several of `far`.
    """

    near: str
    far: str
    relationship: Relationship
    declared: DeclaredJoin
    flipped: bool
    multiplies: bool

    def __str__(self) -> str:
        return f"{self.near} -> {self.far}"


def same_condition_key(on: Tree, *, flipped: bool) -> object:
    """Equal for two `on` trees that say the same: sides, operands and conjuncts in any order."""
    oriented = substituted(on, _swap) if flipped else on
    return frozenset(_conjunct_key(part) for part in conjuncts(oriented))


def _conjunct_key(tree: Tree) -> object:
    if isinstance(tree, exp.EQ):
        return frozenset((tree.this, tree.expression))
    return tree


def _swap(field: Field) -> Tree:
    return field_node(Field(FAR if field.role == NEAR else NEAR, field.column))


def key_columns(on: Tree) -> tuple[tuple[str, str], ...]:
    """The pairs (near column, far column) that the condition equates; what else it says is left out."""
    pairs = []
    for part in conjuncts(on):
        if isinstance(part, exp.EQ):
            sides = [field for field in (field_at(part.this), field_at(part.expression)) if field]
            by_role = {field.role: field.column for field in sides}
            if NEAR in by_role and FAR in by_role:
                pairs.append((by_role[NEAR], by_role[FAR]))
    return tuple(pairs)
