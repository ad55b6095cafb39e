"""DuckDB's values in Python without loss.

Its Python library turns months into thirty days, nanoseconds into microseconds, and infinity into the last day of the
year 9999. The first two are read as DuckDB's own text; for the last, DuckDB is asked which values are finite.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

_AS_TEXT = frozenset({"INTERVAL", "TIMESTAMP_NS", "TIME_NS"})
_PERHAPS_INFINITE = frozenset({"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP WITH TIME ZONE"})

Row = tuple[object, ...]


def exact_query(sql: str, types: Sequence[str]) -> str:
    """`sql` with the columns as text that would lose something; `sql` itself where there are none."""
    if not _AS_TEXT.intersection(types):
        return sql
    columns = (f"CAST(#{number} AS VARCHAR)" if kind in _AS_TEXT else f"#{number}" for number, kind in _numbered(types))
    return f"SELECT {', '.join(columns)} FROM ({sql}\n)"  # noqa: S608 - only numbers are put in


def doubtful_columns(rows: Sequence[Row], types: Sequence[str]) -> tuple[int, ...]:
    """The columns, from 0, in which a value may be infinity, or the last moment that Python knows."""
    return tuple(
        index
        for index, kind in enumerate(types)
        if kind in _PERHAPS_INFINITE and any(_is_last_or_first(row[index]) for row in rows)
    )


def finite_query(sql: str, types: Sequence[str], doubtful: Sequence[int]) -> str:
    """`sql`, and behind its columns for each doubtful one whether its value is finite."""
    columns = [f"#{number}" for number, _ in _numbered(types)]
    columns += [f"isfinite(#{index + 1})" for index in doubtful]
    return f"SELECT {', '.join(columns)} FROM ({sql}\n)"  # noqa: S608 - as above


def told_apart(row: Row, width: int, doubtful: Sequence[int]) -> Row:
    """A row of `finite_query` as it is meant: infinity is text."""
    values = list(row[:width])
    for index, finite in zip(doubtful, row[width:], strict=True):
        if finite is False:
            values[index] = "-infinity" if _year(values[index]) == 1 else "infinity"
    return tuple(values)


def _numbered(types: Sequence[str]) -> Sequence[tuple[int, str]]:
    return list(enumerate(types, start=1))


def _is_last_or_first(value: object) -> bool:
    day = value.date() if isinstance(value, datetime) else value
    return day in (date.max, date.min)


def _year(value: object) -> int:
    return value.year if isinstance(value, date) else 0
