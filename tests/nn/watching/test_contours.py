"""Outlines of regions, compared with the signs of the scores from which they come."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence

import pytest

from nn.watching.contours import Point, path_of, positive_region, simplified


def is_inside(outlines: Sequence[Sequence[Point]], x: float, y: float) -> bool:
    """By the number of crossings of a ray to the right."""
    crossings = 0
    for outline in outlines:
        for (ax, ay), (bx, by) in zip(outline, [*outline[1:], outline[0]], strict=True):
            crossings += (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay)
    return crossings % 2 == 1


@pytest.mark.parametrize("seed", range(60))
def test_positive_scores_are_inside_and_others_outside(seed: int) -> None:
    draw = random.Random(seed)
    width, height = draw.randint(2, 8), draw.randint(2, 8)
    scores = [[draw.choice([-2.0, -1.0, -0.25, 0.5, 1.0, 3.0, 0.0]) for _ in range(width)] for _ in range(height)]
    outlines = positive_region(scores)
    for y, row in enumerate(scores):
        for x, score in enumerate(row):
            if score:
                assert is_inside(outlines, x + 1e-7, y + 1e-7) == (score > 0.0), (x, y)
    assert all(-0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5 for outline in outlines for x, y in outline)


def test_an_outline_of_a_linear_score_is_exactly_its_line() -> None:
    scores = [[0.7 * x - 1.3 * y + 2.1 for x in range(12)] for y in range(12)]
    [outline] = positive_region(scores)
    inside = [(x, y) for x, y in outline if 0.01 < x < 10.99 and 0.01 < y < 10.99]
    assert len(inside) > 10
    assert all(abs(0.7 * x - 1.3 * y + 2.1) < 1e-12 for x, y in inside)
    corners = simplified(outline, 1e-9)
    assert len([1 for x, y in corners if 0.5 < x < 10.5 and 0.5 < y < 10.5]) == 0, "its ends say it all"


def test_nothing_and_everything() -> None:
    assert positive_region([[-1.0, 0.0], [-2.0, -3.0]]) == []
    [outline] = positive_region([[1.0, 5.0], [2.0, 3.0]])
    assert min(x for x, _ in outline) == -0.5 and max(y for _, y in outline) == 1.5


def test_a_ring_has_a_hole() -> None:
    scores = [[1.0 - abs(math.hypot(x - 10, y - 10) - 6) for x in range(21)] for y in range(21)]
    outlines = positive_region(scores)
    areas = sorted(
        sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(one, [*one[1:], one[0]], strict=True)) / 2 for one in outlines
    )
    # π 7² and π 5², one of them the other way round.
    assert len(areas) == 2 and areas[0] * areas[1] < 0
    assert sorted(map(abs, areas)) == pytest.approx([math.pi * 25, math.pi * 49], rel=0.02)


@pytest.mark.parametrize("tolerance", [0.1, 1.5, 5.0])
def test_what_is_left_out_is_near_the_rest(tolerance: float) -> None:
    outline = [(50 * math.cos(k / 40), 30 * math.sin(k / 25)) for k in range(200)]
    kept = simplified(outline, tolerance)
    assert 3 < len(kept) < len(outline) and set(kept) <= set(outline)

    def distance(point: Point) -> float:
        pieces = zip(kept, [*kept[1:], kept[0]], strict=True)
        steps = [share / 200 for share in range(201)]
        return min(
            math.hypot(ax + (bx - ax) * t - point[0], ay + (by - ay) * t - point[1])
            for (ax, ay), (bx, by) in pieces
            for t in steps
        )

    assert max(map(distance, outline[::7])) <= tolerance + 0.3


def test_a_path_is_read_back() -> None:
    outlines = [[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0)], [(1.0, 5.0), (-0.5, 7.25), (3.0, 8.0)]]
    found, x, y = [], 0, 0
    for part in path_of(outlines, 10.0, 0.5).split("z")[:-1]:
        numbers = list(map(int, re.findall(r"-?\d+", part)))
        corners = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            corners.append((x / 10, y / 10))
        x, y = round(10 * corners[0][0]), round(10 * corners[0][1])
        found.append(corners)
    assert found == [outlines[0], [(1.0, 5.0), (-0.5, 7.2), (3.0, 8.0)]]
