"""The second step of the layout: the order within each column, with few crossings of edges.

A long edge has a point in each column that it passes. Each column is sorted by the medians of its members' neighbours, in the
column on one side and then on the other, again and again, and the best order found is kept.

Source: the layered drawing of Sugiyama, Tagawa and Toda (1981), with the medians of Gansner, Koutsofios, North and Vo (1993).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

# Long edges that would need more points than this, for each box, run outside all boxes: more points take long and help nobody.
_POINTS_PER_BOX, _POINTS_AT_LEAST = 3, 300
_MOST_SWEEPS = 24
_WORK = 80_000  # sweeps × edges that are spent at most


@dataclass(slots=True)
class Columns:
    """Boxes and points on long edges, by column.

    Attributes:
        columns: the members of each column in order; numbers up to the number of boxes are boxes, others are points.
        links: pairs of connected members of neighbouring columns, each with its place at the target, from 0 to 1.
        routes: for each edge the points that it passes, in order; empty for a long edge that runs outside.
        rank: the column of each member.
    """

    columns: list[list[int]]
    links: list[tuple[int, int, float]]
    routes: list[list[int]]
    rank: list[int]


def arrange(ranks: Sequence[int], edges: Sequence[tuple[int, int]], places: Sequence[float], roots: Sequence[int]) -> Columns:
    """Order every column.

    Args:
        ranks: the column of each box.
        edges: pairs (source, target).
        places: for each edge its place at the target, from 0 (first operand) to 1 (last).
        roots: the outputs; the first order is that of a walk from them, operand by operand.
    """
    arranged = _with_points(ranks, edges, places)
    _first_order(arranged, edges, roots, len(ranks))
    _sweep(arranged)
    return arranged


def _with_points(ranks: Sequence[int], edges: Sequence[tuple[int, int]], places: Sequence[float]) -> Columns:
    rank = list(ranks)
    links: list[tuple[int, int, float]] = []
    routes: list[list[int]] = [[] for _ in edges]
    chain_of: dict[int, list[int]] = {}  # all edges from one box share its points
    left = _POINTS_PER_BOX * len(ranks) + _POINTS_AT_LEAST
    by_length = sorted(range(len(edges)), key=lambda number: (rank[edges[number][1]] - rank[edges[number][0]], number))
    for number in by_length:
        source, target = edges[number]
        chain = chain_of.setdefault(source, [])
        needed = rank[target] - rank[source] - 1
        if needed - len(chain) > left:
            continue
        while len(chain) < needed:
            links.append((chain[-1] if chain else source, len(rank), 0.5))
            rank.append(rank[source] + 1 + len(chain))
            chain.append(len(rank) - 1)
            left -= 1
        routes[number] = chain[:needed]
        links.append((chain[needed - 1] if needed else source, target, places[number]))
    columns: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    return Columns(columns, links, routes, rank)


def _first_order(arranged: Columns, edges: Sequence[tuple[int, int]], roots: Sequence[int], n_boxes: int) -> None:
    """Put the members into the order in which a walk from the outputs, operand by operand, comes across them."""
    before: list[list[int]] = [[] for _ in arranged.rank]
    for source, target, _ in sorted(arranged.links, key=lambda link: (link[1], link[2])):
        before[target].append(source)
    done = [False] * len(arranged.rank)
    for root in [*roots, *range(n_boxes), *range(n_boxes, len(done))]:
        stack = [root]
        while stack:
            member = stack.pop()
            if not done[member]:
                done[member] = True
                arranged.columns[arranged.rank[member]].append(member)
                stack += reversed(before[member])


def _sweep(arranged: Columns) -> None:
    columns, links = arranged.columns, arranged.links
    place = [0] * len(arranged.rank)
    before: list[list[tuple[int, float]]] = [[] for _ in place]
    after: list[list[tuple[int, float]]] = [[] for _ in place]
    by_column: list[list[tuple[int, int, float]]] = [[] for _ in columns]
    for link in links:
        source, target, port = link
        before[target].append((source, 0.5))
        # The place at which an edge meets its target decides between operands of one node.
        after[source].append((target, port))
        by_column[arranged.rank[target]].append(link)
    for column in columns:
        for position, member in enumerate(column):
            place[member] = position
    best, fewest = [list(column) for column in columns], count_crossings(by_column, place)
    sweeps = max(2, min(_MOST_SWEEPS, _WORK // (len(links) + len(place) + 1)))
    since = 0
    for sweep in range(sweeps):
        if fewest == 0 or since == 6:
            break
        towards = sweep % 2 == 0
        for column in columns if towards else reversed(columns):
            _sort(column, before if towards else after, place)
        now = count_crossings(by_column, place)
        since += 1
        if now < fewest:
            best, fewest, since = [list(column) for column in columns], now, 0
    arranged.columns = best


def _sort(column: list[int], neighbours: Sequence[Sequence[tuple[int, float]]], place: list[int]) -> None:
    keys: dict[int, float] = {}
    for member in column:
        connected = neighbours[member]
        if len(connected) == 1:
            other, port = connected[0]
            keys[member] = place[other] + port - 0.5
        elif connected:
            near = sorted([place[other] + port - 0.5 for other, port in connected])
            middle = len(near) // 2
            keys[member] = near[middle] if len(near) % 2 else 0.5 * (near[middle - 1] + near[middle])
        else:
            # Members without neighbours on this side stay where they are.
            keys[member] = place[member]
    column.sort(key=keys.__getitem__)
    for position, member in enumerate(column):
        place[member] = position


def count_crossings(by_column: Sequence[Sequence[tuple[int, int, float]]], place: Sequence[int]) -> int:
    """The number of pairs of links that cross, because they start in one order and end in the other.

    Args:
        by_column: the links into each column.
        place: the place of each member in its column.
    """
    crossings = 0
    for links in by_column:
        ends: list[float] = []
        for _, end in sorted([(place[source], place[target] + port) for source, target, port in links]):
            position = bisect_right(ends, end)
            crossings += len(ends) - position
            ends.insert(position, end)
    return crossings
