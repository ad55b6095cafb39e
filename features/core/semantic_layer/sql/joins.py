"""The FROM clause of one SELECT: roles become aliases, paths become joins, fields become columns."""

from sqlglot import exp

from semantic_layer.expressions import SELF, Field, Tree, substituted
from semantic_layer.expressions.identifiers import Names, column
from semantic_layer.graph import FAR, Edge, ModelIndex, best_path, computed_column, join_condition
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
        self._joins: list[exp.Join] = []

    def field(self, field: Field) -> Tree:
        """The column of a field, its role joined if it is not yet."""
        role = self.root if field.role == SELF else field.role
        return field_column(self.index, role, field.column, self.alias_of(self.way_to(role)))

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
            near = self.alias_of(edges[:-1])
            found = self._aliases[edges] = self.names.take(edges[-1].far)
            self._joins.append(self._join(edges[-1], near, found))
        return found

    def joined(self, edges: tuple[Edge, ...]) -> bool:
        return edges in self._aliases

    def apply(self, select: exp.Select) -> None:
        """Put FROM and the joins into a select."""
        source = self.index.source_of(self.root).name
        select.set("from_", exp.From(this=self.tables.table(source, self.alias)))
        if self._joins:
            select.set("joins", self._joins)

    def _join(self, edge: Edge, near: str, far: str) -> exp.Join:
        source = self.index.source_of(edge.far).name
        on = edge_condition(self.index, edge, near, far)
        kind = {"kind": "INNER"} if edge.multiplies and self._must_exist else {"side": "LEFT"}
        return exp.Join(this=self.tables.table(source, far), on=on, **kind)


def edge_condition(index: ModelIndex, edge: Edge, near: str, far: str) -> Tree:
    """The `on` of an edge between two aliases."""
    declaring, target = (far, near) if edge.flipped else (near, far)
    declaring_role, target_role = (edge.far, edge.near) if edge.flipped else (edge.near, edge.far)

    def at(field: Field) -> Tree:
        if field.role == FAR:
            return field_column(index, target_role, field.column, target)
        return field_column(index, declaring_role, field.column, declaring)

    return substituted(join_condition(index, edge.declared).tree, at)


def field_column(index: ModelIndex, role: str, name: str, alias: str) -> Tree:
    """A column of an alias; a computed one as its expression."""
    source = index.source_of(role).name
    computed = computed_column(index, source, name)
    if computed is None:
        return column(name, alias, index.dialect)
    return substituted(computed.tree, lambda field: field_column(index, role, field.column, alias))
