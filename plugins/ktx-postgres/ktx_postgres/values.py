"""PostgreSQL's values in Python without loss: what Python has no value for stays the server's own text.

Python's dates end with the year 9999 and know no infinity, its `timedelta` has no months, its `time` no 24:00. `float`
would round what stands in JSON, and a JSON `null` would look like a NULL.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from psycopg import DataError
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.types.datetime import DateLoader, TimeLoader, TimestampLoader, TimestamptzLoader, TimetzLoader
from psycopg.types.string import TextLoader

_AS_TEXT = (
    "interval", "inet", "cidr", "record", "int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange",
    "int4multirange", "int8multirange", "nummultirange", "datemultirange", "tsmultirange", "tstzmultirange",
)  # fmt: skip


def load_exactly(adapters: AdaptersMap) -> None:
    """Set how values are read, also inside arrays."""
    for name in _AS_TEXT:
        adapters.register_loader(name, TextLoader)
    loaders: dict[str, type[Loader]] = {
        "date": _Date,
        "time": _Time,
        "timetz": _TimeWithZone,
        "timestamp": _Timestamp,
        "timestamptz": _TimestampWithZone,
        "json": _Json,
        "jsonb": _Json,
    }
    for name, loader in loaders.items():
        adapters.register_loader(name, loader)


class _Json(Loader):
    """Every digit stays; a `null` by itself stays the text `null`."""

    def load(self, data: Buffer) -> object:
        text = _text(data)
        value: object = json.loads(text, parse_float=Decimal)
        return text if value is None else value


class _Date(DateLoader):
    def load(self, data: Buffer) -> Any:  # noqa: ANN401 - a date, or text where there is no such date
        return _value_or_text(super().load, data)


class _Time(TimeLoader):
    def load(self, data: Buffer) -> Any:  # noqa: ANN401 - as above
        return _value_or_text(super().load, data)


class _TimeWithZone(TimetzLoader):
    def load(self, data: Buffer) -> Any:  # noqa: ANN401 - as above
        return _value_or_text(super().load, data)


class _Timestamp(TimestampLoader):
    def load(self, data: Buffer) -> Any:  # noqa: ANN401 - as above
        return _value_or_text(super().load, data)


class _TimestampWithZone(TimestamptzLoader):
    def load(self, data: Buffer) -> Any:  # noqa: ANN401 - as above
        return _value_or_text(super().load, data)


def _value_or_text(load: Callable[[Buffer], object], data: Buffer) -> object:
    try:
        return load(data)
    except (DataError, ValueError, OverflowError):
        return _text(data)


def _text(data: Buffer) -> str:
    return bytes(data).decode()
