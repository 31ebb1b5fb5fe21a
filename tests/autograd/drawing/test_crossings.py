"""The order within columns, beside what trying all orders finds."""

from __future__ import annotations

import random
from itertools import combinations, pairwise, permutations, product

import pytest

from autograd.drawing.layout.crossings import Columns, arrange, count_crossings
from autograd.drawing.layout.ranks import rank_boxes

Edges = list[tuple[int, int]]


def layered(seed: int, sizes: tuple[int, ...]) -> tuple[list[int], Edges]:
    """The columns and the edges of boxes in some columns, each with one or two operands in the column before."""
    choices = random.Random(seed)
    ranks = [rank for rank, size in enumerate(sizes) for _ in range(size)]
    starts = [sum(sizes[:rank]) for rank in range(len(sizes))]
    edges = [
        (starts[rank - 1] + operand, box)
        for box, rank in enumerate(ranks)
        if rank
        for operand in sorted(choices.sample(range(sizes[rank - 1]), min(sizes[rank - 1], choices.randint(1, 2))))
    ]
    return ranks, edges


def places_of_operands(edges: Edges) -> list[float]:
    """The place of each edge among those of its target, from 0 to 1."""
    places = []
    for number, (_, target) in enumerate(edges):
        alike = [other for other, edge in enumerate(edges) if edge[1] == target]
        places.append(0.5 if len(alike) == 1 else alike.index(number) / (len(alike) - 1))
    return places


def crossings_of(columns: list[list[int]], links: list[tuple[int, int, float]]) -> int:
    """How many pairs of links cross, pair by pair."""
    place = {member: position for column in columns for position, member in enumerate(column)}
    column_of = {member: number for number, column in enumerate(columns) for member in column}
    crossings = 0
    for (a, b, at_b), (c, d, at_d) in combinations(links, 2):
        if column_of[b] == column_of[d]:
            crossings += (place[a] - place[c]) * (place[b] + at_b - place[d] - at_d) < 0
    return crossings


def arranged(ranks: list[int], edges: Edges) -> Columns:
    used = {source for source, _ in edges}
    return arrange(ranks, edges, places_of_operands(edges), [box for box in range(len(ranks)) if box not in used])


@pytest.mark.parametrize("seed", range(30))
def test_crossings_are_counted_as_pairs_of_links(seed: int) -> None:
    choices = random.Random(seed)
    links = [(choices.randrange(6), 6 + choices.randrange(5), choices.choice([0.0, 0.5, 1.0])) for _ in range(14)]
    columns = [choices.sample(range(6), 6), choices.sample(range(6, 11), 5)]
    place = [columns[member >= 6].index(member) for member in range(11)]
    assert count_crossings([links], place) == crossings_of(columns, links)


def test_few_crossings_are_left_of_those_that_must_be() -> None:
    found = fewest = 0
    for seed, sizes in product(range(25), [(3, 4, 2), (4, 4, 1)]):
        ranks, edges = layered(seed, sizes)
        result = arranged(ranks, edges)
        of_boxes = crossings_of(result.columns, result.links)
        columns = [[box for box, rank in enumerate(ranks) if rank == number] for number in range(len(sizes))]
        orders = product(*(list(map(list, permutations(column))) for column in columns))
        best = min(crossings_of(list(order), result.links) for order in orders)
        assert best <= of_boxes, (seed, sizes)
        found, fewest = found + of_boxes, fewest + best
    assert 10 < fewest <= found <= 2 * fewest


@pytest.mark.parametrize("seed", range(10))
def test_a_tree_has_no_crossings(seed: int) -> None:
    choices = random.Random(seed)
    n = 40
    user = {box: choices.randrange(box + 1, min(n, box + 6)) for box in range(n - 1)}
    edges = sorted(user.items(), key=lambda edge: edge[1])
    result = arranged(rank_boxes(n, edges), edges)
    assert crossings_of(result.columns, result.links) == 0


@pytest.mark.parametrize("seed", range(10))
def test_every_member_is_in_its_column_and_every_edge_has_a_point_in_each_column_between(seed: int) -> None:
    choices = random.Random(seed)
    n = 30
    edges = sorted({(choices.randrange(target), target) for target in range(1, n) for _ in range(2)}, key=lambda edge: edge[1])
    ranks = rank_boxes(n, edges)
    result = arranged(ranks, edges)
    members = [(member, rank) for rank, column in enumerate(result.columns) for member in column]
    assert sorted(members) == list(enumerate(result.rank)) and result.rank[:n] == ranks
    for (source, target), route in zip(edges, result.routes, strict=True):
        assert [result.rank[member] for member in (source, *route, target)] == list(range(ranks[source], ranks[target] + 1))
        assert all((one, other) in {link[:2] for link in result.links} for one, other in pairwise((source, *route, target)))
