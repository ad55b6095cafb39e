"""Comparing times where a dialect has no type for them: as moments, not as the texts that they are stored as."""

from datetime import UTC, datetime

from sqlglot import exp

from semantic_layer.expressions import Tree
from semantic_layer.graph import MOMENTS

_FORM = "%Y-%m-%d %H:%M:%f"
"""UTC to the millisecond, which is as far as SQLite's functions of time go, and sorts as it should."""


def compare_moments(node: Tree, dialect: str) -> Tree | None:
    """SQLite would compare texts: `2024-01-01T00:00:00+02:00` is after `2024-01-01 00:00`, and a day before it is not.

    Both sides come into one form, in UTC, as a granularity counts.
    """
    if dialect != "sqlite" or not node.args.get(MOMENTS):
        return None
    for key in ("this", "expression", "low", "high"):
        operand = node.args.get(key)
        if isinstance(operand, exp.Expr):
            node.set(key, _moment(operand))
    if isinstance(node, exp.In) and node.expressions:
        node.set("expressions", [_moment(operand) for operand in node.expressions])
    node.set(MOMENTS, None)
    return None


def _moment(tree: Tree) -> Tree:
    inner = tree.this if isinstance(tree, exp.Paren) else tree
    if isinstance(inner, exp.Null):
        return inner
    if isinstance(inner, exp.Literal):
        return exp.Literal.string(_form_of(inner.name))
    return exp.Anonymous(this="STRFTIME", expressions=[exp.Literal.string(_FORM), inner])


def _form_of(text: str) -> str:
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
