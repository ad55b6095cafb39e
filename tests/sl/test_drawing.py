"""The picture of a join graph: nothing lies on anything else, whatever the joins."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from semantic_layer.drawing import to_svg
from semantic_layer.drawing.layers import layered
from semantic_layer.drawing.places import Box, placed
from semantic_layer.join_graph import Edge, JoinGraph

NAMES = [f"source_{letter}" for letter in "abcdefghij"]
RELATIONSHIPS = ["many_to_one", "one_to_many", "one_to_one"]
EDGES = st.builds(
    Edge,
    source=st.sampled_from(NAMES),
    target=st.sampled_from([*NAMES, "missing"]),
    role=st.sampled_from(["first", "second"]),
    on=st.just("a = b"),
    relationship=st.sampled_from(RELATIONSHIPS),
)
GRAPHS = st.lists(EDGES, max_size=25).map(lambda edges: JoinGraph(tuple(NAMES), tuple(edges)))


def overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )


@given(GRAPHS)
def test_boxes_lie_apart_and_inside_the_picture(graph: JoinGraph) -> None:
    picture = placed(layered(graph))
    assert not any(overlap(one, other) for one, other in combinations(picture.boxes.values(), 2))
    for box in picture.boxes.values():
        assert box.left >= 0
        assert box.top >= 0
        assert box.right <= picture.width
        assert box.top + box.height <= picture.height


@given(GRAPHS)
def test_every_join_is_one_line_from_its_source_to_its_target(graph: JoinGraph) -> None:
    picture = placed(layered(graph))
    assert sorted(map(id, graph.edges)) == sorted(id(line.edge) for line in picture.lines)
    for line in picture.lines:
        near, far = picture.boxes[line.edge.source], picture.boxes[line.edge.target]
        (x1, y1), (x2, y2) = line.points[0], line.points[-1]
        assert (x1, x2) == (near.right, far.right if line.back else far.left)
        assert near.top < y1 < near.top + near.height
        assert far.top < y2 < far.top + far.height


@given(GRAPHS)
def test_no_two_lines_share_a_port_and_none_crosses_a_box(graph: JoinGraph) -> None:
    picture = placed(layered(graph))
    ports = [end for line in picture.lines for end in (line.points[0], line.points[-1])]
    assert len(set(ports)) == len(ports)
    for line in picture.lines:
        for x, y in line.points[1:-1]:
            assert not any(
                box.left <= x <= box.right and box.top <= y <= box.top + box.height for box in picture.boxes.values()
            )


@given(GRAPHS)
def test_joins_that_close_no_cycle_lead_to_the_right(graph: JoinGraph) -> None:
    for line in placed(layered(graph)).lines:
        if not line.back:
            along = [x for x, _ in line.points]
            assert along == sorted(along)


def test_names_are_text_whatever_they_hold() -> None:
    graph = JoinGraph(('a<b>&"c"',), (Edge('a<b>&"c"', "x", "<role>", "a < b & c", "many_to_one"),))
    drawn = ET.fromstring(to_svg(graph))  # noqa: S314 - our own text
    assert [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text") if not text.get("class")] == [
        'a<b>&"c"',
        "x",
    ]
    assert next(drawn.iter("{http://www.w3.org/2000/svg}title")).text == "<role>: a < b & c (many_to_one)"
