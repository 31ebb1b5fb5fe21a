"""Lanes outside all boxes, for long edges without points of their own in the columns that they pass.

A picture with a great many long edges has no room for a point of each of them in every column. The edges without points leave
their column at once, run along a lane above or below all boxes, and come back just before their target.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from autograd.drawing.layout.crossings import Columns

_BEFORE_FIRST = 14.0
_BETWEEN_LANES = 4.0


def add_lanes(arranged: Columns, edges: Sequence[tuple[int, int]], middle: list[float], extents: Sequence[float]) -> None:
    """Give every long edge without points two points on a lane; edges from one box share them.

    Args:
        arranged: the columns; the new points are added to its ranks and routes, but not to a column.
        edges: pairs (source, target).
        middle: where each member stands along its column; the new points are added.
        extents: how much room each box takes in its column.
    """
    last_column: dict[int, int] = {}
    for (source, target), route in zip(edges, arranged.routes, strict=True):
        if not route and arranged.rank[target] - arranged.rank[source] > 1:
            last_column[source] = max(last_column.get(source, 0), arranged.rank[target] - 1)
    if not last_column:
        return
    n_boxes = len(extents)
    ends = [0.5 * extent for extent in extents] + [0.0] * (len(middle) - n_boxes)
    top = min(at - half for at, half in zip(middle, ends, strict=True)) - _BEFORE_FIRST
    bottom = max(at + half for at, half in zip(middle, ends, strict=True)) + _BEFORE_FIRST
    centre = 0.5 * (top + bottom)
    sources = sorted(last_column, key=lambda source: (arranged.rank[source], source))
    at: dict[int, float] = {}
    for is_above in (True, False):
        side = [source for source in sources if (middle[source] < centre) is is_above]
        for source, lane in zip(
            side, lanes_of([(arranged.rank[source] + 1, last_column[source]) for source in side]), strict=True
        ):
            at[source] = top - lane * _BETWEEN_LANES if is_above else bottom + lane * _BETWEEN_LANES
    points: dict[tuple[int, int], int] = {}

    def point(source: int, column: int) -> int:
        if (source, column) not in points:
            points[source, column] = len(middle)
            middle.append(at[source])
            arranged.rank.append(column)
        return points[source, column]

    for number, (source, target) in enumerate(edges):
        first, last = arranged.rank[source] + 1, arranged.rank[target] - 1
        if not arranged.routes[number] and last >= first:
            arranged.routes[number] = [point(source, column) for column in dict.fromkeys((first, last))]


def lanes_of(intervals: Sequence[tuple[int, int]]) -> list[int]:
    """The lowest free lane for each interval of columns; the intervals are sorted by their starts."""
    taken: list[tuple[int, int]] = []  # until which column, and which lane
    free: list[int] = []
    lanes = []
    n_lanes = 0
    for start, end in intervals:
        while taken and taken[0][0] < start:
            heappush(free, heappop(taken)[1])
        if free:
            lane = heappop(free)
        else:
            lane, n_lanes = n_lanes, n_lanes + 1
        lanes.append(lane)
        heappush(taken, (end, lane))
    return lanes
