"""A row of a fact, seen from which every column that its joins reach has a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reference.model import Model, Node, RowNumber


@dataclass(frozen=True)
class Context:
    """One row, with the rows of nodes behind a one_to_many that stand beside it for the moment."""

    model: Model
    fact: Node
    row: int
    beside: Mapping[str, RowNumber]

    def value(self, node: Node, column: str) -> Any:
        """The column's value for this row."""
        return self.model.cell(node, column, self.row_of(node))

    def row_of(self, node: Node) -> RowNumber:
        """The row of the node that this row finds, or None."""
        if node is self.fact:
            return self.row
        if node.name in self.beside:
            return self.beside[node.name]
        row: RowNumber = self.row
        for step in self.model.path(self.fact, node):
            if step.multiplies:
                raise LookupError(f"{node.name} has many rows for one of {self.fact.name}")
            row = self._only(self.model.matches(step, row)) if row is not None else None
        return row

    @staticmethod
    def _only(rows: list[int]) -> RowNumber:
        if len(rows) > 1:
            raise ValueError("the data contradicts a declared relationship")
        return rows[0] if rows else None

    def repeated(self, nodes: list[Node]) -> Iterator[Context]:
        """This row once for each combination of rows of nodes behind a one_to_many; once, with none, if none."""
        if not nodes:
            yield self
            return
        first, *rest = nodes
        for beside in self._walks(first):
            yield from Context(self.model, self.fact, self.row, {**self.beside, **beside}).repeated(
                [node for node in rest if node.name not in beside]
            )

    def _walks(self, node: Node) -> list[dict[str, RowNumber]]:
        walks: list[dict[str, RowNumber]] = [{self.fact.name: self.row}]
        for step in self.model.path(self.fact, node):
            longer: list[dict[str, RowNumber]] = []
            for walk in walks:
                row = walk[step.start.name]
                found: list[RowNumber] = [] if row is None else list(self.model.matches(step, row))
                longer += [{**walk, step.end.name: match} for match in (found or [None])]
            walks = longer
        return [{name: row for name, row in walk.items() if name != self.fact.name} for walk in walks]
