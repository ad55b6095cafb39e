"""The way from one role to another: fewest row-multiplying joins, then fewest joins (semantics.md, rule 9)."""

from collections import deque
from heapq import heappop, heappush

from semantic_layer.errors import SemanticError
from semantic_layer.frozen import frozen
from semantic_layer.graph.edges import Edge
from semantic_layer.graph.index import ModelIndex
from semantic_layer.graph.neighbours import neighbours

_SHOWN = 5
_Arrivals = dict[str, list[Edge]]


@frozen
class Path:
    """A sequence of edges, each starting where the one before ends. Empty: already there."""

    start: str
    edges: tuple[Edge, ...] = ()

    @property
    def end(self) -> str:
        return self.edges[-1].far if self.edges else self.start

    @property
    def multiplies(self) -> bool:
        return any(edge.multiplies for edge in self.edges)

    @property
    def descends_first(self) -> bool:
        """Down to details, then up to what those have: never up to something shared and down to its other details."""
        climbed = False
        for edge in self.edges:
            if edge.multiplies and climbed:
                return False
            climbed = climbed or (not edge.multiplies and edge.relationship != "one_to_one")
        return True

    def __str__(self) -> str:
        return " -> ".join((self.start, *(edge.far for edge in self.edges)))


def upward_path(index: ModelIndex, start: str, goal: str) -> Path | None:
    """The shortest path without a row-multiplying join; None when there is none. Raises for a tie."""
    return index.remember(("upward", start, goal), lambda: (_upward(index, start, goal),))[0]


def best_path(index: ModelIndex, start: str, goal: str) -> Path | None:
    """The best path by rule 9; None when nothing connects the two. Raises for a tie."""
    upward = upward_path(index, start, goal)
    if upward is not None:
        return upward
    return index.remember(("best", start, goal), lambda: (_cheapest(index, start, goal),))[0]


def component(index: ModelIndex, start: str) -> frozenset[str]:
    """Every role that joins connect with `start`, in whatever direction."""

    def make() -> frozenset[str]:
        seen, queue = {start}, deque([start])
        while queue:
            for edge in neighbours(index, queue.popleft()):
                if edge.far not in seen:
                    seen.add(edge.far)
                    queue.append(edge.far)
        return frozenset(seen)

    return index.remember(("component", start), make)


def _upward(index: ModelIndex, start: str, goal: str) -> Path | None:
    if start == goal:
        return Path(start)
    distance, arrivals, queue = {start: 0}, _Arrivals(), deque([start])
    while queue:
        role = queue.popleft()
        if goal in distance and distance[role] >= distance[goal]:
            break
        for edge in neighbours(index, role):
            if edge.multiplies:
                continue
            steps = distance[role] + 1
            if edge.far not in distance:
                distance[edge.far] = steps
                queue.append(edge.far)
            if distance[edge.far] == steps:
                arrivals.setdefault(edge.far, []).append(edge)
    return _only_path(arrivals, start, goal)


def _cheapest(index: ModelIndex, start: str, goal: str) -> Path | None:
    cost, arrivals = {start: (0, 0)}, _Arrivals()
    heap: list[tuple[tuple[int, int], str]] = [((0, 0), start)]
    while heap:
        so_far, role = heappop(heap)
        if so_far > cost[role]:
            continue
        if role == goal:
            break
        for edge in neighbours(index, role):
            onward = (so_far[0] + edge.multiplies, so_far[1] + 1)
            known = cost.get(edge.far)
            if known is None or onward < known:
                cost[edge.far] = onward
                arrivals[edge.far] = [edge]
                heappush(heap, (onward, edge.far))
            elif onward == known:
                arrivals[edge.far].append(edge)
    return _only_path(arrivals, start, goal)


def _only_path(arrivals: _Arrivals, start: str, goal: str) -> Path | None:
    if goal not in arrivals:
        return None
    found: list[tuple[Edge, ...]] = []
    stack: list[tuple[str, tuple[Edge, ...]]] = [(goal, ())]
    while stack and len(found) <= _SHOWN:
        role, tail = stack.pop()
        if role == start:
            found.append(tail)
        else:
            stack.extend((edge.near, (edge, *tail)) for edge in arrivals[role])
    if len(found) > 1:
        raise _tie(start, goal, found)
    return Path(start, found[0])


def _tie(start: str, goal: str, found: list[tuple[Edge, ...]]) -> SemanticError:
    ways = sorted(_described(start, edges) for edges in found)
    return SemanticError(
        "ambiguous-path",
        f"{start!r} reaches {goal!r} in {len(ways)} equally good ways: {'; '.join(ways)}",
        hint=f"declare an alias on the join that is meant and use that name instead of {goal!r}",
    )


def _described(start: str, edges: tuple[Edge, ...]) -> str:
    steps = [f"{edge.far} (on {edge.declared.join.on})" for edge in edges]
    return " -> ".join((start, *steps))
