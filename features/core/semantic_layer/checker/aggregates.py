"""Aggregates in emitted trees: where they are, and which of them mind that a row comes twice."""

from collections.abc import Iterator

from sqlglot import exp

Node = exp.Expr

_INDIFFERENT = (exp.Max, exp.Min, exp.LogicalAnd, exp.LogicalOr, exp.AnyValue, exp.ApproxDistinct)


def outermost_aggregates(tree: Node) -> Iterator[Node]:
    """The aggregates of this SELECT level: nested queries have their own."""
    stack: list[Node] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, exp.Query):
            continue
        if isinstance(node, exp.AggFunc | exp.WithinGroup | exp.Filter | exp.Window):
            yield node
            continue
        stack.extend(node.iter_expressions())


def minds_repetition(node: Node) -> bool:
    """Whether the value changes when a row is there twice. Unknown aggregates do."""
    if isinstance(node, exp.Filter | exp.WithinGroup):
        return minds_repetition(node.this)
    if isinstance(node, exp.Window):
        return True
    if isinstance(node, _INDIFFERENT):
        return False
    return not isinstance(node.this, exp.Distinct)


def is_null_padding(node: Node) -> bool:
    """Whether a projected value is the NULL that stands for another branch's."""
    return isinstance(node.unalias(), exp.Null)
