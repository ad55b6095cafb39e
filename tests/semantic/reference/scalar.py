"""SQL expressions over values that are already known: three-valued logic, exact numbers."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlglot import exp, parse_one

#: Gives the value of a leaf (a column, an aggregate, a measure), or `NOT_A_LEAF`.
Leaf = Callable[[exp.Expression], Any]
NOT_A_LEAF = object()


@lru_cache(maxsize=10_000)
def parse(text: str) -> exp.Expression:
    """The expression that the text spells; nobody changes it."""
    return parse_one(text)


def known(value: object) -> Any:
    """The value as the evaluator computes with it: numbers exact, dates as datetimes."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return Fraction(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the data has no zones
    return value


def compute(expression: exp.Expression, leaf: Leaf) -> Any:
    """The value of the expression, with its leaves' values from ``leaf``."""
    found = leaf(expression)
    if found is not NOT_A_LEAF:
        return found
    handler = _HANDLERS.get(type(expression))
    if handler is None:
        raise NotImplementedError(f"the reference does not know {type(expression).__name__}: {expression.sql()}")
    return handler(expression, leaf)


def _both(expression: exp.Expression, leaf: Leaf) -> tuple[Any, Any]:
    return compute(expression.this, leaf), compute(expression.expression, leaf)


def _strict(operation: Callable[[Any, Any], Any]) -> Callable[[exp.Expression, Leaf], Any]:
    def handler(expression: exp.Expression, leaf: Leaf) -> Any:
        left, right = _both(expression, leaf)
        return None if left is None or right is None else operation(left, right)

    return handler


def _comparison(operation: Callable[[Any, Any], bool]) -> Callable[[exp.Expression, Leaf], Any]:
    return _strict(lambda left, right: operation(*_comparable(left, right)))


def _comparable(left: Any, right: Any) -> tuple[Any, Any]:
    if isinstance(left, datetime) and isinstance(right, str):
        return left, datetime.fromisoformat(right)
    if isinstance(left, str) and isinstance(right, datetime):
        return datetime.fromisoformat(left), right
    return left, right


def _divide(left: Any, right: Any) -> Any:
    return None if right == 0 else Fraction(left) / Fraction(right)


def _and(expression: exp.Expression, leaf: Leaf) -> Any:
    left, right = _both(expression, leaf)
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(expression: exp.Expression, leaf: Leaf) -> Any:
    left, right = _both(expression, leaf)
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def _not(expression: exp.Expression, leaf: Leaf) -> Any:
    value = compute(expression.this, leaf)
    return None if value is None else not value


def _literal(expression: exp.Expression, _leaf: Leaf) -> Any:
    return expression.this if expression.args["is_string"] else Fraction(expression.this)


def _is(expression: exp.Expression, leaf: Leaf) -> Any:
    left, right = _both(expression, leaf)
    return left is right


def _in(expression: exp.Expression, leaf: Leaf) -> Any:
    left = compute(expression.this, leaf)
    options = [compute(option, leaf) for option in expression.expressions]
    if left is None:
        return None
    if any(option is not None and operator.eq(*_comparable(left, option)) for option in options):
        return True
    return None if None in options else False


def _between(expression: exp.Expression, leaf: Leaf) -> Any:
    value, low, high = (compute(expression.args[key], leaf) for key in ("this", "low", "high"))
    if value is None or low is None or high is None:
        return None
    return operator.le(*_comparable(low, value)) and operator.le(*_comparable(value, high))


def _like(expression: exp.Expression, leaf: Leaf) -> Any:
    value, pattern = _both(expression, leaf)
    if value is None or pattern is None:
        return None
    wanted = "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(wanted, value, re.DOTALL) is not None


def _case(expression: exp.Expression, leaf: Leaf) -> Any:
    subject = expression.args.get("this")
    for branch in expression.args["ifs"]:
        condition = exp.EQ(this=subject.copy(), expression=branch.this.copy()) if subject else branch.this
        if compute(condition, leaf) is True:
            return compute(branch.args["true"], leaf)
    default = expression.args.get("default")
    return None if default is None else compute(default, leaf)


def _coalesce(expression: exp.Expression, leaf: Leaf) -> Any:
    options = (compute(option, leaf) for option in (expression.this, *expression.expressions))
    return next((option for option in options if option is not None), None)


def _nullif(expression: exp.Expression, leaf: Leaf) -> Any:
    left, right = _both(expression, leaf)
    return None if left == right else left


def _cast(expression: exp.Expression, leaf: Leaf) -> Any:
    value = compute(expression.this, leaf)
    kind = expression.args["to"].this
    if value is None or kind not in _CASTS:
        if kind not in _CASTS:
            raise NotImplementedError(f"the reference does not cast to {kind}")
        return None
    return _CASTS[kind](value)


def _as_date(value: Any) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - the data has no zones


_CASTS: dict[Any, Callable[[Any], Any]] = {
    exp.DataType.Type.DATE: _as_date,
    exp.DataType.Type.INT: lambda value: Fraction(int(value)),
    exp.DataType.Type.TEXT: str,
    exp.DataType.Type.VARCHAR: str,
}


def _unary(operation: Callable[[Any], Any]) -> Callable[[exp.Expression, Leaf], Any]:
    def handler(expression: exp.Expression, leaf: Leaf) -> Any:
        value = compute(expression.this, leaf)
        return None if value is None else operation(value)

    return handler


_HANDLERS: dict[type[exp.Expression], Callable[[exp.Expression, Leaf], Any]] = {
    exp.Paren: lambda expression, leaf: compute(expression.this, leaf),
    exp.Literal: _literal,
    exp.Null: lambda _expression, _leaf: None,
    exp.Boolean: lambda expression, _leaf: expression.this,
    exp.And: _and,
    exp.Or: _or,
    exp.Not: _not,
    exp.EQ: _comparison(operator.eq),
    exp.NEQ: _comparison(operator.ne),
    exp.LT: _comparison(operator.lt),
    exp.LTE: _comparison(operator.le),
    exp.GT: _comparison(operator.gt),
    exp.GTE: _comparison(operator.ge),
    exp.Is: _is,
    exp.In: _in,
    exp.Between: _between,
    exp.Like: _like,
    exp.Add: _strict(operator.add),
    exp.Sub: _strict(operator.sub),
    exp.Mul: _strict(operator.mul),
    exp.Div: _strict(_divide),
    exp.DPipe: _strict(operator.add),
    exp.Neg: _unary(operator.neg),
    exp.Abs: _unary(abs),
    exp.Upper: _unary(str.upper),
    exp.Lower: _unary(str.lower),
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    exp.Cast: _cast,
}
