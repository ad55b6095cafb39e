"""What a database says of its tables, in the shape of a shard's. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ktx_core.scan.shapes import Entry, mappings_in
from ktx_runtime.api import IntrospectedColumn, IntrospectedTable
from semantic_layer.generation import GenerationWarning, ScannedColumn, ScannedLink, ScannedTable, generate_sources
from semantic_layer.generation.measures import sums_of

FORMAL = "formal"
"""The origin of a join that the database declares."""


@dataclass(frozen=True, slots=True)
class Described:
    """`entries` and `measures` are by source. `guessed` are the sources whose grain no key tells."""

    entries: Mapping[str, Entry]
    measures: Mapping[str, list[Entry]]
    guessed: tuple[str, ...]
    warnings: tuple[GenerationWarning, ...]


def reference_of(table: IntrospectedTable) -> str:
    """The present parts of its name, joined by dots: what names are settled by."""
    return ".".join(part for part in (table.catalog, table.db, table.name) if part)


def describe(
    tables: Sequence[IntrospectedTable],
    *,
    dialect: str,
    names: Mapping[str, str],
    new: Collection[str],
    others: Iterable[ScannedTable] = (),
) -> Described:
    """An entry a table, under its settled name; measures for those that are `new`. `others` may only be joined to."""
    scanned = [*map(_scanned, tables), *others]
    generated = generate_sources(
        scanned, _links(tables), dialect=dialect, names=names, inverses=False, measures_for=new
    )
    sources = {str(source["name"]): source for source in generated.sources}
    entries: dict[str, Entry] = {}
    measures: dict[str, list[Entry]] = {}
    guessed = []
    for table in tables:
        name = names[reference_of(table)]
        source = sources[name]
        unique = {str(column["name"]) for column in mappings_in(source.get("columns")) if column.get("constraints")}
        entries[name] = _entry(table, source, unique)
        if name in new:
            measures[name] = list(_telling(source, {key.from_column for key in table.foreign_keys}, dialect))
        if table.columns and not unique and not any(column.primary_key for column in table.columns):
            guessed.append(name)
    warnings = tuple(warning for warning in generated.warnings if warning.code != "unknown-type")
    return Described(entries, measures, tuple(guessed), warnings)


def _scanned(table: IntrospectedTable) -> ScannedTable:
    columns = tuple(
        ScannedColumn(column.name, column.type, column.primary_key, column.nullable, column.comment)
        for column in table.columns
    )
    return ScannedTable(table.name, columns, table.catalog, table.db, table.comment)


def _links(tables: Iterable[IntrospectedTable]) -> Iterable[ScannedLink]:
    """A foreign key is many_to_one by what it is."""
    for table in tables:
        for key in table.foreign_keys:
            target = ".".join(part for part in (table.catalog, key.to_db or table.db, key.to_table) if part)
            yield ScannedLink(reference_of(table), key.from_column, target, key.to_column, "many_to_one")


def _entry(table: IntrospectedTable, source: Mapping[str, object], unique: set[str]) -> Entry:
    entry: Entry = {"table": source["table"]}
    if table.comment:
        entry["descriptions"] = {"db": table.comment}
    entry["columns"] = [_column(column, unique=column.name in unique) for column in _distinct(table.columns)]
    joins = [{**join, "source": FORMAL} for join in mappings_in(source.get("joins"))]
    if joins:
        entry["joins"] = joins
    return entry


def _telling(source: Mapping[str, object], references: set[str], dialect: str) -> Iterable[Entry]:
    """The suggested measures without the sums of columns that refer to another table."""
    unwanted = {text for name in references for text in sums_of(name, dialect)}
    for measure in mappings_in(source.get("measures")):
        if measure.get("expr") not in unwanted:
            yield dict(measure)


def _distinct(columns: Iterable[IntrospectedColumn]) -> Iterable[IntrospectedColumn]:
    return {column.name: column for column in reversed(tuple(columns))}.values().__reversed__()


def _column(column: IntrospectedColumn, *, unique: bool) -> Entry:
    """What is so by default is not written: a column is nullable, and no key."""
    made: Entry = {"name": column.name, "type": column.type}
    if column.primary_key:
        made["pk"] = True
    if not column.nullable:
        made["nullable"] = False
    if column.comment:
        made["descriptions"] = {"db": column.comment}
    if unique:
        made["constraints"] = {"db": {"unique": True}}
    return made
