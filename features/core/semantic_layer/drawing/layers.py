"""Columns of a join graph: layers, ways through the layers between, and an order with few crossings.

As Sugiyama, Tagawa and Toda have it (1981): cycles are cut, a source's layer is the longest path that leads to it, a
join over several layers passes a stop in each, and a layer's order is that of the means of the neighbours' positions,
swept to and fro.
"""

from collections.abc import Sequence
from statistics import fmean

from semantic_layer.frozen import frozen
from semantic_layer.join_graph import Edge, JoinGraph

_SWEEPS = 6


@frozen
class Stop:
    """A source's place in a column, or that of a join on its way to a later one: `passing` is its number."""

    name: str
    column: int
    passing: int | None = None


@frozen
class Way:
    """A join that leads to a later column: its source's stop, those that it passes, its target's."""

    number: int
    stops: tuple[Stop, ...]


@frozen
class Layers:
    """Columns from left to right, each from top to bottom.

    Joins are numbered as in `graph`: `back` are those that close a cycle or join a source to itself, all others have a
    way.
    """

    graph: JoinGraph
    columns: tuple[tuple[Stop, ...], ...]
    ways: tuple[Way, ...]
    back: tuple[int, ...]


def layered(graph: JoinGraph) -> Layers:
    """Lay out the columns of `graph`."""
    names = list(dict.fromkeys((*graph.nodes, *(edge.target for edge in graph.edges))))
    forward = _without_cycles(names, graph.edges)
    depth = _depths(names, [graph.edges[number] for number in forward])
    columns: list[list[Stop]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    stops = {name: Stop(name, depth[name]) for name in names}
    for stop in stops.values():
        columns[stop.column].append(stop)
    ways: list[Way] = []
    for number in forward:
        near, far = (stops[name] for name in (graph.edges[number].source, graph.edges[number].target))
        passed = [Stop(far.name, column, number) for column in range(near.column + 1, far.column)]
        for stop in passed:
            columns[stop.column].append(stop)
        ways.append(Way(number, (near, *passed, far)))
    back = tuple(sorted(set(range(len(graph.edges))) - set(forward)))
    return Layers(graph, tuple(map(tuple, _ordered(columns, ways))), tuple(ways), back)


def _depths(names: Sequence[str], forward: Sequence[Edge]) -> dict[str, int]:
    depth = dict.fromkeys(names, 0)
    for _ in names:
        moved = False
        for edge in forward:
            if depth[edge.target] <= depth[edge.source]:
                depth[edge.target] = depth[edge.source] + 1
                moved = True
        if not moved:
            break
    return depth


def _without_cycles(names: Sequence[str], edges: Sequence[Edge]) -> list[int]:
    """The numbers of those that do not lead back to where a walk, in the order of the names, came from."""
    leaving: dict[str, list[int]] = {name: [] for name in names}
    for number, edge in enumerate(edges):
        leaving[edge.source].append(number)
    kept: list[int] = []
    done: set[str] = set()
    for root in names:
        walk, on_the_way = [(root, iter(leaving[root]))] if root not in done else [], {root}
        done.add(root)
        while walk:
            name, left = walk[-1]
            following = next(left, None)
            if following is None:
                on_the_way.discard(name)
                walk.pop()
                continue
            target = edges[following].target
            if target not in on_the_way:
                kept.append(following)
                if target not in done:
                    done.add(target)
                    on_the_way.add(target)
                    walk.append((target, iter(leaving[target])))
    return kept


def _ordered(columns: list[list[Stop]], ways: Sequence[Way]) -> list[list[Stop]]:
    """Sweeps from the left and from the right in turn. Equal means keep the order, so that the picture is always the
    same."""
    before: dict[Stop, list[Stop]] = {}
    after: dict[Stop, list[Stop]] = {}
    for way in ways:
        for near, far in zip(way.stops, way.stops[1:], strict=False):
            before.setdefault(far, []).append(near)
            after.setdefault(near, []).append(far)
    row = {stop: float(index) for column in columns for index, stop in enumerate(column)}
    for sweep in range(_SWEEPS):
        from_left = sweep % 2 == 0
        neighbours = before if from_left else after
        for column in columns if from_left else reversed(columns):
            mean = {stop: fmean([row[one] for one in neighbours.get(stop, [stop])]) for stop in column}
            column.sort(key=mean.__getitem__)
            row.update({stop: float(index) for index, stop in enumerate(column)})
    return columns
