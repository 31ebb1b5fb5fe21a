"""The layout of a diagram: columns, order and coordinates, then the course of every edge.

Everything is computed in two coordinates, *along* the direction of the computation and *across* it, which are turned at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from autograd.drawing.diagram.diagram import Diagram
from autograd.drawing.layout.coordinates import place_members
from autograd.drawing.layout.crossings import Columns, arrange
from autograd.drawing.layout.lanes import add_lanes
from autograd.drawing.layout.ranks import rank_boxes

Direction: TypeAlias = Literal["right", "left", "down", "up"]
DIRECTIONS: tuple[Direction, ...] = ("right", "left", "down", "up")
Point: TypeAlias = tuple[float, float]

ARROW_LENGTH, ARROW_WIDTH = 8.0, 7.0
_BETWEEN_BOXES = 18.0
_BETWEEN_COLUMNS, _MOST_BETWEEN_COLUMNS = 40.0, 150.0
_PORT_DISTANCE = 14.0


@dataclass(slots=True)
class Course:
    """The course of an edge and its arrow.

    Attributes:
        start: where the edge leaves its source.
        segments: straight lines, given by one point, and cubic curves, given by three.
        arrow: the tip, which touches the target, and the two other corners.
        label: where the local derivative stands.
    """

    start: Point
    segments: list[tuple[Point, ...]]
    arrow: tuple[Point, Point, Point]
    label: Point


@dataclass(slots=True)
class Placement:
    """The coordinates of everything in a picture.

    Attributes:
        width, height: the size of the whole, in pixels.
        corners: the top left corner of each box.
        courses: the course of each edge.
    """

    width: float
    height: float
    corners: list[Point]
    courses: list[Course]


def lay_out(
    diagram: Diagram,
    sizes: Sequence[Point],
    roots: Sequence[int],
    direction: Direction,
    *,
    label_room: float,
    port_distance: float,
    margin: float,
) -> Placement:
    """Lay a diagram out.

    Args:
        sizes: the width and height of each box.
        roots: the boxes of the outputs.
        direction: the direction in which the computation proceeds.
        label_room: how much room to leave before a target for the labels of its edges.
        port_distance: how far apart edges arrive at a target, if there is room.
        margin: how much room to leave around the whole.
    """
    flat = direction in ("right", "left")
    along = [width if flat else height for width, height in sizes]
    across = [height if flat else width for width, height in sizes]
    edges = [(edge.source, edge.target) for edge in diagram.edges]
    ranks = rank_boxes(len(sizes), edges)
    places, offsets = _ports(diagram, across, port_distance or _PORT_DISTANCE)
    arranged = arrange(ranks, edges, places, roots)
    offset_of = {(target, place): offset for (_, target), place, offset in zip(edges, places, offsets, strict=True)}
    link_offsets = [offset_of[target, place] if target < len(sizes) else 0.0 for _, target, place in arranged.links]
    gap = _BETWEEN_BOXES if flat else _BETWEEN_BOXES + 6.0
    middle = place_members(arranged, across, gap, link_offsets, len(sizes))
    add_lanes(arranged, edges, middle, across)
    starts, widths, length = _columns(arranged, along, middle, edges, offsets, label_room)
    least = min((middle[box] - 0.5 * across[box] for box in range(len(sizes))), default=0.0)
    least = min(least, min((middle[point] - 2.0 for point in range(len(sizes), len(middle))), default=least))
    middle = [position - least for position in middle]
    breadth = max((middle[box] + 0.5 * across[box] for box in range(len(sizes))), default=0.0)
    breadth = max(breadth, max((middle[point] + 2.0 for point in range(len(sizes), len(middle))), default=0.0))
    turn = _Turn(direction, length, margin)
    corners = []
    for box, (width, height) in enumerate(sizes):
        u = starts[ranks[box]] + 0.5 * widths[ranks[box]]
        x, y = turn.point(u, middle[box])
        corners.append((x - 0.5 * width, y - 0.5 * height))
    courses = [
        _course(number, edges[number], arranged, middle, offsets[number], starts, widths, along, label_room, turn)
        for number in range(len(edges))
    ]
    length, breadth = length + 2.0 * margin, breadth + 2.0 * margin
    return Placement(*((length, breadth) if flat else (breadth, length)), corners, courses)


def _ports(diagram: Diagram, across: Sequence[float], distance: float) -> tuple[list[float], list[float]]:
    """For each edge its place among those of its target, from 0 to 1, and how far from the middle it arrives."""
    arriving: dict[int, list[int]] = {}
    for number, edge in enumerate(diagram.edges):
        arriving.setdefault(edge.target, []).append(number)
    places, offsets = [0.5] * len(diagram.edges), [0.0] * len(diagram.edges)
    for target, numbers in arriving.items():
        numbers.sort(key=lambda number: diagram.edges[number].position)
        if len(numbers) == 1:
            continue
        step = min(distance, (across[target] - 12.0) / (len(numbers) - 1))
        for index, number in enumerate(numbers):
            places[number] = index / (len(numbers) - 1)
            offsets[number] = step * (index - 0.5 * (len(numbers) - 1))
    return places, offsets


def _columns(
    arranged: Columns,
    along: Sequence[float],
    middle: Sequence[float],
    edges: Sequence[tuple[int, int]],
    offsets: Sequence[float],
    label_room: float,
) -> tuple[list[float], list[float], float]:
    """The start and the width of each column, and the end of the last. Steep edges get more room before their target."""
    n_boxes = len(along)
    widths = [max((along[member] for member in column if member < n_boxes), default=0.0) for column in arranged.columns]
    steepest = [0.0] * len(widths)
    for source, target, _ in arranged.links:
        rank = arranged.rank[target]
        steepest[rank] = max(steepest[rank], abs(middle[source] - middle[target]))
    starts, end = [], 0.0
    for rank, width in enumerate(widths):
        if rank:
            end += min(_MOST_BETWEEN_COLUMNS, _BETWEEN_COLUMNS + 0.16 * steepest[rank]) + label_room
        starts.append(end)
        end += width
    return starts, widths, end


def _course(
    number: int,
    edge: tuple[int, int],
    arranged: Columns,
    middle: Sequence[float],
    offset: float,
    starts: Sequence[float],
    widths: Sequence[float],
    along: Sequence[float],
    label_room: float,
    turn: _Turn,
) -> Course:
    source, target = edge
    rank = arranged.rank[source]
    u, v = starts[rank] + 0.5 * (widths[rank] + along[source]), middle[source]
    begin = turn.point(u, v)
    segments: list[tuple[Point, ...]] = []
    straight = starts[rank] + widths[rank]  # how far the line goes straight on

    def curve(to: float, across: float) -> None:
        nonlocal u, v, straight
        if abs(across - v) < 0.05:
            straight = to
            return
        if straight > u + 0.05:
            segments.append((turn.point(straight, v),))
            u = straight
        bend = 0.5 * (u + to)
        segments.append((turn.point(bend, v), turn.point(bend, across), turn.point(to, across)))
        u, v = to, across

    for point in arranged.routes[number]:
        column = arranged.rank[point]
        curve(starts[column] - label_room, middle[point])
        straight = starts[column] + widths[column]
    rank = arranged.rank[target]
    tip = starts[rank] + 0.5 * (widths[rank] - along[target])
    curve(starts[rank] - label_room - ARROW_LENGTH, middle[target] + offset)
    segments.append((turn.point(tip - 0.8 * ARROW_LENGTH, v),))
    arrow = (
        turn.point(tip, v),
        turn.point(tip - ARROW_LENGTH, v - 0.5 * ARROW_WIDTH),
        turn.point(tip - ARROW_LENGTH, v + 0.5 * ARROW_WIDTH),
    )
    return Course(begin, segments, arrow, turn.point(tip - ARROW_LENGTH - 0.5 * label_room, v))


class _Turn:
    """Turns coordinates along and across into x and y."""

    def __init__(self, direction: Direction, length: float, margin: float) -> None:
        self._margin = margin
        self._flat = direction in ("right", "left")
        self._back = direction in ("left", "up")
        self._length = length

    def point(self, u: float, v: float) -> Point:
        if self._back:
            u = self._length - u
        u += self._margin
        v += self._margin
        return (u, v) if self._flat else (v, u)
