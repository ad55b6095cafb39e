"""The tables and views of an open connection, from `pg_catalog`.

Names are qualified, so that no table of the user's stands before the system's, and travel as parameters. Only what the
connection's user may read is told. A partition is part of its table, and so are the keys that it inherits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import psycopg

from ktx_runtime.api import IntrospectedColumn, IntrospectedForeignKey, IntrospectedTable, TableScope

_RELATIONS = """
    SELECT c.oid, n.nspname, c.relname, c.relkind IN ('v', 'm'), pg_catalog.obj_description(c.oid, 'pg_class')
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      AND n.nspname = ANY ($1::text[]) AND ($2::text[] IS NULL OR c.relname = ANY ($2::text[]))
      AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
      AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))
"""
_COLUMNS = """
    WITH RECURSIVE plain (oid, base, modifier, not_null) AS (
        SELECT t.oid, t.typbasetype, t.typtypmod, t.typnotnull FROM pg_catalog.pg_type AS t WHERE t.typtype = 'd'
        UNION ALL
        SELECT p.oid, t.typbasetype, t.typtypmod, p.not_null OR t.typnotnull
        FROM plain AS p JOIN pg_catalog.pg_type AS t ON t.oid = p.base WHERE t.typtype = 'd'
    ),
    domain (oid, base, modifier, not_null) AS (
        SELECT p.oid, p.base, p.modifier, p.not_null FROM plain AS p
        JOIN pg_catalog.pg_type AS t ON t.oid = p.base WHERE t.typtype <> 'd'
    )
    SELECT a.attrelid, a.attname,
           COALESCE(pg_catalog.format_type(d.base, d.modifier), pg_catalog.format_type(a.atttypid, a.atttypmod)),
           NOT (a.attnotnull OR COALESCE(d.not_null, false)), COALESCE(a.attnum = ANY (k.conkey), false),
           pg_catalog.col_description(a.attrelid, a.attnum)
    FROM pg_catalog.pg_attribute AS a
    LEFT JOIN domain AS d ON d.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_constraint AS k ON k.conrelid = a.attrelid AND k.contype = 'p'
    WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
      AND pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')
    ORDER BY a.attrelid, a.attnum
"""
_FOREIGN_KEYS = """
    SELECT k.conrelid, near.attname, n.nspname, c.relname, far.attname, k.conname
    FROM pg_catalog.pg_constraint AS k
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS pair(near, far, position)
    JOIN pg_catalog.pg_attribute AS near ON near.attrelid = k.conrelid AND near.attnum = pair.near
    JOIN pg_catalog.pg_attribute AS far ON far.attrelid = k.confrelid AND far.attnum = pair.far
    JOIN pg_catalog.pg_class AS c ON c.oid = k.confrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = ANY ($1::oid[])
    ORDER BY k.conrelid, pg_catalog.min(pair.near) OVER (PARTITION BY k.oid), k.conname, pair.position
"""

_Connection = psycopg.Connection[tuple[object, ...]]


def describe(
    connection: _Connection, schemas: Sequence[str], table_scope: Sequence[TableScope] | None
) -> tuple[IntrospectedTable, ...]:
    """The tables and views of `schemas` in scope, sorted by schema and name, code point by code point."""
    scoped = None if table_scope is None else _in_this_database(connection, table_scope)
    names = None if scoped is None else sorted({scope.name for scope in scoped})
    relations = [
        (int(str(oid)), str(schema), str(name), bool(is_view), comment)
        for oid, schema, name, is_view, comment in connection.execute(_RELATIONS, (list(schemas), names)).fetchall()
        if scoped is None or _fits(str(schema), str(name), scoped)
    ]
    oids = [oid for oid, *_ in relations]
    columns = _columns(connection, oids)
    foreign_keys = _foreign_keys(connection, oids, columns)
    described = [
        IntrospectedTable(
            db=schema,
            name=name,
            comment=_text_or_none(comment),
            kind=_kind(is_view=is_view),
            columns=tuple(columns[oid]),
            foreign_keys=tuple(foreign_keys[oid]),
        )
        for oid, schema, name, is_view, comment in relations
    ]
    return tuple(sorted(described, key=lambda table: (table.db or "", table.name)))


def _in_this_database(connection: _Connection, scopes: Iterable[TableScope]) -> tuple[TableScope, ...]:
    row = connection.execute("SELECT pg_catalog.current_database()").fetchone()
    here = str(row[0]) if row else None
    return tuple(scope for scope in scopes if scope.catalog in (None, here))


def _fits(schema: str, name: str, scopes: Iterable[TableScope]) -> bool:
    return any(scope.name == name and scope.db in (None, schema) for scope in scopes)


def _kind(*, is_view: bool) -> Literal["table", "view"]:
    return "view" if is_view else "table"


def _columns(connection: _Connection, oids: list[int]) -> Mapping[int, list[IntrospectedColumn]]:
    """By relation, in their order. A domain is told as the type that it restricts."""
    found: defaultdict[int, list[IntrospectedColumn]] = defaultdict(list)
    for oid, name, type_, nullable, key, comment in connection.execute(_COLUMNS, (oids,)).fetchall():
        column = IntrospectedColumn(
            name=str(name),
            type=str(type_),
            nullable=bool(nullable),
            primary_key=bool(key),
            comment=_text_or_none(comment),
        )
        found[int(str(oid))].append(column)
    return found


def _foreign_keys(
    connection: _Connection, oids: list[int], columns: Mapping[int, list[IntrospectedColumn]]
) -> Mapping[int, list[IntrospectedForeignKey]]:
    """By relation. A key over a column that may not be read is no use to anybody."""
    readable = {oid: {column.name for column in known} for oid, known in columns.items()}
    found: defaultdict[int, list[IntrospectedForeignKey]] = defaultdict(list)
    for oid, near, schema, table, far, constraint in connection.execute(_FOREIGN_KEYS, (oids,)).fetchall():
        if near in readable.get(int(str(oid)), ()):
            key = IntrospectedForeignKey(
                from_column=str(near),
                to_table=str(table),
                to_column=str(far),
                constraint_name=str(constraint),
                to_db=str(schema),
            )
            found[int(str(oid))].append(key)
    return found


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)
