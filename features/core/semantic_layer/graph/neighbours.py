"""The edges that leave a role, each join once however often it is declared."""

from semantic_layer.graph.edges import FLIPPED, DeclaredJoin, Edge, same_condition_key
from semantic_layer.graph.index import ModelIndex
from semantic_layer.graph.scope import join_condition
from semantic_layer.model import Relationship


def neighbours(index: ModelIndex, role: str) -> tuple[Edge, ...]:
    """Every edge from `role`, in the order of declaration.

    A join that both sides declare is one edge. Where the two declarations disagree, the edge is taken to multiply
    whenever one of them says so.
    """
    return index.remember(("neighbours", role), lambda: _neighbours(index, role))


def _neighbours(index: ModelIndex, role: str) -> tuple[Edge, ...]:
    by_target: dict[str, list[Edge]] = {}
    for edge in _declared(index, role):
        by_target.setdefault(edge.far, []).append(edge)
    return tuple(edge for edges in by_target.values() for edge in _merged(index, edges))


def _declared(index: ModelIndex, role: str) -> list[Edge]:
    source = index.source_of(role)
    edges = [
        _edge(role, join.role, join.relationship, DeclaredJoin(source.name, position, join), flipped=False)
        for position, join in enumerate(source.joins)
        if join.to in index.sources and join.role != role
    ]
    for declared in index.incoming.get(source.name, ()):
        belongs = declared.join.alias is None or role in (source.name, declared.join.role)
        if belongs and declared.source != role:
            edges.append(_edge(role, declared.source, FLIPPED[declared.join.relationship], declared, flipped=True))
    return edges


def _edge(near: str, far: str, relationship: Relationship, declared: DeclaredJoin, *, flipped: bool) -> Edge:
    multiplies = relationship is Relationship.ONE_TO_MANY
    return Edge(near, far, relationship, declared, flipped, multiplies)


def _merged(index: ModelIndex, edges: list[Edge]) -> list[Edge]:
    if len(edges) == 1:
        return edges
    by_condition: dict[object, list[Edge]] = {}
    for edge in edges:
        key = same_condition_key(join_condition(index, edge.declared).tree, flipped=edge.flipped)
        by_condition.setdefault(key, []).append(edge)
    return [_pessimistic(same) for same in by_condition.values()]


def _pessimistic(same: list[Edge]) -> Edge:
    return next((edge for edge in same if edge.multiplies), same[0])
