"""Parts of a time (`year(at)`, `extract(year from at)`) as the dialect writes them."""

from sqlglot import exp

from semantic_layer.errors import SemanticError
from semantic_layer.expressions import Tree

_PARTS: dict[type[exp.Expr], str] = {
    exp.Year: "YEAR",
    exp.Quarter: "QUARTER",
    exp.Month: "MONTH",
    exp.Day: "DAY",
    exp.DayOfMonth: "DAY",
    exp.Hour: "HOUR",
    exp.Minute: "MINUTE",
}
_BY_EXTRACT = frozenset({"postgres", "redshift", "sqlite", "tsql"})
"""Dialects without a function for each part."""

_SQLITE_FORMATS = {
    "YEAR": "%Y",
    "MONTH": "%m",
    "DAY": "%d",
    "HOUR": "%H",
    "MINUTE": "%M",
    "SECOND": "%S",
    "DOY": "%j",
    "DOW": "%w",
    "EPOCH": "%s",
}


def lower_time_parts(node: Tree, dialect: str) -> Tree | None:
    """EXTRACT where there is no function for the part, and SQLite's STRFTIME where there is no EXTRACT."""
    if dialect not in _BY_EXTRACT:
        return None
    part = _PARTS.get(type(node))
    if part is not None:
        value = node.this
    elif isinstance(node, exp.Extract):
        part, value = node.name.upper(), node.expression
    else:
        return None
    return _sqlite(value, part) if dialect == "sqlite" else exp.Extract(this=exp.Var(this=part), expression=value)


def _sqlite(value: Tree, part: str) -> Tree:
    if part == "QUARTER":
        before = exp.Add(this=_number("%m", value), expression=exp.Literal.number(2))
        return exp.Div(this=exp.Paren(this=before), expression=exp.Literal.number(3), typed=True, safe=True)
    if part == "WEEK":  # the Thursday of a week lies in the year that the week belongs to (ISO 8601)
        thursday = exp.Anonymous(
            this="DATE", expressions=[value, exp.Literal.string("-3 days"), exp.Literal.string("weekday 4")]
        )
        days = exp.Add(this=_number("%j", thursday), expression=exp.Literal.number(6))
        return exp.Div(this=exp.Paren(this=days), expression=exp.Literal.number(7), typed=True, safe=True)
    if part not in _SQLITE_FORMATS:
        raise SemanticError(
            "unsupported-in-dialect", f"sqlite has no extract({part.lower()} from …)", hint="use strftime(…)"
        )
    return _number(_SQLITE_FORMATS[part], value)


def _number(form: str, value: Tree) -> Tree:
    text = exp.Anonymous(this="STRFTIME", expressions=[exp.Literal.string(form), value])
    return exp.Cast(this=text, to=exp.DataType(this=exp.DType.INT, nested=False))
