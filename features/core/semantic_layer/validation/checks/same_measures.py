"""Measures that compute the same thing under two names."""

from collections.abc import Iterator

from sqlglot import exp

from semantic_layer.errors import Problem, SemanticError, Where
from semantic_layer.expressions import Tree
from semantic_layer.resolve.formula import Formula, Leaf
from semantic_layer.resolve.measures import declared_formula
from semantic_layer.validation.readable import ReadableModel

_UNORDERED = (exp.Add, exp.Mul, exp.And, exp.Or, exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ)


def check_same_measures(model: ReadableModel) -> Iterator[Problem]:
    """Measures of one source with the same expression and filter, the order of operands aside."""
    for source in model.sources:
        first: dict[object, str] = {}
        for position, measure in enumerate(source.measures):
            try:
                formula = declared_formula(model.index, (source.name, measure.name))
            except SemanticError:
                continue  # check_expressions says why
            known = first.setdefault(_meaning(formula), measure.name)
            if known != measure.name:
                message = f"{measure.name!r} computes the same as {known!r}"
                yield Problem("same-measure-twice", message, Where(source.name, f"measures[{position}]"))


def _meaning(formula: Formula) -> str:
    """Equal for two formulas that compute the same in the same way."""
    leaves = [_leaf(leaf) for leaf in formula.leaves]
    return _canonical(formula.tree, leaves)


def _leaf(leaf: Leaf) -> str:
    conditions = sorted({_canonical(part, []) for filter_ in leaf.filters for part in _conjuncts(filter_.tree)})
    return repr((leaf.home, _canonical(leaf.aggregate.tree, []), conditions))


def _conjuncts(tree: Tree) -> list[Tree]:
    if isinstance(tree, exp.Paren):
        return _conjuncts(tree.this)
    if isinstance(tree, exp.And):
        return _conjuncts(tree.this) + _conjuncts(tree.expression)
    return [tree]


def _canonical(tree: Tree, leaves: list[str]) -> str:
    """A text that does not show parentheses, nor the order of operands where that means nothing."""
    if isinstance(tree, exp.Paren):
        return _canonical(tree.this, leaves)
    if isinstance(tree, exp.Placeholder) and leaves:
        return leaves[int(tree.name)]
    if isinstance(tree, _UNORDERED):
        return repr((tree.key, sorted(_canonical(operand, leaves) for operand in _operands(tree, type(tree)))))
    parts = [(name, _canonical_part(value, leaves)) for name, value in sorted(tree.args.items()) if value]
    return repr((tree.key, parts))


def _canonical_part(value: object, leaves: list[str]) -> str:
    if isinstance(value, exp.Expr):
        return _canonical(value, leaves)
    if isinstance(value, list):
        return repr([_canonical_part(item, leaves) for item in value])
    return repr(value)


def _operands(tree: Tree, kind: type[Tree]) -> Iterator[Tree]:
    """The operands of a chain of one operator; a comparison has two, a sum as many as it has terms."""
    for operand in (tree.this, tree.expression):
        inner = operand.unnest() if isinstance(operand, exp.Paren) else operand
        if type(inner) is kind and kind in (exp.Add, exp.Mul, exp.And, exp.Or):
            yield from _operands(inner, kind)
        else:
            yield inner
