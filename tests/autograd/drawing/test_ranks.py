"""The columns of boxes: every edge leads on, no column is empty, and moving boxes makes no edges longer altogether."""

from __future__ import annotations

import random

import pytest

from autograd.drawing.layout.ranks import FEW_BOXES, rank_boxes

Edges = list[tuple[int, int]]


def random_edges(seed: int, n: int) -> Edges:
    """Edges of a graph whose boxes are in the order of computation; some boxes have no operands, some have one twice."""
    choices = random.Random(seed)
    return [
        (choices.randrange(max(0, target - 9), target), target)
        for target in range(1, n)
        if choices.random() < 0.7
        for _ in range(choices.randint(1, 3))
    ]


def longest_path_to(box: int, edges: Edges) -> int:
    return max((1 + longest_path_to(source, edges) for source, target in edges if target == box), default=0)


@pytest.mark.parametrize("seed", range(20))
def test_of_few_boxes_the_column_is_the_longest_path_from_a_leaf(seed: int) -> None:
    edges = random_edges(seed, FEW_BOXES)
    assert rank_boxes(FEW_BOXES, edges) == [longest_path_to(box, edges) for box in range(FEW_BOXES)]


@pytest.mark.parametrize("seed", range(20))
def test_of_many_boxes_every_edge_leads_on_and_no_column_is_empty(seed: int) -> None:
    n = 60
    edges = random_edges(seed, n)
    ranks = rank_boxes(n, edges)
    assert all(ranks[source] < ranks[target] for source, target in edges)
    assert set(ranks) == set(range(max(ranks) + 1))


@pytest.mark.parametrize("seed", range(20))
def test_moving_boxes_to_their_users_makes_edges_no_longer_altogether(seed: int) -> None:
    n = 40
    edges = random_edges(seed, n)
    computed = {target for _, target in edges}
    ranks = rank_boxes(n, edges)
    unmoved = [0] * n
    for source, target in sorted(edges, key=lambda edge: edge[1]):
        unmoved[target] = max(unmoved[target], unmoved[source] + 1)

    def length(columns: list[int]) -> int:
        return sum(columns[target] - columns[source] for source, target in edges if source in computed)

    assert length(ranks) <= length(unmoved)


def test_a_leaf_of_many_boxes_stands_beside_what_uses_it() -> None:
    n = FEW_BOXES + 3
    chain = [(box, box + 1) for box in range(n - 3)]
    edges = [*chain, (n - 2, n - 1), (n - 3, n - 1)]
    assert rank_boxes(n, edges)[n - 2] == rank_boxes(n, edges)[n - 1] - 1 == n - 3
