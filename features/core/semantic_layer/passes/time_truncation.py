"""Cutting a time to a granularity where the dialect's own function is missing, differs, or depends on a setting.

Weeks begin on Monday everywhere (ISO 8601).
"""

from sqlglot import exp

from semantic_layer.expressions import Tree
from semantic_layer.sqlglot_dialect import sqlglot_dialect

_SQLITE_FORMATS = {
    "SECOND": "%Y-%m-%d %H:%M:%S",
    "MINUTE": "%Y-%m-%d %H:%M:00",
    "HOUR": "%Y-%m-%d %H:00:00",
    "DAY": "%Y-%m-%d",
    "MONTH": "%Y-%m-01",
    "YEAR": "%Y-01-01",
}
_MYSQL_FORMATS = {
    "SECOND": "%Y-%m-%d %H:%i:%s",
    "MINUTE": "%Y-%m-%d %H:%i:00",
    "HOUR": "%Y-%m-%d %H:00:00",
    "MONTH": "%Y-%m-01",
    "YEAR": "%Y-01-01",
}


def lower_time_truncation(node: Tree, dialect: str) -> Tree | None:
    """For TIMESTAMP_TRUNC; None where sqlglot's own rendering is right."""
    if not isinstance(node, exp.TimestampTrunc):
        return None
    unit = node.args["unit"].name.upper()
    if dialect == "sqlite":
        return _sqlite(node.this, unit)
    if dialect == "mysql":
        return _mysql(node.this, unit)
    if dialect == "bigquery":  # of its truncations, DATE_TRUNC takes dates, datetimes and timestamps alike
        return _call("DATE_TRUNC", node.this, exp.Var(this="ISOWEEK" if unit == "WEEK" else unit))
    if dialect == "clickhouse":
        return exp.Anonymous(this="dateTrunc", expressions=[exp.Literal.string(unit.lower()), node.this])
    return _week(node, dialect) if unit == "WEEK" else None


def _week(node: exp.TimestampTrunc, dialect: str) -> Tree | None:
    if dialect == "tsql":
        return exp.TimestampTrunc(this=node.this, unit=exp.Var(this="ISO_WEEK"))
    if dialect == "snowflake":  # DATE_TRUNC('WEEK') follows the session's WEEK_START
        day = exp.TimestampTrunc(this=node.this, unit=exp.Var(this="DAY"))
        weekday = exp.Anonymous(this="DAYOFWEEKISO", expressions=[node.this.copy()])
        back = exp.Sub(this=exp.Literal.number(1), expression=weekday)
        return exp.Anonymous(this="DATEADD", expressions=[exp.Var(this="DAY"), back, day])
    return None


def _sqlite(value: Tree, unit: str) -> Tree:
    if unit == "WEEK":
        # The next Sunday, or today when it is one, and back to its Monday.
        return _call("DATE", value, exp.Literal.string("weekday 0"), exp.Literal.string("-6 days"))
    if unit == "QUARTER":
        # Back to the quarter's first month by (month - 1) % 3 months.
        month = exp.Cast(this=_call("STRFTIME", exp.Literal.string("%m"), value.copy()), to=exp.DataType.build("INT"))
        before = exp.Paren(this=exp.Sub(this=month, expression=exp.Literal.number(1)))
        months = exp.Paren(this=exp.Mod(this=before, expression=exp.Literal.number(3)))
        shift = exp.DPipe(
            this=exp.DPipe(this=exp.Literal.string("-"), expression=months), expression=exp.Literal.string(" months")
        )
        return _call("DATE", value, exp.Literal.string("start of month"), shift)
    return _call("STRFTIME", exp.Literal.string(_SQLITE_FORMATS[unit]), value)


def _mysql(value: Tree, unit: str) -> Tree:
    if unit == "DAY":
        return _call("DATE", value)
    if unit == "WEEK":
        back = exp.Interval(this=_call("WEEKDAY", value.copy()), unit=exp.Var(this="DAY"))
        return _call("DATE_SUB", _call("DATE", value), back)
    if unit == "QUARTER":
        past = exp.Sub(this=_call("QUARTER", value), expression=exp.Literal.number(1))
        months = exp.Mul(this=exp.Paren(this=past), expression=exp.Literal.number(3))
        first = _call("MAKEDATE", _call("YEAR", value.copy()), exp.Literal.number(1))
        return _call("DATE_ADD", first, exp.Interval(this=exp.Paren(this=months), unit=exp.Var(this="MONTH")))
    text = _call("DATE_FORMAT", value, exp.Literal.string(_MYSQL_FORMATS[unit]))
    kind = "DATE" if unit in ("MONTH", "YEAR") else "DATETIME"
    return exp.Cast(this=text, to=exp.DataType.build(kind, dialect=sqlglot_dialect("mysql")))


def _call(name: str, *arguments: Tree) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
