"""Sources and roles as nodes with rows; declared joins as steps between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from reference.refusal import Refused
from reference.scalar import NOT_A_LEAF, compute, known, parse

RowNumber = int | None


@dataclass
class Node:
    """A source, or a role that a join's alias gives one."""

    name: str
    source: Mapping[str, Any]
    rows: list[dict[str, Any]]
    computed: dict[str, exp.Expression]
    columns: dict[str, str]
    steps: list[Step] = field(default_factory=list, repr=False)


@dataclass(eq=False)
class Step:
    """A declared join, walked one way. It multiplies when one row may find several, narrows when several find one."""

    start: Node
    end: Node
    on: exp.Expression
    names: Mapping[str, Node]
    owner: Node
    multiplies: bool
    narrows: bool
    found: dict[int, list[int]] = field(default_factory=dict, repr=False)


class Model:
    """The nodes of a model over its data.

    Args:
        sources: Source objects as on the wire.
        rows: Each source's rows, as mappings from column to value.
    """

    def __init__(self, sources: Sequence[Mapping[str, Any]], rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self.nodes: dict[str, Node] = {}
        for source in sources:
            self._add_node(source["name"], source, rows[source["name"]])
        by_name = {source["name"]: source for source in sources}
        for source in sources:
            for join in source.get("joins", ()):
                if join.get("alias"):
                    self._add_node(join["alias"], by_name[join["to"]], rows[join["to"]])
        for node in list(self.nodes.values()):
            for join in node.source.get("joins", ()):
                is_role = node.name != node.source["name"]
                if not (is_role and join.get("alias")):
                    self._add_join(node, join)
        self._paths: dict[tuple[str, str], list[Step]] = {}
        self._found: dict[tuple[str, str], list[list[Step]]] = {}

    def _add_node(self, name: str, source: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
        columns = {column["name"]: column.get("type", "string") for column in source["columns"]}
        computed = {column["name"]: parse(column["expr"]) for column in source["columns"] if column.get("expr")}
        values = [{column: known(value) for column, value in row.items()} for row in rows]
        self.nodes[name] = Node(name, source, values, computed, columns)

    def _add_join(self, node: Node, join: Mapping[str, Any]) -> None:
        target = self.nodes[join.get("alias") or join["to"]]
        if any(step.end is target for step in node.steps):
            return  # The inverse of a join that the other side declared.
        names = {join["to"]: target, node.source["name"]: node, node.name: node, target.name: target}
        on, kind = parse(join["on"]), join["relationship"]
        node.steps.append(Step(node, target, on, names, node, kind == "one_to_many", kind == "many_to_one"))
        if node.name == node.source["name"]:
            # A role is a dimension of those who gave it to a source, not of everything that the source is joined to.
            target.steps.append(Step(target, node, on, names, node, kind == "many_to_one", kind == "one_to_many"))

    def node(self, name: str) -> Node:
        """The source or role of that name."""
        if name not in self.nodes:
            raise Refused(f"no source {name}")
        return self.nodes[name]

    def path(self, start: Node, end: Node) -> list[Step]:
        """The one path with the fewest multiplying joins, then the fewest joins."""
        key = (start.name, end.name)
        if key not in self._paths:
            self._paths[key] = self._best_path(start, end)
        return self._paths[key]

    def _best_path(self, start: Node, end: Node) -> list[Step]:
        if start is end:
            return []
        found = self.trails(start, end)
        if not found:
            raise Refused(f"{start.name} and {end.name} are not connected")
        best = min(map(self._cost, found))
        paths = [trail for trail in found if self._cost(trail) == best]
        if len(paths) > 1:
            raise Refused(f"{len(paths)} equally good paths from {start.name} to {end.name}")
        return paths[0]

    @staticmethod
    def _cost(trail: list[Step]) -> tuple[int, int]:
        return sum(step.multiplies for step in trail), len(trail)

    def trails(self, start: Node, end: Node) -> list[list[Step]]:
        """Every way that passes no node twice."""
        key = (start.name, end.name)
        if key not in self._found:
            self._found[key] = self._walks(start, end)
        return self._found[key]

    @staticmethod
    def _walks(start: Node, end: Node) -> list[list[Step]]:
        found: list[list[Step]] = []

        def walk(node: Node, trail: list[Step]) -> None:
            if node is end:
                found.append(trail)
                return
            for step in node.steps:
                if step.end is not start and all(step.end is not passed.end for passed in trail):
                    walk(step.end, [*trail, step])

        walk(start, [])
        return found

    def is_connected(self, start: Node, end: Node) -> bool:
        """Whether any path exists."""
        return start is end or bool(self.trails(start, end))

    def reaches(self, start: Node, end: Node) -> bool:
        """Whether no row of the start finds more than one of the end."""
        if start is end:
            return True
        best = min((self._cost(trail) for trail in self.trails(start, end)), default=None)
        return best is not None and best[0] == 0 and bool(self.path(start, end))

    def is_extension(self, start: Node, end: Node) -> bool:
        """Whether a one_to_one lies on the way, which neither side's rows multiply on."""
        if not self.reaches(start, end):
            return False
        return any(not step.narrows for step in self.path(start, end))

    def matches(self, step: Step, row: int) -> list[int]:
        """The rows that one row finds by a join."""
        if row not in step.found:
            bound = {step.start.name: row}
            step.found[row] = [
                other
                for other in range(len(step.end.rows))
                if self.joined(step, {**bound, step.end.name: other}) is True
            ]
        return step.found[row]

    def joined(self, step: Step, bound: Mapping[str, int]) -> Any:
        """Whether `on` holds for two rows."""

        def leaf(node: exp.Expression) -> Any:
            if not isinstance(node, exp.Column):
                return NOT_A_LEAF
            owner = step.names[node.table] if node.table else step.owner
            return self.cell(owner, node.name, bound[owner.name])

        return compute(step.on, leaf)

    def cell(self, node: Node, column: str, row: RowNumber) -> Any:
        """A column's value in a row; NULL throughout where there is no row, whatever a computed column would say."""
        if row is None:
            return None
        if column not in node.columns:
            raise Refused(f"no column {column} in {node.name}")
        if column not in node.computed:
            return node.rows[row][column]

        def leaf(inner: exp.Expression) -> Any:
            return self.cell(node, inner.name, row) if isinstance(inner, exp.Column) else NOT_A_LEAF

        return compute(node.computed[column], leaf)
