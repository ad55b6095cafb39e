"""The tree of a measure, taken apart into aggregates over rows and the arithmetic above them."""

from collections.abc import Callable

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import SELF, Tree, field_at, fresh, is_aggregate, rebuild
from semantic_layer.graph import KindOf, ModelIndex, Parts, column_parts, kind, type_of, understand
from semantic_layer.model import ColumnType
from semantic_layer.resolve.formula import Formula, FormulaBuilder, Leaf

LeafOf = Callable[[Tree, tuple[Tree, ...]], Leaf]
"""From an aggregate and the conditions of its FILTER to a leaf."""

FormulaOf = Callable[[Parts, Tree], tuple[str, Formula]]
"""From a name and where it stands to the measure of that name."""

NESTED = "\x00nested"
"""The name, which no text can spell, of a call that carries a resolved query through what is resolved around it."""


def taken_apart(index: ModelIndex, tree: Tree, leaf_of: LeafOf, formula_of: FormulaOf) -> Formula:
    """The formula of a tree: `leaf_of` answers for every aggregate, `formula_of` for every name."""
    builder = FormulaBuilder.empty()

    def replace(node: Tree) -> Tree | None:
        if isinstance(node, exp.Filter):
            return builder.place(leaf_of(node.this, (node.expression.this,)))
        if is_aggregate(node):
            return builder.place(leaf_of(node, ()))
        if isinstance(node, exp.Anonymous) and node.this == NESTED:
            return exp.Anonymous(this=NESTED, expressions=[fresh(node.expressions[0])])
        if isinstance(node, exp.Query):
            raise SemanticError("subquery-in-measure", "a measure is made of aggregates and measures, not of queries")
        parts = column_parts(node) if isinstance(node, exp.Column | exp.Dot) else None
        return None if parts is None else builder.inline(*formula_of(parts, node))

    formula = builder.build(rebuild(tree, replace))
    if not formula.leaves:
        raise SemanticError("no-aggregate", "a measure aggregates something: sum(…), count(…), or other measures")
    understand(formula.tree, _kind_of(index, formula), index.dialect)
    return formula


def _kind_of(index: ModelIndex, formula: Formula) -> KindOf:
    """The type of what the placeholders of a formula stand for."""

    def kind_of(node: Tree) -> ColumnType | None:
        if not isinstance(node, exp.Placeholder):
            return None
        leaf = formula.leaves[int(node.this)]
        owners = {SELF: index.source_of(leaf.home).name}

        def of_field(inner: Tree) -> ColumnType | None:
            field = field_at(inner)
            return None if field is None else type_of(index, field, owners)

        return kind(leaf.aggregate.tree, of_field)

    return kind_of
