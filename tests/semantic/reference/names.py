"""What a name in a query means: a column of a node, or a measure of a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from reference.aggregate import argument, holds_aggregate, is_aggregate
from reference.model import Model, Node
from reference.refusal import Refused
from reference.scalar import parse


@dataclass(frozen=True)
class Measure:
    """A measure: an expression over columns inside aggregates and over measures outside them."""

    name: str
    expression: exp.Expression
    home: Node | None
    filters: tuple[exp.Expression, ...] = ()


class Names:
    """Looks names up in a model."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def column(self, node: exp.Column, home: Node | None) -> tuple[Node, str]:
        """The node and the column; a bare one is the home's, or the only one of its name."""
        if node.table:
            return self.model.node(node.table), node.name
        if home is not None and node.name in home.columns:
            return home, node.name
        owners = [one for one in self.model.nodes.values() if node.name in one.columns]
        if len(owners) != 1:
            raise Refused(f"{node.name} is a column of {len(owners)} sources")
        return owners[0], node.name

    def columns(self, expression: exp.Expression, home: Node | None) -> list[tuple[Node, str]]:
        """Every column in the expression."""
        return [self.column(one, home) for one in expression.find_all(exp.Column)]

    def nodes(self, expression: exp.Expression, home: Node | None) -> list[Node]:
        """The nodes that the expression's columns belong to, each once."""
        return list({node.name: node for node, _ in self.columns(expression, home)}.values())

    def field(self, text: str) -> tuple[Node, str]:
        """A dimension's node and column, from ``source.column`` as written in a query."""
        for name, node in self.model.nodes.items():
            column = text.removeprefix(f"{name}.")
            if column != text and column in node.columns:
                return node, column
        owners = [node for node in self.model.nodes.values() if text in node.columns]
        if len(owners) != 1:
            raise Refused(f"no dimension {text}")
        return owners[0], text

    def measure(self, text: str, home: Node | None = None) -> Measure | None:
        """The declared measure of that name, qualified or not; None where there is none."""
        found = [
            measure
            for node in self.model.nodes.values()
            for measure in self.declared(node)
            if text == f"{node.name}.{measure.name}"
            or (text == measure.name and (home is node or (home is None and node.name == node.source["name"])))
        ]
        if len(found) > 1:
            raise Refused(f"{text} is a measure of {len(found)} sources")
        return found[0] if found else None

    def declared(self, node: Node) -> Iterator[Measure]:
        """The measures of a node's source."""
        segments = {segment["name"]: parse(segment["expr"]) for segment in node.source.get("segments", ())}
        for declared in node.source.get("measures", ()):
            filters = [segments[name] for name in declared.get("segments", ())]
            if declared.get("filter"):
                filters.append(parse(declared["filter"]))
            yield Measure(declared["name"], parse(declared["expr"]), node, tuple(filters))

    def segment(self, text: str) -> tuple[exp.Expression, Node]:
        """A segment's predicate and the node that its bare columns belong to."""
        for name, node in self.model.nodes.items():
            for segment in node.source.get("segments", ()):
                if text == f"{name}.{segment['name']}":
                    return parse(segment["expr"]), node
        raise Refused(f"no segment {text}")

    def asked(self, given: str | Mapping[str, str]) -> Measure:
        """A measure as a query names or writes it."""
        if isinstance(given, str):
            declared = self.measure(given)
            if declared is not None:
                return declared
            return Measure(given, parse(given), None)
        return Measure(given["name"], parse(given["expr"]), None)

    def inner(self, node: exp.Expression, home: Node | None) -> Measure | None:
        """The measure that a column-like node outside of aggregates names."""
        if not isinstance(node, exp.Column):
            return None
        text = f"{node.table}.{node.name}" if node.table else node.name
        return self.measure(text, home) or self.measure(text)

    def is_group_filter(self, clause: exp.Expression) -> bool:
        """Whether the clause aggregates or names a measure."""
        if holds_aggregate(clause):
            return True
        for node in clause.find_all(exp.Column):
            text = f"{node.table}.{node.name}" if node.table else node.name
            is_column = node.table in self.model.nodes and node.name in self.model.nodes[node.table].columns
            if not is_column and self.measure(text) is not None:
                return True
        return False

    def aggregates(self, measure: Measure) -> Iterator[tuple[exp.Expression, Node]]:
        """Every aggregate that the measure is made of, with the fact whose rows it ranges over."""
        for node in measure.expression.walk(prune=is_aggregate):
            if is_aggregate(node):
                yield node, self.fact(node, measure.home)
            else:
                inner = self.inner(node, measure.home)
                if inner is not None and inner != measure:
                    yield from self.aggregates(inner)

    def fact(self, call: exp.Expression, home: Node | None) -> Node:
        """The source whose rows an aggregate ranges over: its home, or the finest that it reads."""
        if home is not None:
            return home
        inner = argument(call)
        nodes = self.nodes(inner, None) if inner is not None else []
        finest = [node for node in nodes if all(self.model.reaches(node, other) for other in nodes)]
        if not finest:
            raise Refused(f"{call.sql()} has no source")
        return finest[0]
