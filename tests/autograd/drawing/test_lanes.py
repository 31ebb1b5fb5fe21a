"""Lanes for long edges: those that share columns have lanes of their own, and there are no more lanes than that takes."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from autograd.drawing.layout.crossings import Columns
from autograd.drawing.layout.lanes import add_lanes, lanes_of


@pytest.mark.parametrize("seed", range(30))
def test_intervals_that_share_a_column_have_different_lanes(seed: int) -> None:
    choices = random.Random(seed)
    starts = sorted(choices.randrange(20) for _ in range(25))
    intervals = [(start, start + choices.randrange(8)) for start in starts]
    lanes = lanes_of(intervals)
    for one, other in combinations(range(len(intervals)), 2):
        (first, last), (start, end) = intervals[one], intervals[other]
        if first <= end and start <= last:
            assert lanes[one] != lanes[other]
    busiest = max(sum(start <= column <= end for start, end in intervals) for column in range(30))
    assert set(lanes) == set(range(busiest)), "as many lanes as the fullest column takes, the lowest first"


def test_edges_without_points_run_outside_all_boxes() -> None:
    # Two boxes stand one above the other in each of five columns; their edges to the last column have no points.
    rank = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    edges = [(0, 8), (1, 9), (0, 6)]
    columns = Columns([[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]], [], [[], [], []], list(rank))
    middle = [-30.0, 30.0] * 5
    add_lanes(columns, edges, middle, [40.0] * 10)
    assert columns.rank[:10] == rank and middle[:10] == [-30.0, 30.0] * 5
    assert [[columns.rank[point] for point in route] for route in columns.routes] == [[1, 3], [1, 3], [1, 2]]
    above, below = ([middle[point] for point in route] for route in columns.routes[:2])
    assert len(set(above)) == len(set(below)) == 1 and above[0] < -50.0 and below[0] > 50.0
    assert columns.routes[2][0] == columns.routes[0][0], "edges from one box leave it together"


def test_an_edge_to_the_next_column_needs_no_lane() -> None:
    columns = Columns([[0], [1]], [(0, 1, 0.5)], [[]], [0, 1])
    middle = [0.0, 0.0]
    add_lanes(columns, [(0, 1)], middle, [40.0, 40.0])
    assert middle == [0.0, 0.0] and columns.routes == [[]]
