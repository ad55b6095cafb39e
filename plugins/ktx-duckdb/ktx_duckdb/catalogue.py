"""The tables and views of an open DuckDB connection, from its `duckdb_…()` functions. Names travel as parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import duckdb

from ktx_runtime.api import IntrospectedColumn, IntrospectedForeignKey, IntrospectedTable, TableScope

_RELATIONS = """
    SELECT schema_name, table_name, 'table', comment FROM duckdb_tables()
    WHERE NOT internal AND database_name = current_database() AND list_contains(?, schema_name)
    UNION ALL
    SELECT schema_name, view_name, 'view', comment FROM duckdb_views()
    WHERE NOT internal AND database_name = current_database() AND list_contains(?, schema_name)
    ORDER BY 1, 2
"""
_COLUMNS = """
    SELECT schema_name, table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns()
    WHERE database_name = current_database() AND list_contains(?, schema_name)
    ORDER BY schema_name, table_name, column_index
"""
_CONSTRAINTS = """
    SELECT schema_name, table_name, constraint_type, constraint_column_names, constraint_name,
           referenced_table, referenced_column_names
    FROM duckdb_constraints()
    WHERE database_name = current_database() AND list_contains(?, schema_name)
    ORDER BY schema_name, table_name, constraint_index
"""

Key = tuple[str, str]


def describe(
    connection: duckdb.DuckDBPyConnection, schemas: Sequence[str], table_scope: Sequence[TableScope] | None
) -> tuple[IntrospectedTable, ...]:
    """Tables and views of `schemas` in scope, sorted by schema and name."""
    wanted = list(schemas)
    primary_keys, foreign_keys = _constraints(connection, wanted)
    columns = _columns(connection, wanted, primary_keys)
    found = []
    for schema, name, kind, comment in connection.execute(_RELATIONS, [wanted, wanted]).fetchall():
        if table_scope is None or any(_fits(scope, schema, name) for scope in table_scope):
            found.append(
                IntrospectedTable(
                    db=schema,
                    name=name,
                    kind=kind,
                    comment=comment,
                    columns=tuple(columns[schema, name]),
                    foreign_keys=tuple(foreign_keys[schema, name]),
                )
            )
    return tuple(found)


def _fits(scope: TableScope, schema: str, name: str) -> bool:
    return (
        scope.name.lower() == name.lower()
        and scope.catalog is None
        and (scope.db is None or scope.db.lower() == schema.lower())
    )


def _columns(
    connection: duckdb.DuckDBPyConnection, schemas: list[str], primary_keys: Mapping[Key, set[str]]
) -> defaultdict[Key, list[IntrospectedColumn]]:
    found: defaultdict[Key, list[IntrospectedColumn]] = defaultdict(list)
    for schema, table, name, type_, nullable, comment in connection.execute(_COLUMNS, [schemas]).fetchall():
        key = name in primary_keys.get((schema, table), set())
        found[schema, table].append(
            IntrospectedColumn(name=name, type=type_, nullable=bool(nullable), primary_key=key, comment=comment)
        )
    return found


def _constraints(
    connection: duckdb.DuckDBPyConnection, schemas: list[str]
) -> tuple[dict[Key, set[str]], defaultdict[Key, list[IntrospectedForeignKey]]]:
    primary_keys: dict[Key, set[str]] = {}
    foreign_keys: defaultdict[Key, list[IntrospectedForeignKey]] = defaultdict(list)
    rows = connection.execute(_CONSTRAINTS, [schemas]).fetchall()
    for schema, table, kind, names, constraint, target, target_names in rows:
        if kind == "PRIMARY KEY":
            primary_keys[schema, table] = set(names)
        elif kind == "FOREIGN KEY" and target:
            foreign_keys[schema, table] += [
                IntrospectedForeignKey(
                    from_column=near, to_table=target, to_column=far, constraint_name=constraint, to_db=schema
                )
                for near, far in zip(names, target_names, strict=True)
            ]
    return primary_keys, foreign_keys
