"""The tables that exist, and the one that a name in SQL means."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlglot import exp

from semantic_layer.frozen import frozen


@dataclass(frozen=True, slots=True, order=True)
class TableName:
    """A table, as far as its name is known."""

    catalog: str | None
    db: str | None
    name: str

    @property
    def sort_key(self) -> tuple[str, str, str]:
        """For listings: catalog, then db, then name."""
        return (self.catalog or "", self.db or "", self.name)


@frozen
class KnownTable:
    """A table and its columns."""

    table: TableName
    columns: tuple[str, ...] = ()


class KnownTables:
    """Looks names up without regard to letter case, as the engines do for bare names."""

    def __init__(self, tables: Iterable[KnownTable] = ()) -> None:
        self._by_name: dict[str, list[KnownTable]] = defaultdict(list)
        for known in tables:
            self._by_name[known.table.name.lower()].append(known)

    def resolve(self, node: exp.Table) -> TableName:
        """The table that `node` means: completed where exactly one known table fits, else as it is written."""
        found = self._find(node)
        return found.table if found is not None else TableName(node.catalog or None, node.db or None, node.name)

    def has_column(self, node: exp.Table, column: str) -> bool:
        """Whether `node` is a known table with a column of that name."""
        found = self._find(node)
        return found is not None and column.lower() in {name.lower() for name in found.columns}

    def _find(self, node: exp.Table) -> KnownTable | None:
        fitting = [
            known
            for known in self._by_name.get(node.name.lower(), ())
            if _fits(node.db, known.table.db) and _fits(node.catalog, known.table.catalog)
        ]
        return fitting[0] if len(fitting) == 1 else None


def _fits(written: str, known: str | None) -> bool:
    return not written or known is None or written.lower() == known.lower()
