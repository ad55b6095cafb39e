"""Dimension groups: which columns one expands to, and the SQL of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from ktx_lookml.refusal import NotCarriedOver

DEFAULT_TIMEFRAMES = ("raw", "time", "date", "week", "month", "quarter", "year")
DEFAULT_INTERVALS = ("second", "minute", "hour", "day", "week")

_TRUNCATED = frozenset({"second", "minute", "hour", "week", "month", "quarter", "year"})
_SQLITE = {
    "second": "%Y-%m-%d %H:%M:%S",
    "minute": "%Y-%m-%d %H:%M:00",
    "hour": "%Y-%m-%d %H:00:00",
    "month": "%Y-%m-01",
    "year": "%Y-01-01",
}
_EXTRACTED = {
    "hour_of_day": "hour",
    "day_of_month": "day",
    "day_of_year": "doy",
    "week_of_year": "week",
    "month_num": "month",
}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


@dataclass(frozen=True, slots=True)
class Part:
    """A column of a group. `tree` is None where it is the group's own SQL."""

    name: str
    type: Literal["string", "number", "time"]
    tree: exp.Expr | None


def time_part(group: str, timeframe: str, moment: exp.Expr, dialect: str) -> Part:
    """The column of one timeframe. Raises `NotCarriedOver` for one that has no equal."""
    name = f"{group}_{timeframe}"
    if timeframe in {"raw", "time"}:
        return Part(name, "time", None)
    if timeframe == "date":
        return Part(name, "time", as_date(moment, dialect))
    if timeframe in _TRUNCATED:
        return Part(name, "time", _truncated(moment, timeframe, dialect))
    if timeframe in _EXTRACTED and dialect not in {"sqlite", "tsql"}:
        unit = exp.Var(this=_EXTRACTED[timeframe])
        return Part(name, "number", exp.Extract(this=unit, expression=moment.copy()))
    raise NotCarriedOver(f"timeframe {timeframe} in {dialect}")


def as_date(moment: exp.Expr, dialect: str) -> exp.Expr:
    """The day of a moment. In SQLite a cast to a date would be a number."""
    if dialect == "sqlite":
        return exp.Anonymous(this="date", expressions=[moment.copy()])
    return exp.Cast(this=moment.copy(), to=exp.DataType.build("date"))


def _truncated(moment: exp.Expr, unit: str, dialect: str) -> exp.Expr:
    if dialect == "sqlite":
        if unit not in _SQLITE:
            raise NotCarriedOver(f"timeframe {unit} in sqlite")
        return exp.Anonymous(this="strftime", expressions=[exp.Literal.string(_SQLITE[unit]), moment.copy()])
    # Looker's weeks begin on Monday, unless week_start_day says otherwise.
    word = "isoweek" if unit == "week" and dialect == "bigquery" else unit
    return exp.TimestampTrunc(this=moment.copy(), unit=exp.Var(this=word.upper()))


def duration_part(group: str, interval: str, start: exp.Expr, end: exp.Expr, dialect: str) -> Part:
    """Whole intervals from `start` to `end`. Raises `NotCarriedOver` where that cannot be said exactly."""
    if interval not in _SECONDS or dialect not in {"postgres", "duckdb", "sqlite"}:
        raise NotCarriedOver(f"interval {interval} in {dialect}")
    seconds = _seconds(start, end, dialect)
    whole = exp.Div(this=exp.Paren(this=seconds), expression=exp.Literal.number(_SECONDS[interval]))
    tree = exp.Cast(this=_toward_zero(whole, dialect), to=exp.DataType.build("bigint"))
    return Part(f"{interval}s_{group}", "number", tree)


def _seconds(start: exp.Expr, end: exp.Expr, dialect: str) -> exp.Expr:
    if dialect == "sqlite":
        days = exp.Sub(this=_julian(end), expression=_julian(start))
        # Julian days are floats: a second is lost without rounding.
        product = exp.Mul(this=exp.Paren(this=days), expression=exp.Literal.number("86400.0"))
        return exp.Anonymous(this="round", expressions=[product])
    timestamp = exp.DataType.build("timestamp")
    between = exp.Sub(
        this=exp.Cast(this=end.copy(), to=timestamp), expression=exp.Cast(this=start.copy(), to=timestamp.copy())
    )
    return exp.Extract(this=exp.Var(this="epoch"), expression=exp.Paren(this=between))


def _julian(moment: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="julianday", expressions=[moment.copy()])


def _toward_zero(value: exp.Expr, dialect: str) -> exp.Expr:
    """A cast rounds on PostgreSQL and DuckDB, and cuts on SQLite."""
    return value if dialect == "sqlite" else exp.Anonymous(this="trunc", expressions=[value])
