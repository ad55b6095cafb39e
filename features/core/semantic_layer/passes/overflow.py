"""Sums that a dialect lets run over its 64 bits without a word: an error there, too, and no wrong number."""

from sqlglot import exp

from semantic_layer.expressions import Tree, fresh

SAID = "a sum runs over its 64 bits: sum a wider type, as in sum(toInt128(…))"
_HALF_OF_64_BITS = "9e18"
_PART = "0.1"


def check_sums(node: Tree, dialect: str) -> Tree | None:
    """ClickHouse counts on from the least number: 5e18 + 5e18 is -8446744073709551616 there.

    A sum of doubles of the same rows tells it: what ran over is wrong by 2^64 (1.8e19) or a multiple, rounding by a far
    smaller part of the whole. A sum of doubles or decimals passes, however large.
    """
    if dialect != "clickhouse" or not _is_whole_sum(node) or node.find(exp.Column) is None:
        return None
    wrong_by = _call("abs", exp.Sub(this=_of_doubles(node), expression=_call("toFloat64", fresh(node))))
    part = exp.Mul(this=_call("abs", _of_doubles(node)), expression=exp.Literal.number(_PART))
    much = exp.Add(this=exp.Literal.number(_HALF_OF_64_BITS), expression=part)
    ran_over = _call("ifNull", exp.GT(this=wrong_by, expression=much), exp.Literal.number(0))
    return exp.Paren(this=exp.Add(this=fresh(node), expression=_call("throwIf", ran_over, exp.Literal.string(SAID))))


def _is_whole_sum(node: Tree) -> bool:
    """A sum with its FILTER, where it has one."""
    if isinstance(node, exp.Filter):
        return isinstance(node.this, exp.Sum)
    return isinstance(node, exp.Sum) and not isinstance(node.parent, exp.Filter)


def _of_doubles(node: Tree) -> Tree:
    copied = fresh(node)
    total = copied.this if isinstance(copied, exp.Filter) else copied
    if isinstance(total.this, exp.Distinct):
        total.this.set("expressions", [_call("toFloat64", part) for part in total.this.expressions])
    else:
        total.set("this", _call("toFloat64", total.this))
    return copied


def _call(name: str, *arguments: Tree) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
