"""A small typed table: the data of a case, independent of any engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args

PhysicalType = Literal["integer", "decimal", "float", "string", "boolean", "date", "timestamp"]
Scalar = int | float | Decimal | str | bool | date | datetime | None

#: How the semantic layer's four column types describe the physical ones.
SEMANTIC_TYPE: dict[PhysicalType, str] = {
    "integer": "number",
    "decimal": "number",
    "float": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "time",
    "timestamp": "time",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One physical column."""

    name: str
    type: PhysicalType

    def __post_init__(self) -> None:
        if self.type not in get_args(PhysicalType):
            raise ValueError(f"no such physical type: {self.type}")


@dataclass(frozen=True, slots=True)
class Table:
    """A physical table with its rows; each row has one value per column, times as ``date`` or ``datetime``."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Scalar, ...], ...]


def table(name: str, columns: str | Sequence[tuple[str, PhysicalType]], *rows: Sequence[object]) -> Table:
    """Make a table from ``"id:integer at:date"`` (or pairs, for names with spaces) and rows with times as ISO text."""
    if isinstance(columns, str):
        pairs = [entry.split(":") for entry in columns.split()]
    else:
        pairs = [list(pair) for pair in columns]
    typed = tuple(Column(column, kind) for column, kind in pairs)  # type: ignore[arg-type]
    for row in rows:
        if len(row) != len(typed):
            raise ValueError(f"{name}: a row of {len(row)} values for {len(typed)} columns: {row}")
    values = tuple(tuple(_value(cell, column) for cell, column in zip(row, typed, strict=True)) for row in rows)
    return Table(name, typed, values)


def _value(cell: object, column: Column) -> Scalar:
    if isinstance(cell, str):
        if column.type == "date":
            return date.fromisoformat(cell)
        if column.type == "timestamp":
            return datetime.fromisoformat(cell)
        if column.type == "decimal":
            return Decimal(cell)
    return cell  # type: ignore[return-value]
