"""Where everything of a picture lies. All lengths are pixels."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from semantic_layer.drawing.layers import Layers, Stop
from semantic_layer.frozen import frozen
from semantic_layer.join_graph import Edge

CHARACTER, MARGIN, LOOP = 8, 20, 40
_LEAST_HEIGHT, _PORT, _PASSING, _SPACE, _GAP = 32, 14, 14, 18, 120
_LEAVES, _ARRIVES = "leaves", "arrives"
_End: TypeAlias = tuple[int, str]
"""A join's number, and which of its ends."""


@frozen
class Box:
    """A rectangle: a source's, or the one that a join passes through."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right side."""
        return self.left + self.width

    @property
    def middle(self) -> float:
        """Half-way down."""
        return self.top + self.height / 2


@frozen
class Line:
    """A join's line: x and y of its ports, and of both sides of each box that it passes through."""

    edge: Edge
    points: tuple[tuple[float, float], ...]
    back: bool = False


@frozen
class Picture:
    """Boxes by source, lines, and how large the whole is."""

    boxes: Mapping[str, Box]
    lines: tuple[Line, ...]
    width: float
    height: float


def placed(layers: Layers) -> Picture:
    """Give everything its place: columns centred on one another, ports of a side in the order of where they lead."""
    boxes = _boxes(layers)
    ports = _ports(layers, boxes)
    edges = layers.graph.edges
    lines = [
        Line(
            edges[way.number],
            (
                ports[way.number, _LEAVES],
                *(
                    point
                    for stop in way.stops[1:-1]
                    for point in ((boxes[stop].left, boxes[stop].middle), (boxes[stop].right, boxes[stop].middle))
                ),
                ports[way.number, _ARRIVES],
            ),
        )
        for way in layers.ways
    ]
    lines += [Line(edges[back], (ports[back, _LEAVES], ports[back, _ARRIVES]), back=True) for back in layers.back]
    return Picture(
        {stop.name: box for stop, box in boxes.items() if stop.passing is None},
        tuple(lines),
        max((box.right for box in boxes.values()), default=0) + LOOP + MARGIN,
        max((box.top + box.height for box in boxes.values()), default=0) + MARGIN,
    )


def _boxes(layers: Layers) -> dict[Stop, Box]:
    heights = _heights(layers)
    tall = [sum(heights[stop] for stop in column) + _SPACE * (len(column) - 1) for column in layers.columns]
    boxes: dict[Stop, Box] = {}
    left = float(MARGIN)
    for column, own in zip(layers.columns, tall, strict=True):
        width = max(len(stop.name) for stop in column if stop.passing is None) * CHARACTER + 2 * CHARACTER
        top = MARGIN + (max(tall) - own) / 2
        for stop in column:
            boxes[stop] = Box(left, top, width, heights[stop])
            top += heights[stop] + _SPACE
        left += width + _GAP
    return boxes


def _heights(layers: Layers) -> dict[Stop, float]:
    """A source's box has room for the ports of the side that has more of them."""
    edges = layers.graph.edges
    on_the_right = Counter(way.stops[0].name for way in layers.ways)
    on_the_right.update(name for back in layers.back for name in (edges[back].source, edges[back].target))
    on_the_left = Counter(way.stops[-1].name for way in layers.ways)
    return {
        stop: _PASSING
        if stop.passing is not None
        else max(_LEAST_HEIGHT, _PORT * (max(on_the_left[stop.name], on_the_right[stop.name]) + 1))
        for column in layers.columns
        for stop in column
    }


def _ports(layers: Layers, boxes: Mapping[Stop, Box]) -> dict[_End, tuple[float, float]]:
    """Where each end of each line is."""
    right: dict[Stop, list[tuple[float, _End]]] = {}
    left: dict[Stop, list[tuple[float, _End]]] = {}
    for way in layers.ways:
        first, second, before_last, last = way.stops[0], way.stops[1], way.stops[-2], way.stops[-1]
        right.setdefault(first, []).append((boxes[second].middle, (way.number, _LEAVES)))
        left.setdefault(last, []).append((boxes[before_last].middle, (way.number, _ARRIVES)))
    of = {stop.name: stop for stop in boxes if stop.passing is None}
    for back in layers.back:
        near, far = of[layers.graph.edges[back].source], of[layers.graph.edges[back].target]
        right.setdefault(near, []).append((boxes[far].middle, (back, _LEAVES)))
        right.setdefault(far, []).append((boxes[near].middle, (back, _ARRIVES)))
    return {
        **{end: (boxes[stop].right, y) for stop, ends in right.items() for end, y in _spread(ends, boxes[stop])},
        **{end: (boxes[stop].left, y) for stop, ends in left.items() for end, y in _spread(ends, boxes[stop])},
    }


def _spread(ends: Sequence[tuple[float, _End]], box: Box) -> Iterator[tuple[_End, float]]:
    """By the height of where they lead; what leads to one place keeps the order of the model."""
    for index, (_, end) in enumerate(sorted(ends, key=lambda one: one[0]), start=1):
        yield end, box.top + box.height * index / (len(ends) + 1)
