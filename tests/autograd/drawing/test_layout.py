"""The layout: nothing overlaps, arrows meet what they lead to, operands keep their order, and it is the same everywhere."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from drawn_graphs import edges_of, nodes_of, parse, random_graph, text_example
from hash_seeds import printed_under_hash_seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value
from autograd.drawing import draw
from autograd.drawing.layout.coordinates import place_members
from autograd.drawing.layout.crossings import Columns, arrange
from autograd.drawing.layout.layout import DIRECTIONS
from autograd.drawing.layout.ranks import rank_boxes

FLAT = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}


def curve_points(path: str) -> list[tuple[float, float]]:
    """Points along a path of lines and cubic curves."""
    import re

    points: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MLC])([^MLC]*)", path):
        pairs = [tuple(map(float, pair.split(","))) for pair in numbers.split()]
        start = points[-1] if points else pairs[0]
        if command == "C":
            (x1, y1), (x2, y2), (x3, y3) = pairs
            for k in range(1, 17):
                t = k / 16
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                points.append((
                    sum(w * x for w, x in zip(weights, (start[0], x1, x2, x3), strict=True)),
                    sum(w * y for w, y in zip(weights, (start[1], y1, y2, y3), strict=True)),
                ))  # fmt: skip
        else:
            x, y = pairs[0]
            n = 8 + int(abs(x - start[0]) + abs(y - start[1])) // 4
            points += [(start[0] + (x - start[0]) * k / n, start[1] + (y - start[1]) * k / n) for k in range(1, n + 1)]
    return points


def assert_tidy(output: Value, **options: Any) -> None:
    drawing = draw(output, "value", **options)
    tree = parse(drawing.svg())
    nodes, edges = nodes_of(tree), edges_of(tree)
    assert len(nodes) == len(drawing.diagram.boxes)
    assert len(edges) == len(drawing.diagram.edges)
    width, height = float(tree.attrib["width"]), float(tree.attrib["height"])
    for node in nodes.values():
        x, y, w, h = node["box"]
        assert x >= 0 and y >= 0 and x + w <= width and y + h <= height, "inside the picture"
    for one, other in combinations(nodes.values(), 2):
        (x1, y1, w1, h1), (x2, y2, w2, h2) = one["box"], other["box"]
        assert x1 + w1 < x2 or x2 + w2 < x1 or y1 + h1 < y2 or y2 + h2 < y1, "boxes apart"
    direction = options.get("direction", "right")
    across = 1 if direction in ("right", "left") else 0
    arrivals: dict[int, list[tuple[int, float]]] = {}
    for number, shown in edges.items():
        edge = drawing.diagram.edges[number]
        x, y, w, h = nodes[edge.target]["box"]
        tip = shown["tip"]
        side = {"right": x, "left": x + w, "down": y, "up": y + h}[direction]
        assert tip[1 - across] == pytest.approx(side, abs=0.11), "the arrow meets the node"
        assert (x, y)[across] <= tip[across] <= (x, y)[across] + (w, h)[across]
        arrivals.setdefault(edge.target, []).append((edge.position, tip[across]))
        sx, sy, sw, sh = nodes[edge.source]["box"]
        begin = shown["points"][0]
        from_side = {"right": sx + sw, "left": sx, "down": sy + sh, "up": sy}[direction]
        assert begin[1 - across] == pytest.approx(from_side, abs=0.11), "the edge starts at the node"
        for px, py in curve_points(shown["path"])[:-1]:
            for position, node in nodes.items():
                bx, by, bw, bh = node["box"]
                inside = bx + 0.6 < px < bx + bw - 0.6 and by + 0.6 < py < by + bh - 0.6
                assert not inside, f"edge {number} passes over node {position}"
    for arriving in arrivals.values():
        places = [place for _, place in sorted(arriving)]
        assert places == sorted(places), "in operand order"
        assert len(set(places)) == len(places), "each edge arrives at a place of its own"


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("local_derivatives", [False, True])
def test_the_texts_example(direction: Any, local_derivatives: bool) -> None:
    assert_tidy(text_example()[0], direction=direction, local_derivatives=local_derivatives, hide_constants=False)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.integers(0, 2**32), st.integers(3, 50), st.sampled_from(DIRECTIONS), st.booleans())
def test_random_graphs(seed: int, n: int, direction: Any, local_derivatives: bool) -> None:
    assert_tidy(random_graph(seed, n), direction=direction, local_derivatives=local_derivatives)


def test_labels_of_edges_do_not_overlap() -> None:
    x, y = Value(1234.5, "x"), Value(-0.000123, "y")
    drawing = draw((x * y) * (x / y) * (y - x), local_derivatives=True)
    labels = [line.label for line in drawing.scene.lines if line.label]
    boxes = [(label.at[0], label.at[1], len("".join(run.text for run in label.runs)) * 7.0) for label in labels]
    for (x1, y1, w1), (x2, y2, w2) in combinations(boxes, 2):
        assert abs(y1 - y2) >= 11 or abs(x1 - x2) >= 0.5 * (w1 + w2)


def test_two_edges_for_a_value_used_twice() -> None:
    x = Value(3.0, "x")
    edges = edges_of(parse(draw(x * x, local_derivatives=True).svg()))
    assert [edge["label"] for edge in edges.values()] == ["3", "3"]
    assert edges[0]["tip"] != edges[1]["tip"]


def test_longest_paths() -> None:
    assert rank_boxes(4, [(0, 1), (0, 3), (1, 3), (2, 3)]) == [0, 1, 0, 2]
    # Of many boxes, a leaf stands beside what uses it.
    chain = [(n, n + 1) for n in range(13)]
    assert rank_boxes(15, sorted([*((a, b) for a, b in chain if b < 13), (13, 14), (12, 14)]))[13] == 12


def test_crossings_are_taken_out() -> None:
    # 0 and 1 lead to 3 and 2: one swap takes the crossing out.
    arranged = arrange([0, 0, 1, 1, 2], [(0, 3), (1, 2), (2, 4), (3, 4)], [0.5, 0.5, 0.0, 1.0], [4])
    assert arranged.columns == [[1, 0], [2, 3], [4]]


def test_members_stand_where_their_namesakes_are() -> None:
    columns = Columns([[0], [1, 2]], [(0, 1, 0.5), (0, 2, 0.5)], [[], []], [0, 1, 1])
    at = place_members(columns, [20.0, 30.0, 30.0], 10.0, [0.0, 0.0], 3)
    assert at[2] - at[1] == pytest.approx(40.0)
    assert 0.5 * (at[1] + at[2]) == pytest.approx(at[0])


def test_long_edges_are_straight() -> None:
    a = Value(1.0, "a")
    z = a
    for _ in range(8):
        z = z * 1.5
    tree = parse(draw(a + z, hide_constants=True).svg())
    far = max(edges_of(tree).values(), key=lambda edge: edge["points"][-1][0] - edge["points"][0][0])
    heights = {round(y) for _, y in far["points"][2:-4]}
    assert len(heights) <= 2


def test_long_edges_bend_no_more_than_they_must() -> None:
    paths = [edge["path"] for edge in edges_of(parse(draw(text_example()[0]).svg())).values()]
    assert [path.count("C") for path in paths] == [1] * len(paths)
    # Under a box in one column and above another edge's point in the next there is one line for both points.
    columns = Columns([[0], [2, 3], [4, 5], [1]], [(0, 3, 0.5), (3, 4, 0.5), (4, 1, 0.5)], [[3, 4]], [0, 3, 1, 1, 2, 2])
    narrow = place_members(columns, [20.0, 20.0, 20.0], 10.0, [0.0, 0.0, 0.0], 3)
    assert narrow[3] == narrow[4] == narrow[1]


def test_the_same_to_the_byte_under_any_hash_seed() -> None:
    program = (
        "from drawn_graphs import random_graph, text_example\n"
        "from autograd.drawing import draw, draw_dot\n"
        "from nn import MLP\n"
        "print(draw(text_example()[0], local_derivatives=True).svg())\n"
        "print(draw(random_graph(7, 300), 'value').svg())\n"
        "y = MLP(2, [16, 16, 1])([1.0, 2.0])[0]\n"
        "for level in ('value', 'neuron', 'layer', 'network'):\n"
        "    print(draw(y, level).svg(inline=True), draw(y, level).text(), draw_dot(y, level).source)\n"
    )
    printed = printed_under_hash_seeds(program)
    assert len(printed) == 1
    assert len(printed.pop()) > 100_000
