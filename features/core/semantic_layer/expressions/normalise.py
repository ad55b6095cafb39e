"""One spelling for what has several, and division that means the same on every engine."""

from collections.abc import Callable

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions.functions import percentile_of
from semantic_layer.expressions.parse import position
from semantic_layer.expressions.tree import Tree, grouped, rebuild
from semantic_layer.sqlglot_dialect import sqlglot_dialect

Recur = Callable[[Tree], Tree]

_MEDIAN = "0.5"


def normalised(tree: Tree, dialect: str) -> Tree:
    """A new tree: `count_distinct`, `median`, `percentile` in standard form, division safe and never integer."""

    def replace(node: Tree) -> Tree | None:
        if isinstance(node, exp.Anonymous):
            return _call(node, recur)
        if isinstance(node, exp.WithinGroup | exp.Median | exp.Quantile | exp.PercentileCont):
            return _percentile(node, recur)
        if isinstance(node, exp.CountIf):
            return exp.Count(this=_when(recur(node.this)), big_int=True)
        if isinstance(node, exp.Div | exp.IntDiv | exp.Mod):
            return _division(node, recur(node.this), recur(node.expression), dialect)
        return None

    def recur(node: Tree) -> Tree:
        return rebuild(node, replace)

    return recur(tree)


def safe_division(left: Tree, right: Tree, dialect: str) -> exp.Div:
    """`left / right` as a double; NULL where `right` is zero."""
    real = left if isinstance(left, exp.Cast) and left.is_type(exp.DType.DOUBLE) else _as_double(left)
    found = sqlglot_dialect(dialect)
    # These two say "as in the dialect itself", so that the generator adds nothing of its own.
    return exp.Div(this=real, expression=_never_zero(right), typed=found.TYPED_DIVISION, safe=found.SAFE_DIVISION)


def _as_double(tree: Tree) -> exp.Cast:
    inner = tree.this if isinstance(tree, exp.Paren) else tree
    return exp.Cast(this=inner, to=exp.DataType(this=exp.DType.DOUBLE, nested=False))


def _call(node: exp.Anonymous, recur: Recur) -> Tree | None:
    name = node.name.lower()
    arguments = node.expressions
    if name == "count_distinct":
        _require_arguments(node, 1)
        return exp.Count(this=exp.Distinct(expressions=[recur(arguments[0])]), big_int=True)
    if name == "percentile":
        _require_arguments(node, 2)
        return percentile_of(recur(arguments[0]), _fraction(arguments[1], node))
    if name == "median":
        _require_arguments(node, 1)
        return percentile_of(recur(arguments[0]), exp.Literal.number(_MEDIAN))
    if name == "every":
        _require_arguments(node, 1)
        return exp.LogicalAnd(this=recur(arguments[0]))
    return None


def _require_arguments(node: exp.Anonymous, count: int) -> None:
    if len(node.expressions) != count:
        raise SemanticError(
            "wrong-arguments", f"{node.name}(…) takes {count} argument{'s' * (count > 1)}", where=position(node)
        )


def _fraction(node: Tree | None, call: Tree) -> Tree:
    if isinstance(node, exp.Literal) and not node.is_string and 0 <= float(node.name) <= 1:
        return exp.Literal.number(node.name)
    raise SemanticError(
        "percentile-fraction",
        "the fraction of a percentile is a number between 0 and 1",
        where=position(call),
        hint="percentile(amount, 0.9) is the value that 90 % stay below",
    )


def _percentile(node: Tree, recur: Recur) -> Tree | None:
    if isinstance(node, exp.WithinGroup):
        return _within_group(node, recur)
    if isinstance(node, exp.Median):
        return percentile_of(recur(node.this), exp.Literal.number(_MEDIAN))
    fraction = node.expression or node.args.get("quantile")
    return percentile_of(recur(node.this), _fraction(fraction, node)) if fraction else None


def _within_group(node: exp.WithinGroup, recur: Recur) -> Tree | None:
    """A descending order is the complementary fraction, so that one form remains."""
    order = node.expression
    if not isinstance(node.this, exp.PercentileCont) or not isinstance(order, exp.Order) or len(order.expressions) != 1:
        return None
    ordered = order.expressions[0]
    fraction = _fraction(node.this.this, node)
    if ordered.args.get("desc"):
        fraction = exp.Literal.number(str(round(1 - float(fraction.name), 12)))
    return percentile_of(recur(ordered.this), fraction)


def _when(condition: Tree) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=condition, true=exp.Literal.number(1))])


def _division(node: exp.Binary, left: Tree, right: Tree, dialect: str) -> Tree:
    if isinstance(node, exp.Div):
        return safe_division(grouped(left) if isinstance(left, exp.Binary) else left, right, dialect)
    return type(node)(this=left, expression=_never_zero(right))


def _never_zero(right: Tree) -> Tree:
    inner = right.this if isinstance(right, exp.Paren) else right
    if isinstance(inner, exp.Literal) and not inner.is_string and float(inner.name) != 0:
        return right
    return exp.Nullif(this=inner, expression=exp.Literal.number(0))
