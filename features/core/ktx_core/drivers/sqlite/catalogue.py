"""The tables and views of an open SQLite file.

Everything comes from the table-valued pragmas (SQLite manual, PRAGMA functions): names travel as parameters, so any
name works, and no DDL text is read.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ktx_runtime.api import IntrospectedColumn, IntrospectedForeignKey, IntrospectedTable, TableScope

SCHEMA = "main"
_TABLE_LIST_SINCE = (3, 37, 0)
_GENERATED = " GENERATED ALWAYS"
_HIDDEN = 1


@dataclass(frozen=True, slots=True)
class _Relation:
    name: str
    kind: Literal["table", "view"]
    without_rowid: bool


@dataclass(frozen=True, slots=True)
class _Described:
    relation: _Relation
    columns: tuple[IntrospectedColumn, ...]
    primary_key: tuple[str, ...]


def describe(connection: sqlite3.Connection, table_scope: Sequence[TableScope] | None) -> tuple[IntrospectedTable, ...]:
    """The tables and views in scope, by name; `db` is None, since a file has one schema."""
    relations = _relations(connection)
    if table_scope is not None:
        relations = tuple(relation for relation in relations if _in_scope(relation, table_scope))
    described = [_describe(connection, relation) for relation in relations]
    known = {table.relation.name.lower(): table for table in described}
    return tuple(
        IntrospectedTable(
            name=table.relation.name,
            kind=table.relation.kind,
            columns=table.columns,
            foreign_keys=tuple(_foreign_keys(connection, table, known)),
        )
        for table in sorted(described, key=lambda table: table.relation.name)
    )


def _relations(connection: sqlite3.Connection) -> tuple[_Relation, ...]:
    """Without SQLite's own tables, and without the shadow tables in which virtual ones keep their data."""
    if sqlite3.sqlite_version_info >= _TABLE_LIST_SINCE:
        rows = connection.execute(
            "SELECT name, type, wr FROM pragma_table_list WHERE schema = ? AND type <> 'shadow'", (SCHEMA,)
        )
    else:
        rows = connection.execute("SELECT name, type, 0 FROM sqlite_master WHERE type IN ('table', 'view')")
    return tuple(
        _Relation(name, "view" if kind == "view" else "table", bool(without_rowid))
        for name, kind, without_rowid in rows
        if not name.lower().startswith("sqlite_")
    )


def _in_scope(relation: _Relation, scopes: Iterable[TableScope]) -> bool:
    """SQLite compares names without regard to the case of ASCII letters."""
    return any(
        scope.name.lower() == relation.name.lower()
        and scope.catalog is None
        and (scope.db is None or scope.db.lower() == SCHEMA)
        for scope in scopes
    )


def _describe(connection: sqlite3.Connection, relation: _Relation) -> _Described:
    rows = _column_rows(connection, relation)
    key = tuple(name for _, name in sorted((pk, name) for name, _, _, pk, _ in rows if pk))
    columns = tuple(
        IntrospectedColumn(
            name=name,
            type=_plain_type(declared),
            nullable=not (not_null or (pk and _key_is_never_null(relation, declared, key))),
            primary_key=bool(pk),
        )
        for name, declared, not_null, pk, hidden in rows
        if hidden != _HIDDEN
    )
    return _Described(relation, columns, key)


def _column_rows(connection: sqlite3.Connection, relation: _Relation) -> list[tuple[str, str, int, int, int]]:
    """None for a view that no longer works, since what it read is gone: the other relations are still worth telling."""
    query = 'SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid'
    try:
        return connection.execute(query, (relation.name,)).fetchall()
    except sqlite3.OperationalError as error:
        if relation.kind == "view" and error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            return []
        raise


def _plain_type(declared: str) -> str:
    """The declared type without the words that `table_xinfo` appends for a generated column."""
    return declared[: -len(_GENERATED)] if declared.upper().endswith(_GENERATED) else declared


def _key_is_never_null(relation: _Relation, declared: str, key: tuple[str, ...]) -> bool:
    """A key column may hold NULL in SQLite, unless the table has no rowid or the column is the rowid."""
    return relation.without_rowid or (len(key) == 1 and declared.upper() == "INTEGER")


def _foreign_keys(
    connection: sqlite3.Connection, table: _Described, known: Mapping[str, _Described]
) -> Iterable[IntrospectedForeignKey]:
    """One per column pair. A reference that names no column means the target's primary key.

    SQLite keeps references to tables that do not exist; one whose target column cannot be told is left out.
    """
    spelling = {column.name.lower(): column.name for column in table.columns}
    rows = connection.execute(
        'SELECT "table", seq, "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq',
        (table.relation.name,),
    ).fetchall()
    for target_name, position, from_column, to_column in rows:
        target = known.get(target_name.lower()) or _outside_scope(connection, target_name)
        column = to_column or _at(target.primary_key, position)
        if column is not None:
            actual = {name.name.lower(): name.name for name in target.columns}
            yield IntrospectedForeignKey(
                from_column=spelling.get(from_column.lower(), from_column),
                to_table=target.relation.name,
                to_column=actual.get(column.lower(), column),
            )


def _outside_scope(connection: sqlite3.Connection, name: str) -> _Described:
    """A target that was not asked for, or does not exist (no columns then)."""
    return _describe(connection, _Relation(name, "table", without_rowid=False))


def _at(names: tuple[str, ...], position: int) -> str | None:
    return names[position] if position < len(names) else None
