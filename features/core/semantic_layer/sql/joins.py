"""The FROM clause of one SELECT: roles become aliases, paths become joins, fields become columns."""

from collections.abc import Callable

from sqlglot import exp

from semantic_layer.expressions import SELF, Field, Tree, conjunction, substituted
from semantic_layer.expressions.identifiers import Names, column, identifier
from semantic_layer.graph import FAR, Edge, ModelIndex, best_path, computed_column, join_condition
from semantic_layer.sql.rows_that_exist import is_null_without_row, needs_near_row, only_with_row, row_exists
from semantic_layer.sql.tables import TablesBuilder


class FromBuilder:
    """Starts at one role and joins what is asked for, each path prefix once.

    `names` is shared with the queries around this one, so that none of their aliases is hidden. `must_exist` makes
    joins to several rows inner ones: in EXISTS, where there is nothing to find in a row that is not there.
    """

    def __init__(
        self, index: ModelIndex, tables: TablesBuilder, root: str, names: Names, *, must_exist: bool = False
    ) -> None:
        self.index = index
        self._must_exist = must_exist
        self.root = root
        self.tables = tables
        self.names = names
        self.alias = names.take(root)
        self._aliases: dict[tuple[Edge, ...], str] = {(): self.alias}
        self._derived: dict[exp.Select, str] = {}
        self._joins: list[exp.Join] = []

    def field(self, field: Field) -> Tree:
        """The column of a field, its role joined if it is not yet."""
        role = self.root if field.role == SELF else field.role
        return self.column_at(self.way_to(role), role, field.column)

    def column_at(self, edges: tuple[Edge, ...], role: str, name: str) -> Tree:
        """A column at the end of a path from the root; NULL where the path finds no row."""
        alias = self.alias_of(edges)
        tree = field_column(self.index, role, name, alias)
        if not edges or isinstance(tree, exp.Column) or (edges[-1].multiplies and self._must_exist):
            return tree
        computed = computed_column(self.index, self.index.source_of(role).name, name)
        if computed is None or is_null_without_row(computed.tree):
            return tree
        return only_with_row(self.index, tree, edges[-1], alias)

    def render(self, tree: Tree) -> Tree:
        """A resolved tree over the columns of these rows."""
        return substituted(tree, self.field, self.tables.table)

    def way_to(self, role: str) -> tuple[Edge, ...]:
        """The edges from the root to a role that was planned to be reached."""
        path = best_path(self.index, self.root, self.root if role == SELF else role)
        if path is None:
            raise AssertionError(f"{self.root} was planned to reach {role}")
        return path.edges

    def alias_of(self, edges: tuple[Edge, ...]) -> str:
        """The alias at the end of a path from the root."""
        found = self._aliases.get(edges)
        if found is None:
            self.alias_of(edges[:-1])
            found = self._aliases[edges] = self.names.take(edges[-1].far)
            self._joins.append(self._join(edges, found))
        return found

    def derived(self, select: exp.Select, name: str, on: Callable[[str], Tree]) -> str:
        """The alias of a derived table, joined by an outer join if it is not yet."""
        alias = self._derived.get(select)
        if alias is None:
            alias = self._derived[select] = self.names.take(name)
            named = exp.TableAlias(this=identifier(alias, self.index.dialect))
            self._joins.append(exp.Join(this=exp.Subquery(this=select, alias=named), on=on(alias), side="LEFT"))
        return alias

    def joined(self, edges: tuple[Edge, ...]) -> bool:
        return edges in self._aliases

    def apply(self, select: exp.Select) -> None:
        """Put FROM and the joins into a select."""
        source = self.index.source_of(self.root).name
        select.set("from_", exp.From(this=self.tables.table(source, self.alias)))
        if self._joins:
            select.set("joins", self._joins)

    def condition(self, edges: tuple[Edge, ...], far: Callable[[str], Tree]) -> Tree:
        """The `on` of the last edge. A row that is missing in the middle of a path has nothing behind it."""
        edge, before = edges[-1], edges[:-1]
        on = edge_condition(self.index, edge, near=lambda name: self.column_at(before, edge.near, name), far=far)
        if before and needs_near_row(self.index, edge):
            on = conjunction([row_exists(self.index, before[-1], self.alias_of(before)), on]) or on
        return on

    def _join(self, edges: tuple[Edge, ...], alias: str) -> exp.Join:
        edge = edges[-1]
        source = self.index.source_of(edge.far).name
        on = self.condition(edges, lambda name: field_column(self.index, edge.far, name, alias))
        kind = {"kind": "INNER"} if edge.multiplies and self._must_exist else {"side": "LEFT"}
        return exp.Join(this=self.tables.table(source, alias), on=on, **kind)


def edge_condition(index: ModelIndex, edge: Edge, *, near: Callable[[str], Tree], far: Callable[[str], Tree]) -> Tree:
    """The `on` of an edge over the columns of both ends."""

    def at(field: Field) -> Tree:
        return far(field.column) if (field.role == FAR) != edge.flipped else near(field.column)

    return substituted(join_condition(index, edge.declared).tree, at)


def field_column(index: ModelIndex, role: str, name: str, alias: str) -> Tree:
    """A column of an alias whose row exists; a computed one as its expression."""
    source = index.source_of(role).name
    computed = computed_column(index, source, name)
    if computed is None:
        return column(name, alias, index.dialect)
    return substituted(computed.tree, lambda field: field_column(index, role, field.column, alias))
