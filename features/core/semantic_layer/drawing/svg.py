"""The picture as SVG: lines below boxes, the relationship at both ends of a line, its condition in a title."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from semantic_layer.drawing.layers import layered
from semantic_layer.drawing.places import CHARACTER, LOOP, Box, Line, placed
from semantic_layer.join_graph import JoinGraph

_ENDS = {"many_to_one": ("n", "1"), "one_to_many": ("1", "n"), "one_to_one": ("1", "1")}
_STYLE = (
    "text{font:13px ui-monospace,monospace;fill:#222}rect{fill:#f6f6f4;stroke:#555}"
    "path{fill:none;stroke:#888}.note{font-size:11px;fill:#555}"
    "@media(prefers-color-scheme:dark){text{fill:#eee}rect{fill:#2b2b2b;stroke:#aaa}.note{fill:#bbb}}"
)


def to_svg(graph: JoinGraph) -> str:
    """An SVG document of its own."""
    picture = placed(layered(graph))
    width, height = f"{picture.width:g}", f"{picture.height:g}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<style>{_STYLE}</style>",
        *map(_join, picture.lines),
        *(_source(name, box) for name, box in picture.boxes.items()),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _source(name: str, box: Box) -> str:
    frame = f'<rect x="{box.left:g}" y="{box.top:g}" width="{box.width:g}" height="{box.height:g}" rx="4"/>'
    return f'{frame}<text x="{box.left + CHARACTER:g}" y="{box.middle + 5:g}">{escape(name)}</text>'


def _join(line: Line) -> str:
    edge = line.edge
    (x1, y1), (x2, y2) = line.points[0], line.points[-1]
    path = _loop(line.points) if line.back else _curves(line.points)
    first, last = _ENDS.get(edge.relationship, ("?", "?"))
    role = f"{edge.role}: " if edge.role != edge.target else ""
    toward = x2 + 3 if line.back else x2 - 10
    return (
        f"<g><title>{escape(f'{role}{edge.on} ({edge.relationship})')}</title>"
        f'<path d="{path}"/><text class="note" x="{x1 + 3:g}" y="{y1 - 2:g}">{first}</text>'
        f'<text class="note" x="{toward:g}" y="{y2 - 2:g}">{last}</text></g>'
    )


def _curves(points: Sequence[tuple[float, float]]) -> str:
    """A curve between columns, a straight line through one that is only passed."""
    pieces = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for index in range(1, len(points)):
        (x1, y1), (x2, y2) = points[index - 1], points[index]
        half = (x1 + x2) / 2
        pieces.append(f"C{half:g} {y1:g} {half:g} {y2:g} {x2:g} {y2:g}" if index % 2 else f"H{x2:g}")
    return "".join(pieces)


def _loop(points: Sequence[tuple[float, float]]) -> str:
    """Out to the right and back: a join that closes a cycle, or of a source to itself."""
    (x1, y1), (x2, y2) = points
    bend = max(x1, x2) + LOOP
    return f"M{x1:g} {y1:g}C{bend:g} {y1:g} {bend:g} {y2:g} {x2:g} {y2:g}"
