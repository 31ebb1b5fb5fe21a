"""Where members stand in their columns: in order, without overlaps, and as near to their neighbours as that allows."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest

from autograd.drawing.layout.coordinates import place_members, settle
from autograd.drawing.layout.crossings import arrange
from autograd.drawing.layout.ranks import rank_boxes

GAP = 18.0


@pytest.mark.parametrize("seed", range(20))
def test_members_keep_their_order_and_do_not_overlap(seed: int) -> None:
    choices = random.Random(seed)
    n = 35
    edges = sorted({(choices.randrange(target), target) for target in range(1, n) for _ in range(2)}, key=lambda edge: edge[1])
    arranged = arrange(rank_boxes(n, edges), edges, [0.5] * len(edges), [n - 1])
    extents = [choices.uniform(20.0, 90.0) for _ in range(n)]
    at = place_members(arranged, extents, GAP, [choices.uniform(-20.0, 20.0) for _ in arranged.links], n)
    assert len(at) == len(arranged.rank)
    for column in arranged.columns:
        for above, below in pairwise(column):
            room = sum(0.5 * extents[member] if member < n else 1.0 for member in (above, below))
            gap = GAP if above < n and below < n else 0.6 * GAP
            assert at[below] - at[above] >= room + gap - 1e-9


def nearest(wishes: list[float], weights: list[float], apart: list[float]) -> list[float]:
    """The places in order, at their distances, whose weighted squares of distances from wishes have the least sum.

    In the best places some members touch and others don't: all choices of those that do are tried.
    """
    n = len(wishes)
    shifts = [sum(apart[:number]) for number in range(n)]
    best: tuple[float, list[float]] = (float("inf"), [])
    for cuts in (cuts for count in range(n) for cuts in combinations(range(1, n), count)):
        places = [0.0] * n
        for start, end in pairwise((0, *cuts, n)):
            block = range(start, end)
            common = sum(weights[k] * (wishes[k] - shifts[k]) for k in block) / sum(weights[k] for k in block)
            for k in block:
                places[k] = common + shifts[k]
        if all(places[k + 1] - places[k] >= apart[k] - 1e-9 for k in range(n - 1)):
            cost = sum(weight * (place - wish) ** 2 for weight, place, wish in zip(weights, places, wishes, strict=True))
            best = min(best, (cost, places))
    return best[1]


@pytest.mark.parametrize("seed", range(40))
def test_a_column_settles_at_the_least_squares(seed: int) -> None:
    choices = random.Random(seed)
    n = choices.randint(1, 7)
    wishes = [choices.uniform(-60.0, 60.0) for _ in range(n)]
    weights = [choices.choice([1.0, 2.0, 12.0]) for _ in range(n)]
    apart = [choices.uniform(5.0, 40.0) for _ in range(n - 1)]
    # Each member has one neighbour, which stands where the member would like to.
    neighbours = [[(n + number, 0.0, weight)] for number, weight in enumerate(weights)]
    at = [0.0] * n + wishes
    settle(range(n), apart, [neighbours], at)
    assert at[:n] == pytest.approx(nearest(wishes, weights, apart), abs=1e-9)
    assert at[n:] == wishes


def test_a_member_with_several_namesakes_stands_at_their_weighted_mean() -> None:
    at = [0.0, 10.0, 40.0, 7.0]
    settle([0], [], [[[(1, 0.0, 1.0), (2, -6.0, 3.0)]]], at)
    assert at[0] == pytest.approx((10.0 + 3.0 * 34.0) / 4.0)


def test_a_member_without_namesakes_stays_or_gives_way() -> None:
    at = [5.0, 5.0, 0.0]
    settle([0, 1], [30.0], [[[], [(2, 0.0, 1.0)]]], at)
    assert at[1] - at[0] == pytest.approx(30.0) and abs(at[1]) < 0.5
