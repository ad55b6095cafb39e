"""A model, indexed: sources by name, roles, columns, and everything parsed from it, each at most once.

Building the index touches names only. Expressions are parsed when a query first needs them and kept.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast

from semantic_layer.errors import Problem, SemanticError, Where, nearest
from semantic_layer.graph.edges import DeclaredJoin
from semantic_layer.model import Column, Measure, Segment, Source, Visibility

T = TypeVar("T")


class ModelIndex:
    """An immutable model and a memory of what was derived from it. Safe to share between threads.

    `broken` are sources of which only names and joins could be saved, with what is wrong with each.
    """

    def __init__(
        self, sources: Sequence[Source], *, dialect: str, broken: Mapping[str, Sequence[Problem]] | None = None
    ) -> None:
        self.dialect = dialect
        self.broken = broken or {}
        self.sources: dict[str, Source] = {}
        self.roles: dict[str, str] = {}
        self.incoming: dict[str, list[DeclaredJoin]] = {}
        self._clashes: dict[str, str] = {}
        self._columns: dict[str, dict[str, Column]] = {}
        self._memory: dict[tuple[object, ...], object] = {}
        for source in sources:
            if source.name in self.sources:
                raise SemanticError(
                    "duplicate-source", f"two sources are named {source.name!r}", where=Where(source=source.name)
                )
            self.sources[source.name] = source
            self.roles[source.name] = source.name
        for source in sources:
            for position, join in enumerate(source.joins):
                self._add_join(DeclaredJoin(source.name, position, join))

    def remember(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` returned the first time for this key. Refusals are not kept."""
        found = self._memory.get(key)
        if found is None:
            found = self._memory[key] = make()
        return cast(T, found)

    def source_of(self, role: str) -> Source:
        """The source that plays a role. Raises for a role that two joins claim for different sources."""
        if role in self._clashes:
            raise SemanticError("alias-clash", self._clashes[role], hint="give each role a name of its own")
        return self.sources[self.roles[role]]

    def columns(self, source: str) -> dict[str, Column]:
        """The columns of a source by name; grain columns that are not declared count as internal ones."""
        found = self._columns.get(source)
        if found is None:
            record = self.sources[source]
            found = {name: Column.model_construct(name=name, visibility=Visibility.INTERNAL) for name in record.grain}
            found.update((column.name, column) for column in record.columns)
            self._columns[source] = found
        return found

    def measure(self, source: str, name: str) -> Measure | None:
        measures = self.remember(("measures", source), lambda: {m.name: m for m in self.sources[source].measures})
        return measures.get(name)

    def segment(self, source: str, name: str) -> Segment | None:
        return next((segment for segment in self.sources[source].segments if segment.name == name), None)

    def sources_with_measure(self, name: str) -> tuple[str, ...]:
        """The sources that declare a measure of that name, in their order."""
        by_name = self.remember(("measure-owners",), self._measure_owners)
        return tuple(by_name.get(name, ()))

    def sources_with_column(self, name: str) -> tuple[str, ...]:
        """The sources that declare a column of that name, whatever its visibility."""
        by_name = self.remember(("column-owners",), self._column_owners)
        return tuple(by_name.get(name, ()))

    def unknown_role(self, name: str) -> SemanticError:
        return SemanticError("unknown-source", f"no source or alias is named {name!r}", near=nearest(name, self.roles))

    def _add_join(self, declared: DeclaredJoin) -> None:
        join = declared.join
        if join.to not in self.sources:
            return  # validation reports it; here nothing leads there
        self.incoming.setdefault(join.to, []).append(declared)
        claimed = self.roles.setdefault(join.role, join.to)
        if claimed != join.to or (join.role in self.sources and join.role != join.to):
            self._clashes[join.role] = f"the name {join.role!r} stands for {claimed!r} and for {join.to!r}"

    def _measure_owners(self) -> dict[str, list[str]]:
        owners: dict[str, list[str]] = {}
        for source in self.sources.values():
            for measure in source.measures:
                owners.setdefault(measure.name, []).append(source.name)
        return owners

    def _column_owners(self) -> dict[str, list[str]]:
        owners: dict[str, list[str]] = {}
        for source in self.sources.values():
            for column in source.columns:
                owners.setdefault(column.name, []).append(source.name)
        return owners
