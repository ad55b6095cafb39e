"""What a column must be, told from what an expression does with it: nobody declares those that are only read."""

from __future__ import annotations

from typing import Literal

from sqlglot import exp

Kind = Literal["string", "number", "time", "boolean"]

_OF_NUMBERS = (exp.Sum, exp.Avg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg)
_OF_TIMES = (exp.TimestampTrunc, exp.DateTrunc, exp.Extract)
_OUR_OWN = frozenset({"median", "percentile"})


def kinds_of_columns(tree: exp.Expr) -> dict[str, Kind]:
    """By column. One that nothing is asked of is left out."""
    found: dict[str, Kind] = {}
    for column in tree.find_all(exp.Column):
        kind = _asked_of(column)
        if kind is not None:
            found.setdefault(column.name, kind)
    return found


def _asked_of(column: exp.Column) -> Kind | None:
    above = column.parent
    while isinstance(above, exp.Paren):
        above = above.parent
    if isinstance(above, _OF_NUMBERS) or (isinstance(above, exp.Anonymous) and above.name.lower() in _OUR_OWN):
        return "number"
    if isinstance(above, _OF_TIMES) or (isinstance(above, exp.Cast) and above.to.is_type("date", "timestamp")):
        return "time"
    return None
