"""What every engine of the suite can do: load tables into a place of their own, run SQL there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Protocol

from engines.table import PhysicalType, Scalar, Table


@dataclass(frozen=True, slots=True)
class Result:
    """The names and rows a statement returned, as the driver gave them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


class Database(Protocol):
    """A place with a case's tables in it."""

    def run(self, sql: str) -> Result:
        """Run one statement."""
        ...


class Engine:
    """A running engine. Subclasses say how its SQL is spelt and how a statement runs."""

    name: ClassVar[str]
    dialect: ClassVar[str]
    types: ClassVar[Mapping[PhysicalType, str]]
    quote: ClassVar[str] = '"'
    create_suffix: ClassVar[str] = ""
    #: Whether the suite does without it where it is not installed, or where its dialect lacks a construct.
    is_optional: ClassVar[bool] = False

    def __init__(self) -> None:
        self._places = 0
        self._place: str | None = None
        self._held: tuple[Table, ...] | None = None

    def run(self, sql: str) -> Result:
        """Run one statement in the current place."""
        raise NotImplementedError

    def enter(self, place: str) -> None:
        """Make an empty schema (or database) and resolve bare names in it."""
        raise NotImplementedError

    def leave(self, place: str) -> None:
        """Drop what `enter` made."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop the engine."""

    @contextmanager
    def holding(self, tables: Sequence[Table]) -> Iterator[Engine]:
        """Load the tables into a place of their own. It is kept for a next call with the same tables: nobody writes."""
        if self._held != tuple(tables):
            self._forget()
            self._places += 1
            self._place = f"place_{self._places}"
            self.enter(self._place)
            for one in tables:
                self.create(one)
            self._held = tuple(tables)
        yield self

    def _forget(self) -> None:
        if self._place is not None:
            self.leave(self._place)
        self._place, self._held = None, None

    def create(self, one: Table) -> None:
        """Create and fill one table."""
        columns = ", ".join(f"{self.identifier(column.name)} {self.types[column.type]}" for column in one.columns)
        self.run(f"CREATE TABLE {self.identifier(one.name)} ({columns}){self.create_suffix}")
        if one.rows:
            rows = ", ".join("(" + ", ".join(self.literal(value) for value in row) + ")" for row in one.rows)
            self.run(f"INSERT INTO {self.identifier(one.name)} VALUES {rows}")

    def identifier(self, name: str) -> str:
        """The name, always quoted."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def literal(self, value: Scalar) -> str:
        """The value as it stands in INSERT … VALUES."""
        if value is None:
            return "NULL"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, datetime):
            return f"'{value.isoformat(sep=' ')}'"
        if isinstance(value, date):
            return f"'{value.isoformat()}'"
        if isinstance(value, str):
            return "'" + value.replace("'", "''") + "'"
        return str(value)
