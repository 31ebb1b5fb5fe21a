"""No edge passes behind a box, however long the chain and however many edges are long."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from drawn_graphs import random_graph

from autograd import Value, tanh
from autograd.drawing import draw
from autograd.drawing.drawing import Drawing
from autograd.drawing.layout import crossings
from autograd.drawing.layout.layout import DIRECTIONS


def recurrent_network(n_steps: int) -> Value:
    """h ← tanh(wx·x + wh·h + b), step after step, in no scope."""
    wx, wh, b, h = Value(0.5, "wx"), Value(0.3, "wh"), Value(0.1, "b"), Value(0.0, "h0")
    for step in range(1, n_steps + 1):
        h = tanh(wx * Value(0.1 * step, f"x{step}") + wh * h + b)
    return h


def curve(start: Any, controls: Any) -> Any:
    """Points along a cubic curve."""
    t = numpy.linspace(0.0, 1.0, 33)[:, None]
    one, two, end = (numpy.array(point) for point in controls)
    return (1 - t) ** 3 * numpy.array(start) + 3 * t * (1 - t) ** 2 * one + 3 * t * t * (1 - t) * two + t**3 * end


def edges_behind_boxes(drawing: Drawing) -> list[tuple[str, str, str]]:
    """Each edge that has a point inside a box: its source, its target, the box."""
    scene, diagram = drawing.scene, drawing.diagram
    low = numpy.array([node.corner for node in scene.nodes]) + 0.6
    high = numpy.array([(node.corner[0] + node.width, node.corner[1] + node.height) for node in scene.nodes]) - 0.6
    found = []
    for line in scene.lines:
        at, hit = line.course.start, numpy.zeros(len(low), bool)
        for segment in line.course.segments:
            if len(segment) == 1:
                ends = numpy.array([at, segment[0]])
                assert numpy.ptp(ends, axis=0).min() < 0.01, "straight lines are along the direction"
                hit |= ((ends.max(axis=0) > low) & (ends.min(axis=0) < high)).all(axis=1)
            else:
                # A curve stays within the hull of its control points.
                hull = numpy.array([at, *segment])
                near = ((hull.max(axis=0) > low) & (hull.min(axis=0) < high)).all(axis=1)
                points = curve(at, segment)[:, None]
                hit[near] |= ((points > low[near]) & (points < high[near])).all(axis=2).any(axis=0)
            at = segment[-1]
        edge = diagram.edges[line.number]
        found += [
            (diagram.boxes[edge.source].name, diagram.boxes[edge.target].name, diagram.boxes[box].name)
            for box in hit.nonzero()[0]
        ]
        inside = [point for segment in line.course.segments for point in segment]
        assert all(0 <= x <= scene.width and 0 <= y <= scene.height for x, y in inside), "inside the picture"
    return found


@pytest.mark.parametrize("local_derivatives", [False, True])
@pytest.mark.parametrize("n_steps", [5, 15, 20, 30, 60])
def test_recurrent_networks(n_steps: int, local_derivatives: bool) -> None:
    drawing = draw(recurrent_network(n_steps), "value", local_derivatives=local_derivatives)
    assert edges_behind_boxes(drawing) == []


def test_the_parts_of_a_step_stand_together() -> None:
    assert draw(recurrent_network(60), "value").scene.height < 1000, "it was 4,900 with all products at the start"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_directions(direction: Any) -> None:
    assert edges_behind_boxes(draw(recurrent_network(25), "value", direction)) == []
    assert edges_behind_boxes(draw(random_graph(1, 200), "value", direction, local_derivatives=True)) == []


@pytest.mark.parametrize("seed", range(4))
def test_random_graphs(seed: int) -> None:
    assert edges_behind_boxes(draw(random_graph(seed, 150 + 100 * seed), "value")) == []


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("n_points", [0, 10, 40])
def test_all_edges_that_have_no_points_run_outside(seed: int, n_points: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossings, "_POINTS_PER_BOX", 0)
    monkeypatch.setattr(crossings, "_POINTS_AT_LEAST", n_points)
    for direction in DIRECTIONS:
        drawing = draw(random_graph(seed, 60), "value", direction, local_derivatives=True)
        assert edges_behind_boxes(drawing) == []
