"""A measure taken apart: leaf aggregates, each with a home, and the arithmetic above them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from semantic_layer.expressions import Additivity, Expression, Tree, additivity, is_safe_under_repetition, rebuild
from semantic_layer.frozen import frozen


@frozen
class Leaf:
    """One aggregate over the rows of one role, `home`; in its trees that role is SELF.

    `filters` restrict this aggregate alone. Two leaves are equal when they compute the same.
    """

    home: str
    aggregate: Expression
    filters: tuple[Expression, ...] = ()
    identity: tuple[object, ...] = field(init=False)

    def __post_init__(self) -> None:
        identity = (self.home, self.aggregate.tree, frozenset(part.tree for part in self.filters))
        object.__setattr__(self, "identity", identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Leaf) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    @property
    def additivity(self) -> Additivity:
        return additivity(self.aggregate.tree)

    @property
    def safe_under_repetition(self) -> bool:
        return is_safe_under_repetition(self.aggregate.tree)

    @property
    def is_boolean(self) -> bool:
        return isinstance(self.aggregate.tree, exp.LogicalAnd | exp.LogicalOr)


@frozen
class Formula:
    """`tree` has a placeholder for each use of a leaf; its name is the position in `leaves`.

    `depends_on` names the measures that the text mentions; `sources` are those that nested queries read.
    """

    tree: Tree
    leaves: tuple[Leaf, ...]
    depends_on: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def homes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(leaf.home for leaf in self.leaves))


@dataclass(slots=True)
class FormulaBuilder:
    """Collects leaves, each once, and hands out their placeholders."""

    leaves: dict[Leaf, int]
    mentioned: dict[str, None]

    @classmethod
    def empty(cls) -> "FormulaBuilder":
        return cls({}, {})

    def place(self, leaf: Leaf) -> exp.Placeholder:
        position = self.leaves.setdefault(leaf, len(self.leaves))
        return exp.Placeholder(this=str(position))

    def inline(self, name: str, formula: Formula) -> Tree:
        """The tree of a measure that is mentioned, over this formula's leaves."""
        self.mentioned[name] = None
        return with_leaves(formula, self.place)

    def build(self, tree: Tree) -> Formula:
        return Formula(tree, tuple(self.leaves), tuple(self.mentioned))


def with_leaves(formula: Formula, place: Callable[[Leaf], Tree]) -> Tree:
    """A new tree in which every leaf is what `place` gives for it."""

    def replace(node: Tree) -> Tree | None:
        if isinstance(node, exp.Placeholder):
            return place(formula.leaves[int(node.this)])
        return None

    return rebuild(formula.tree, replace)
