"""ClickHouse, in process (chdb), with the settings a server has by default; a database for each place."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from chdb.session import Session

from engines.engine import Engine, Result


class ClickhouseEngine(Engine):
    """One session in a temporary directory."""

    name = "clickhouse"
    dialect = "clickhouse"
    is_optional = True
    types: ClassVar = {
        "integer": "Nullable(Int64)",
        "decimal": "Nullable(Decimal(18, 4))",
        "float": "Nullable(Float64)",
        "string": "Nullable(String)",
        "boolean": "Nullable(Bool)",
        "date": "Nullable(Date32)",
        "timestamp": "Nullable(DateTime64(6))",
    }
    create_suffix = " ENGINE = Memory"

    def __init__(self) -> None:
        super().__init__()
        self._home = tempfile.mkdtemp(prefix="ch")
        self._session = Session(self._home)

    def enter(self, place: str) -> None:
        """Make a database and use it."""
        self.run(f"CREATE DATABASE {place} ENGINE = Atomic")
        self.run(f"USE {place}")

    def leave(self, place: str) -> None:
        """Drop the database."""
        self.run("USE default")
        self.run(f"DROP DATABASE {place}")

    def run(self, sql: str) -> Result:
        """Run one statement; numbers come back exact, as text, and are read by their types."""
        text = self._session.query(sql, "JSONCompactStrings").bytes().decode()
        if not text:
            return Result((), ())
        answer = json.loads(text)
        names = tuple(column["name"] for column in answer["meta"])
        types = [column["type"] for column in answer["meta"]]
        rows = (tuple(_value(*pair) for pair in zip(row, types, strict=True)) for row in answer["data"])
        return Result(names, tuple(rows))

    def close(self) -> None:
        """Close the session and remove its directory."""
        self._session.close()
        shutil.rmtree(self._home, ignore_errors=True)


def _value(text: str | None, declared: str) -> object:
    if text is None or text == "ᴺᵁᴸᴸ":
        return None
    kind = declared
    for wrapper in ("Nullable(", "LowCardinality("):
        kind = kind.removeprefix(wrapper)
    read = next((reader for prefix, reader in _READERS.items() if kind.startswith(prefix)), str)
    return read(text)


#: By prefix of the type's name; the longer one of two stands first.
_READERS: Mapping[str, Callable[[str], object]] = {
    "Int": int,
    "UInt": int,
    "Float": float,
    "Decimal": Decimal,
    "Bool": "true".__eq__,
    "DateTime": datetime.fromisoformat,
    "Date": date.fromisoformat,
}
