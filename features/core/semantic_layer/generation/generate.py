"""Sources from tables and links."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from semantic_layer.frozen import frozen
from semantic_layer.generation.links import GeneratedJoin, JoinsBuilder
from semantic_layer.generation.measures import measures_of
from semantic_layer.generation.names import table_reference
from semantic_layer.generation.scan import ScannedColumn, ScannedLink, ScannedTable
from semantic_layer.generation.types import column_type
from semantic_layer.generation.warning import GenerationWarning
from semantic_layer.sql_analysis.dialects import canonical

__all__ = ["Generated", "GenerationWarning", "generate_sources"]


@frozen
class Generated:
    """Sources, in the order of the tables and ready for the compiler; what was left out or assumed is in `warnings`."""

    sources: tuple[dict[str, object], ...]
    warnings: tuple[GenerationWarning, ...]


def generate_sources(
    tables: Iterable[ScannedTable],
    links: Iterable[ScannedLink],
    *,
    dialect: str = "postgres",
    names: Mapping[str, str] | None = None,
    inverses: bool = True,
    measures_for: Collection[str] | None = None,
) -> Generated:
    """One source a table, with its columns, grain, joins and measures.

    `names` are the sources' names by table reference, where they are settled already. Without `inverses` a join is
    declared on the side that refers only. `measures_for` are the sources that get measures, all where it is None.
    Raises `UnsupportedDialectError`.
    """
    dialect = canonical(dialect)
    warnings: list[GenerationWarning] = []
    scanned = [_distinct_columns(table, warnings) for table in tables]
    by_name = _named(scanned, names or {}, warnings)
    joins = JoinsBuilder(by_name, dialect, inverses=inverses)
    for link in links:
        joins.add(link)
    declared, unique = joins.build()
    warnings.extend(joins.warnings)
    sources = tuple(
        _source(
            name,
            table,
            joins=declared.get(name, ()),
            unique=unique.get(name, frozenset()),
            measured=measures_for is None or name in measures_for,
            dialect=dialect,
            warnings=warnings,
        )
        for name, table in by_name.items()
    )
    return Generated(sources=sources, warnings=tuple(dict.fromkeys(warnings)))


def _named(
    tables: Sequence[ScannedTable], names: Mapping[str, str], warnings: list[GenerationWarning]
) -> dict[str, ScannedTable]:
    """Tables by the name of their source: the settled one, or their own, or all of it where several share one."""
    counts = Counter(table.name for table in tables)
    named: dict[str, ScannedTable] = {}
    for table in tables:
        own = table.name if counts[table.name] == 1 else "_".join(table.parts)
        name = names.get(table.reference, own)
        if name in named:
            warnings.append(GenerationWarning("duplicate-table", f"table {table.reference!r} was given twice"))
            continue
        named[name] = table
    return named


def _distinct_columns(table: ScannedTable, warnings: list[GenerationWarning]) -> ScannedTable:
    columns: dict[str, ScannedColumn] = {}
    for column in table.columns:
        if column.name in columns:
            message = f"table {table.reference!r} was given two columns {column.name!r}"
            warnings.append(GenerationWarning("duplicate-column", message))
        columns.setdefault(column.name, column)
    return ScannedTable(table.name, tuple(columns.values()), table.catalog, table.db, table.comment)


def _source(
    name: str,
    table: ScannedTable,
    *,
    joins: Sequence[GeneratedJoin],
    unique: frozenset[str],
    measured: bool,
    dialect: str,
    warnings: list[GenerationWarning],
) -> dict[str, object]:
    types = {column.name: _type(column, table, dialect, warnings) for column in table.columns}
    source: dict[str, object] = {"name": name, "table": table_reference(table.parts, dialect)}
    if table.comment:
        source["descriptions"] = {"db": table.comment}
    source["grain"] = list(table.grain)
    source["columns"] = [_column(column, types[column.name], unique=column.name in unique) for column in table.columns]
    source["joins"] = [join.to_source(dialect) for join in joins]
    source["measures"] = list(measures_of(table, types, dialect)) if measured else []
    return source


def _type(column: ScannedColumn, table: ScannedTable, dialect: str, warnings: list[GenerationWarning]) -> str:
    found = column_type(column.type, dialect)
    if found is None and column.type.strip():
        message = f"type {column.type!r} of {table.reference}.{column.name} is not known: it is taken for a string"
        warnings.append(GenerationWarning("unknown-type", message))
    return found or "string"


def _column(column: ScannedColumn, kind: str, *, unique: bool) -> dict[str, object]:
    made: dict[str, object] = {"name": column.name, "type": kind}
    if column.comment:
        made["descriptions"] = {"db": column.comment}
    if unique:
        made["constraints"] = {"db": {"unique": True}}
    return made
