"""From a database's own type to the four that a model knows."""

from functools import lru_cache
from typing import Literal

from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic_layer.sqlglot_dialect import sqlglot_dialect

ColumnType = Literal["string", "number", "time", "boolean"]

_D = exp.DType
_NUMBERS = frozenset(
    {
        *exp.DataType.NUMERIC_TYPES,
        _D.BIGNUM,
        _D.BIGSERIAL,
        _D.MONEY,
        _D.SERIAL,
        _D.SMALLMONEY,
        _D.SMALLSERIAL,
        _D.YEAR,
    }
) - {_D.BIT}
_TIMES = frozenset({*exp.DataType.TEMPORAL_TYPES, _D.TIME, _D.TIMETZ, _D.TIME_NS})
_BIT_BY_DIALECT: dict[str, ColumnType] = {"mysql": "number", "sqlite": "number", "tsql": "boolean"}
"""A `bit` is a number, a truth value, or (where it is a string of bits) text."""

_WRAPPERS = frozenset({_D.LOWCARDINALITY, _D.SIMPLEAGGREGATEFUNCTION})
"""Types around the one that counts, which is their last argument."""

_OTHER_DIALECTS = ("", "bigquery", "tsql", "clickhouse", "mysql", "snowflake", "duckdb")
"""Where to look a type up that the given dialect does not know: a scan and its dialect may not agree."""


@lru_cache(maxsize=4096)
def column_type(native: str, dialect: str) -> ColumnType | None:
    """The model's type for `native` (any spelling the database gives), or None when no dialect knows it."""
    for name in (dialect, *_OTHER_DIALECTS):
        parsed = _parsed(native, name)
        if parsed is not None:
            return _model_type(parsed, name or dialect)
    return _affinity(native) if dialect == "sqlite" else None


def _parsed(native: str, dialect: str) -> exp.DataType | None:
    if not native.strip():
        return None
    try:
        parsed = exp.DataType.build(native, dialect=sqlglot_dialect(dialect))
    except (SqlglotError, ValueError, RecursionError):
        return None
    return None if parsed.this in {_D.USERDEFINED, _D.UNKNOWN} else parsed


def _model_type(parsed: exp.DataType, dialect: str) -> ColumnType:
    kind = parsed.this
    if kind in _WRAPPERS:
        inner = [part for part in parsed.expressions if isinstance(part, exp.DataType)]
        return _model_type(inner[-1], dialect) if inner else "string"
    if kind is _D.BIT:
        return _BIT_BY_DIALECT.get(dialect, "string")
    if kind is _D.BOOLEAN:
        return "boolean"
    if kind in _NUMBERS:
        return "number"
    return "time" if kind in _TIMES else "string"


def _affinity(native: str) -> ColumnType | None:
    """SQLite's own rule for a declared type that is no type anywhere (SQLite manual, Datatypes, 3.1)."""
    upper = native.upper()
    if "INT" in upper:
        return "number"
    if any(word in upper for word in ("CHAR", "CLOB", "TEXT")):
        return "string"
    return "number" if any(word in upper for word in ("REAL", "FLOA", "DOUB")) else None
