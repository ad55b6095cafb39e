"""`||` on MySQL, which takes it for OR where the rest of SQL joins texts."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions.tree import Tree, rebuild

_TRUTH = (exp.Predicate, exp.Connector, exp.Not, exp.Boolean, exp.Exists)


def pipes_as_concatenation(tree: Tree) -> Tree:
    """Every OR of a text that contains `||`, decided by its operands: truth values are ORed, texts are joined.

    The parser cannot tell the two spellings apart. Raises SemanticError `ambiguous-operator` where the operands do not
    decide.
    """

    def replace(node: Tree) -> Tree | None:
        if not isinstance(node, exp.Or):
            return None
        left, right = rebuild(node.this, replace), rebuild(node.expression, replace)
        if _is_truth(left) and _is_truth(right):
            return exp.Or(this=left, expression=right)
        if _is_text(left) or _is_text(right):
            return exp.Concat(expressions=[left, right], safe=False, coalesce=False)
        raise SemanticError(
            "ambiguous-operator", "'||' may mean OR or joined texts here", hint="write or, or concat(…)"
        )

    return rebuild(tree, replace)


def _is_truth(tree: Tree) -> bool:
    return isinstance(tree.unnest(), _TRUTH)


def _is_text(tree: Tree) -> bool:
    inner = tree.unnest()
    if isinstance(inner, exp.Literal):
        return inner.is_string
    if isinstance(inner, exp.Cast):
        return inner.is_type(*exp.DataType.TEXT_TYPES)
    return isinstance(inner, exp.Concat | exp.Lower | exp.Upper | exp.Substring | exp.Trim)
