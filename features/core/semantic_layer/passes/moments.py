"""Times where a dialect has no type for them: compared and ordered as moments, not as the texts they are stored as."""

from datetime import datetime

from sqlglot import exp

from semantic_layer.expressions import Tree, fresh, grouped
from semantic_layer.graph import MOMENTS, in_utc

_FORM = "%Y-%m-%d %H:%M:%f"
"""UTC to the millisecond, which is as far as SQLite's functions of time go, and sorts as it should."""

_FORM_LENGTH = len("2024-12-31 23:59:59.999")
_BEGINS_WITH_A_DAY = "????-??-??*"
"""Numbers, and texts that look like numbers, would be taken for days since 4714 BC."""


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


def order_moments(node: Tree, dialect: str) -> Tree | None:
    """The first and the last of times on SQLite, and an order by them: by the moment, and as stored among equals.

    What comes out is the text as it is stored. Where none is a time the stored values count.
    """
    if dialect != "sqlite" or not isinstance(node, exp.Min | exp.Max | exp.Ordered) or not node.args.get(MOMENTS):
        return None
    node.set(MOMENTS, None)
    if isinstance(node, exp.Ordered):
        node.set("this", _sortable(node.this, otherwise=fresh(node.this)))
        return None
    extreme = type(node)(this=_sortable(node.this, otherwise=None))
    start = exp.Literal.number(_FORM_LENGTH + 1)
    stored = exp.Anonymous(this="SUBSTR", expressions=[extreme, start])
    return exp.Coalesce(this=stored, expressions=[fresh(node)])


def _sortable(tree: Tree, *, otherwise: Tree | None) -> exp.Case:
    """The moment and behind it the text as stored, for what begins with a day."""
    is_time = exp.Glob(this=fresh(tree), expression=exp.Literal.string(_BEGINS_WITH_A_DAY))
    sortable = exp.DPipe(this=_moment(fresh(tree)), expression=grouped(fresh(tree)))
    return exp.Case(ifs=[exp.If(this=is_time, true=sortable)], default=otherwise)


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
        moment = in_utc(moment)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
