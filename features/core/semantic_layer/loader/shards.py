"""Scanned tables, as `_schema/*.yaml` holds them, to sources."""

from collections.abc import Callable, Iterator

from semantic_layer.loader.construct import Value
from semantic_layer.loader.shape import (
    Entry,
    Finding,
    entries_of,
    is_entry,
    is_name,
    misshapen_entries,
    unknown_keys,
)

TypeOf = Callable[[str], str]
"""What a native type maps to: string, number, time or boolean."""

_SHARD_KEYS = frozenset({"tables"})
_KEPT_OF_TABLE = ("description", "descriptions", "default_time_dimension", "tags", "freshness")
_TABLE_KEYS = frozenset({"table", "columns", "joins", *_KEPT_OF_TABLE})
_KEPT_OF_COLUMN = ("description", "descriptions", "enum_values", "tests")
_COLUMN_KEYS = frozenset({"name", "type", "pk", "nullable", "constraints", *_KEPT_OF_COLUMN})
_KEPT_OF_JOIN = ("to", "on", "relationship", "alias")
_JOIN_KEYS = frozenset({"source", *_KEPT_OF_JOIN})


def misshapen_shard(document: Value) -> Iterator[Finding]:
    """What keeps `document` from being a shard; its tables are looked at one by one, by `misshapen_table`."""
    if not is_entry(document):
        yield Finding("wrong-shape", "wants a mapping with the key tables")
        return
    yield from unknown_keys(document, _SHARD_KEYS)
    tables = document.get("tables")
    if tables is not None and not is_entry(tables):
        yield Finding("wrong-shape", "wants a mapping of names to tables: tables", ("tables",))


def misshapen_table(table: Value) -> Iterator[Finding]:
    """What keeps `table` from being a scanned table."""
    if not is_entry(table):
        yield Finding("wrong-shape", "wants a mapping that describes a table")
        return
    yield from unknown_keys(table, _TABLE_KEYS)
    if not is_name(table.get("table")):
        yield Finding("wrong-shape", "wants the name of the table in the database: table", ("table",))
    yield from misshapen_entries(table.get("columns"), _COLUMN_KEYS, ("columns",), named=True)
    yield from misshapen_entries(table.get("joins"), _JOIN_KEYS, ("joins",), named=False)


def source_of_table(name: str, table: Entry, type_of: TypeOf) -> dict[str, Value]:
    """The source of a well-shaped table. Its parts stand at the same paths as those of `table`."""
    columns = entries_of(table.get("columns"))
    source: dict[str, Value] = {"name": name, "table": table["table"]}
    source.update(_kept(table, _KEPT_OF_TABLE))
    source["grain"] = [*_grain(columns)]
    source["columns"] = [_column(column, type_of) for column in columns]
    joins: list[Value] = [_kept(join, _KEPT_OF_JOIN) for join in entries_of(table.get("joins"))]
    if joins:
        source["joins"] = joins
    return source


def _column(column: Entry, type_of: TypeOf) -> dict[str, Value]:
    result: dict[str, Value] = {"name": column["name"]}
    native = column.get("type")
    if isinstance(native, str):
        result["type"] = type_of(native)
    result.update(_kept(column, _KEPT_OF_COLUMN))
    constraints = _constraints(column)
    if constraints:
        result["constraints"] = constraints
    return result


def _constraints(column: Entry) -> Value:
    """The declared ones, and the database's own NOT NULL where the scan saw it and nobody says otherwise."""
    declared = column.get("constraints")
    if column.get("nullable") is not False or not (declared is None or is_entry(declared)):
        return declared
    by_source = declared or {}
    of_database = by_source.get("db")
    if of_database is not None and not is_entry(of_database):
        return declared
    return {**by_source, "db": {"not_null": True, **(of_database or {})}}


def _grain(columns: list[dict[str, Value]]) -> list[str]:
    """The primary key, else a column that is declared unique and not null, else the first column, else `id`.

    The last two are what generated sources do as well; an overlay's `grain` corrects a wrong guess.
    """
    keys = [str(column["name"]) for column in columns if column.get("pk") is True]
    unique = [str(column["name"]) for column in columns if _identifies(column)]
    first = [str(column["name"]) for column in columns]
    return keys or unique[:1] or first[:1] or ["id"]


def _identifies(column: Entry) -> bool:
    constraints = column.get("constraints")
    declared = [entry for entry in constraints.values() if is_entry(entry)] if is_entry(constraints) else []
    unique = any(entry.get("unique") is True for entry in declared)
    not_null = column.get("nullable") is False or any(entry.get("not_null") is True for entry in declared)
    return unique and not_null


def _kept(entry: Entry, keys: tuple[str, ...]) -> dict[str, Value]:
    return {key: entry[key] for key in keys if entry.get(key) is not None}
