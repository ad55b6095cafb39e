"""The join graph as SVG: each source to the left of what its joins lead to, the relationship at both ends of a line.

A source's column is the longest path that leads to it; inside a column the order is that of the mean of what leads
there (the layering of Sugiyama, Tagawa and Toda, 1981, with one sweep instead of many).
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from xml.sax.saxutils import escape

from semantic_layer.frozen import frozen
from semantic_layer.join_graph import Edge, JoinGraph

_HEIGHT, _ROW, _GAP, _MARGIN, _CHARACTER, _LOOP = 32, 64, 140, 20, 8, 40
_ENDS = {"many_to_one": ("n", "1"), "one_to_many": ("1", "n"), "one_to_one": ("1", "1")}
_STYLE = (
    "text{font:13px ui-monospace,monospace;fill:#222}rect{fill:#f6f6f4;stroke:#555}"
    "path{fill:none;stroke:#888}.note{font-size:11px;fill:#555}"
)


@frozen
class _Box:
    """A source's rectangle; all lengths are pixels."""

    name: str
    left: int
    top: int
    width: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def middle(self) -> int:
        return self.top + _HEIGHT // 2


def to_svg(graph: JoinGraph) -> str:
    """An SVG document of its own."""
    boxes = {box.name: box for box in _place(_layers(graph))}
    width = max((box.right for box in boxes.values()), default=0) + _LOOP + _MARGIN
    height = max((box.top for box in boxes.values()), default=0) + _HEIGHT + _MARGIN
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f"<style>{_STYLE}</style>",
        *(_line(edge, boxes) for edge in graph.edges),
        *(_rectangle(box) for box in boxes.values()),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _layers(graph: JoinGraph) -> list[list[str]]:
    """Names by column. A join that closes a cycle does not count."""
    names = list(dict.fromkeys((*graph.nodes, *(edge.target for edge in graph.edges))))
    depth = dict.fromkeys(names, 0)
    forward = _without_cycles(names, graph.edges)
    for _ in names:
        moved = False
        for edge in forward:
            if depth[edge.target] <= depth[edge.source]:
                depth[edge.target] = depth[edge.source] + 1
                moved = True
        if not moved:
            break
    layers: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for name in names:
        layers[depth[name]].append(name)
    return _ordered(layers, forward)


def _without_cycles(names: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """The edges that do not lead back to where a walk, in the order of the names, came from."""
    leaving: dict[str, list[Edge]] = {name: [] for name in names}
    for edge in edges:
        leaving[edge.source].append(edge)
    kept: list[Edge] = []
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
            target = following.target
            if target not in on_the_way:
                kept.append(following)
                if target not in done:
                    done.add(target)
                    on_the_way.add(target)
                    walk.append((target, iter(leaving[target])))
    return kept


def _ordered(layers: list[list[str]], forward: Sequence[Edge]) -> list[list[str]]:
    sources: dict[str, list[str]] = {}
    for edge in forward:
        sources.setdefault(edge.target, []).append(edge.source)
    row: dict[str, float] = {}
    ordered: list[list[str]] = []
    for layer in layers:
        wanted = {name: fmean([row.get(source, 0.0) for source in sources.get(name, [])] or [0.0]) for name in layer}
        ordered.append(sorted(layer, key=wanted.__getitem__))
        row.update({name: float(index) for index, name in enumerate(ordered[-1])})
    return ordered


def _place(layers: Sequence[Sequence[str]]) -> list[_Box]:
    boxes: list[_Box] = []
    left = _MARGIN
    for layer in layers:
        width = max(len(name) for name in layer) * _CHARACTER + 2 * _CHARACTER
        boxes.extend(_Box(name, left, _MARGIN + _ROW * index, width) for index, name in enumerate(layer))
        left += width + _GAP
    return boxes


def _rectangle(box: _Box) -> str:
    frame = f'<rect x="{box.left}" y="{box.top}" width="{box.width}" height="{_HEIGHT}" rx="4"/>'
    return f'{frame}<text x="{box.left + _CHARACTER}" y="{box.middle + 5}">{escape(box.name)}</text>'


def _line(edge: Edge, boxes: Mapping[str, _Box]) -> str:
    near, far = boxes[edge.source], boxes[edge.target]
    x1, y1, x2, y2 = near.right, near.middle, far.left, far.middle
    if far.left <= near.left:  # a cycle, or a source that joins itself: out to the right and back
        x2 = far.right
        bend = max(x1, x2) + _LOOP
        y1, y2 = y1 - 6, y2 + 6
        path = f"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"
    else:
        half = (x1 + x2) // 2
        path = f"M{x1} {y1}C{half} {y1} {half} {y2} {x2} {y2}"
    first, last = _ENDS.get(edge.relationship, ("?", "?"))
    role = f"{edge.role}: " if edge.role != edge.target else ""
    toward = x2 - 10 if x2 == far.left else x2 + 3
    return (
        f"<g><title>{escape(f'{role}{edge.on} ({edge.relationship})')}</title>"
        f'<path d="{path}"/><text class="note" x="{x1 + 3}" y="{y1 - 3}">{first}</text>'
        f'<text class="note" x="{toward}" y="{y2 - 3}">{last}</text></g>'
    )
