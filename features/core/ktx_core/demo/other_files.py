"""The demo on another driver than SQLite, where that can make databases."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from ktx_core.database import find_driver
from ktx_core.demo.files import CONNECTION, PROJECT_FILE, DemoFiles, demo_files
from ktx_core.demo.readme import readme
from ktx_core.demo.shop import TABLES, Table, grow_tables, quoted
from ktx_runtime.api import (
    Connection,
    DatabaseDriver,
    DatabaseMaker,
    DatabaseSession,
    KtxError,
    NewColumn,
    NewTable,
)

SQLITE = "sqlite"
"""The driver that the demo is on unless another is named."""

_SECONDS = 120.0
_TYPES: dict[str, Literal["integer", "text", "boolean", "date", "timestamp"]] = {
    "INTEGER": "integer",
    "TEXT": "text",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}
_DAYS_IN_SQLITE = "julianday(delivered_on) - julianday(shipped_on)"
"""The one expression of the model that each database writes in its own way."""


def files_for(driver: str, *, program: str) -> DemoFiles:
    """The demo's files for the driver of that name; `program` is what the user calls ktx.

    Raises as `find_driver` does, and `KtxError` (`driver-makes-nothing`) for one that cannot make a database.
    """
    if driver == SQLITE:
        return demo_files()
    found = find_driver(driver, program=program)
    if not isinstance(found, DatabaseMaker):
        raise KtxError(
            f"the driver {driver} makes no databases, so the demo cannot be on it",
            code="driver-makes-nothing",
            hint=f"make it on SQLite: {program} setup demo",
        )
    return _DemoOnDriver(_texts(found, found.suffix, driver), driver, found, found)


def _texts(driver: DatabaseDriver, suffix: str, name: str) -> dict[str, bytes]:
    own = {text: content.decode() for text, content in demo_files().texts.items()}
    replaced = {
        **{text: content.replace(_DAYS_IN_SQLITE, _days(driver.dialect)) for text, content in own.items()},
        PROJECT_FILE: own[PROJECT_FILE]
        .replace(f"driver: {SQLITE}", f"driver: {name}")
        .replace("path: shop.db", f"path: {CONNECTION}{suffix}"),
        "README.md": readme(database=f"{CONNECTION}{suffix}", engine=name),
    }
    return {text: content.encode() for text, content in replaced.items()}


def _days(dialect: str) -> str:
    from sqlglot import exp  # noqa: PLC0415 - heavy

    from semantic_layer.sqlglot_dialect import sqlglot_dialect  # noqa: PLC0415 - as above

    days = exp.DateDiff(this=exp.column("delivered_on"), expression=exp.column("shipped_on"), unit=exp.Var(this="DAY"))
    return days.sql(dialect=sqlglot_dialect(dialect))


@dataclass(frozen=True, slots=True)
class _DemoOnDriver(DemoFiles):
    """`driver` and `maker` are the same object, seen from two sides."""

    name: str
    driver: DatabaseDriver
    maker: DatabaseMaker

    @property
    def database_name(self) -> str:
        return f"{CONNECTION}{self.maker.suffix}"

    def has_the_shop(self, file: Path) -> bool:
        """Asked through the driver: whatever wrote the file, the rows count."""
        connection = Connection(CONNECTION, self.name, file.parent, {"path": file.name})
        try:
            with self.driver.open(connection, connect_timeout_seconds=_SECONDS) as session:
                found = _digest((table, _rows_of(table, session)) for table in TABLES)
        except KtxError:
            return False
        grown = grow_tables()
        return found == _digest((table, grown[table.name]) for table in TABLES)

    def write_the_shop(self, file: Path) -> None:
        grown = grow_tables()
        self.maker.make(file, [_new(table, grown[table.name]) for table in TABLES])


def _new(table: Table, rows: Iterable[tuple[object, ...]]) -> NewTable:
    """Without foreign keys: the shop's dangle in places, and many databases would not have that."""
    columns = (
        NewColumn(name=name, type=_TYPES[declared.split()[0]], nullable="NOT NULL" not in declared)
        for name, declared in table.columns
    )
    return NewTable(table.name, tuple(columns), table.key, rows)


def _rows_of(table: Table, session: DatabaseSession) -> Sequence[tuple[object, ...]]:
    columns = ", ".join(quoted(name) for name, _ in table.columns)
    sql = f"SELECT {columns} FROM {quoted(table.name)}"  # noqa: S608 - our own names
    return session.fetch(sql, max_rows=1_000_000, timeout_seconds=_SECONDS).rows


def _digest(tables: Iterable[tuple[Table, Iterable[tuple[object, ...]]]]) -> str:
    """Of the rows, whatever their order and however a driver gives them."""
    digest = hashlib.sha256()
    for table, rows in tables:
        digest.update(f"{table.name}\n".encode())
        for row in sorted("\x1f".join(map(_plain, row)) for row in rows):
            digest.update(f"{row}\n".encode())
    return digest.hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return "\x00" if value is None else str(value)
