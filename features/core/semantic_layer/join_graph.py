"""The declared joins as a graph to look at: as a tree of text, as Mermaid, as DOT. Planning has its own."""

import json
from collections.abc import Iterable, Mapping

from semantic_layer.frozen import frozen


@frozen
class Edge:
    """A declared join. `role` is the alias, or the target's own name."""

    source: str
    target: str
    role: str
    on: str
    relationship: str


@frozen
class JoinGraph:
    """Sources and joins, each in the order of the model. A join's target may be missing among the nodes."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]

    def leaving(self, name: str) -> tuple[Edge, ...]:
        """The joins that `name` declares."""
        return tuple(edge for edge in self.edges if edge.source == name)

    def reached_from(self, name: str) -> "JoinGraph":
        """The part that declared joins reach from `name`, itself included."""
        reached, waiting = {name}, [name]
        while waiting:
            for edge in self.leaving(waiting.pop()):
                if edge.target not in reached:
                    reached.add(edge.target)
                    waiting.append(edge.target)
        return JoinGraph(
            tuple(node for node in self.nodes if node in reached),
            tuple(edge for edge in self.edges if edge.source in reached),
        )


def join_graph(sources: Iterable[Mapping[str, object]]) -> JoinGraph:
    """The graph of a model as it is loaded; joins of another shape than a join's are left out."""
    nodes: list[str] = []
    edges: list[Edge] = []
    for source in sources:
        name = str(source["name"])
        nodes.append(name)
        joins = source.get("joins")
        for join in joins if isinstance(joins, list | tuple) else ():
            if isinstance(join, Mapping) and "to" in join:
                target = str(join["to"])
                edges.append(
                    Edge(
                        source=name,
                        target=target,
                        role=str(join.get("alias") or target),
                        on=str(join.get("on", "")),
                        relationship=str(join.get("relationship", "")),
                    )
                )
    return JoinGraph(tuple(nodes), tuple(edges))


def to_tree(graph: JoinGraph) -> str:
    """Each source that no join points to, with what it reaches below it; then what only cycles reach.

    A source that is shown already is named again without what is below it.
    """
    targets = {edge.target for edge in graph.edges if edge.target != edge.source}
    lines: list[str] = []
    shown: set[str] = set()
    for root in (*(node for node in graph.nodes if node not in targets), *graph.nodes):
        if root not in shown:
            lines.append(root)
            _branch(graph, root, "", lines, shown)
    return "".join(f"{line}\n" for line in lines)


def _branch(graph: JoinGraph, name: str, indent: str, lines: list[str], shown: set[str]) -> None:
    shown.add(name)
    leaving = graph.leaving(name)
    for index, edge in enumerate(leaving):
        last = index == len(leaving) - 1
        again = edge.target in shown and bool(graph.leaving(edge.target))
        role = f"{edge.role} ({edge.target})" if edge.role != edge.target else edge.target
        suffix = ", see above" if again else ""
        lines.append(f"{indent}{'└─' if last else '├─'} {role}  {edge.relationship} on {edge.on}{suffix}")
        if not again:
            _branch(graph, edge.target, indent + ("   " if last else "│  "), lines, shown)


def to_mermaid(graph: JoinGraph) -> str:
    """A Mermaid entity-relationship diagram."""
    ends = {"many_to_one": "}o--||", "one_to_many": "||--o{", "one_to_one": "||--||"}
    names = _numbered(graph)
    lines = ["erDiagram"]
    lines.extend(f"  {key}[{_mermaid(name)}]" for name, key in names.items())
    lines.extend(
        f"  {names[edge.source]} {ends.get(edge.relationship, '}o--o{')} {names[edge.target]} : {_mermaid(edge.role)}"
        for edge in graph.edges
    )
    return "".join(f"{line}\n" for line in lines)


def to_dot(graph: JoinGraph) -> str:
    """Graphviz DOT; a join's condition is the label of its arrow."""
    heads = {"many_to_one": "crow:tee", "one_to_many": "tee:crow", "one_to_one": "tee:tee"}
    lines = ["digraph model {", "  rankdir=LR;", "  node [shape=box];"]
    lines.extend(f"  {_dot(node)};" for node in graph.nodes)
    for edge in graph.edges:
        tail, head = heads.get(edge.relationship, "none:normal").split(":")
        role = f"{edge.role}: " if edge.role != edge.target else ""
        style = f"[dir=both, arrowtail={tail}, arrowhead={head}, label={_dot(role + edge.on)}]"
        lines.append(f"  {_dot(edge.source)} -> {_dot(edge.target)} {style};")
    return "".join(f"{line}\n" for line in [*lines, "}"])


def _numbered(graph: JoinGraph) -> dict[str, str]:
    """Names may be any text; Mermaid's keys may not."""
    names = dict.fromkeys((*graph.nodes, *(edge.target for edge in graph.edges)))
    return {name: f"s{number}" for number, name in enumerate(names)}


def _mermaid(text: str) -> str:
    return '"' + text.replace('"', "#quot;").replace("\n", " ") + '"'


def _dot(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
