"""Which source a table is: the one that stands for it already, or a new name that nobody has."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ktx_core.scan.entries import reference_of
from ktx_core.scan.shards import Model, parts_of_reference
from ktx_runtime.api import IntrospectedTable

_COMMON_SCHEMAS = frozenset({"public", "main", "dbo"})
"""Where an unqualified name is looked up unless somebody said otherwise."""


@dataclass(frozen=True, slots=True)
class Names:
    """`settled` are the sources' names by table reference. `own` are tables that people describe themselves, with their
    source; they are not scanned."""

    settled: dict[str, str]
    own: dict[str, str]


def settle_names(tables: Sequence[IntrospectedTable], model: Model, dialect: str) -> Names:
    """A table that has a shard keeps its source's name, whatever else of its name comes."""
    scanned = {parts_of_reference(str(shard.entry.get("table")), dialect): name for name, shard in model.shards.items()}
    written = {
        parts_of_reference(str(source["table"]), dialect): name
        for name, source in model.written.items()
        if isinstance(source.get("table"), str)
    }
    settled: dict[str, str] = {}
    own: dict[str, str] = {}
    unnamed = []
    for table in tables:
        spellings = tuple(_spellings(table))
        if (source := _first(written, spellings)) is not None:
            own[reference_of(table)] = source
        elif (source := _first(scanned, spellings)) is not None:
            settled[reference_of(table)] = source
        else:
            unnamed.append(table)
    counts = Counter(table.name for table in unnamed)
    taken = {*model.shards, *model.written}
    for table in unnamed:
        wanted = table.name if counts[table.name] == 1 else _whole(table)
        settled[reference_of(table)] = name = _free((wanted, _whole(table)), taken)
        taken.add(name)
    return Names(settled, own)


def _spellings(table: IntrospectedTable) -> Iterable[tuple[str, ...]]:
    parts = tuple(part for part in (table.catalog, table.db, table.name) if part)
    yield parts
    if table.catalog is not None:
        yield parts[1:]
    if table.db in _COMMON_SCHEMAS:
        yield (table.name,)


def _first(known: dict[tuple[str, ...], str], spellings: Iterable[tuple[str, ...]]) -> str | None:
    return next((known[parts] for parts in spellings if parts in known), None)


def _whole(table: IntrospectedTable) -> str:
    return "_".join(part for part in (table.catalog, table.db, table.name) if part)


def _free(wanted: Sequence[str], taken: set[str]) -> str:
    for name in wanted:
        if name not in taken:
            return name
    number = 2
    while f"{wanted[-1]}_{number}" in taken:
        number += 1
    return f"{wanted[-1]}_{number}"
