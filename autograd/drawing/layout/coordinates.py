"""The third step of the layout: the place of each member in its column.

Each member should stand as near as possible to what it is connected to. For one column at a time that is a least-squares
problem with the members' order and distances as constraints, and merging neighbours that would overlap solves it exactly (the
pool-adjacent-violators algorithm of isotonic regression, Ayer et al. 1955). It takes only additions, multiplications and
divisions of floats, so the result is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from autograd.drawing.layout.crossings import Columns

_SWEEPS = 10
_WORK = 60_000  # sweeps × links that are spent at most


def place_members(arranged: Columns, extents: Sequence[float], gap: float, offsets: Sequence[float], n_boxes: int) -> list[float]:
    """The middle of each member along its column.

    Args:
        arranged: the columns.
        extents: how much of the column each box takes.
        gap: the least distance between two boxes of a column.
        offsets: for each link, how far from the middle of its target it arrives.
        n_boxes: how many members are boxes; the others are points on edges, which need little room.
    """
    n = len(arranged.rank)
    half = [0.5 * extents[member] if member < n_boxes else 1.0 for member in range(n)]
    before: list[list[tuple[int, float, float]]] = [[] for _ in range(n)]
    after: list[list[tuple[int, float, float]]] = [[] for _ in range(n)]
    for (source, target, _), offset in zip(arranged.links, offsets, strict=True):
        # Straightness matters more for long edges than for short ones.
        weight = (1.0, 2.0, 12.0)[(source >= n_boxes) + (target >= n_boxes)]
        before[target].append((source, -offset, weight))
        after[source].append((target, offset, weight))
    at = [0.0] * n
    for column in arranged.columns:
        end = 0.0
        for member in column:
            at[member] = end + half[member]
            end = at[member] + half[member] + (gap if member < n_boxes else 0.4 * gap)
        for member in column:
            at[member] -= 0.5 * end
    distances = [
        [half[one] + half[other] + (gap if one < n_boxes and other < n_boxes else 0.6 * gap) for one, other in pairwise(column)]
        for column in arranged.columns
    ]
    numbered = list(zip(arranged.columns, distances, strict=True))
    sweeps = max(3, min(_SWEEPS, _WORK // (len(arranged.links) + n + 1)))
    for sweep in range(sweeps):
        last = sweep >= sweeps - 2
        for column, apart in numbered if sweep % 2 == 0 else reversed(numbered):
            sides = (before, after) if last else (before,) if sweep % 2 == 0 else (after,)
            settle(column, apart, sides, at)
    _straighten(arranged, distances, offsets, n_boxes, at)
    return at


def _straighten(
    arranged: Columns, distances: Sequence[Sequence[float]], offsets: Sequence[float], n_boxes: int, at: list[float]
) -> None:
    """Put the points of a long edge on one line, or on as few lines as the neighbours leave room for."""
    room: dict[int, tuple[int | None, float, int | None, float]] = {}
    for column, apart in zip(arranged.columns, distances, strict=True):
        for number, member in enumerate(column):
            if member >= n_boxes:
                above, below = (column[number - 1] if number else None), (column[number + 1] if number < len(apart) else None)
                distance_above = apart[number - 1] if number else 0.0
                room[member] = (above, distance_above, below, apart[number] if below is not None else 0.0)
    pairs = zip(arranged.links, offsets, strict=True)
    following = {source: (target, offset) for (source, target, _), offset in pairs if source >= n_boxes}
    for source, first, _ in arranged.links:
        if source >= n_boxes or first < n_boxes:
            continue
        chain = [first]
        while following[chain[-1]][0] >= n_boxes:
            chain.append(following[chain[-1]][0])
        target, offset = following[chain[-1]]
        line, run = at[source], 0
        while run < len(chain):
            low, high, end = float("-inf"), float("inf"), run
            while end < len(chain):
                above, distance_above, below, distance_below = room[chain[end]]
                highest = low if above is None else max(low, at[above] + distance_above)
                lowest = high if below is None else min(high, at[below] - distance_below)
                if highest > lowest and end > run:
                    break
                low, high, end = highest, lowest, end + 1
            # The line of the edge's end if possible, else that of the preceding points, or the nearest possible.
            arrival = at[target] + offset
            if end == len(chain) and low <= arrival <= high:
                line = arrival
            elif low <= high:
                line = min(max(line, low), high)
            else:
                line = at[chain[run]]
            for point in chain[run:end]:
                at[point] = line
            run = end


def settle(
    column: Sequence[int], apart: Sequence[float], sides: Sequence[Sequence[Sequence[tuple[int, float, float]]]], at: list[float]
) -> None:
    """Move the members of a column as near to their neighbours as their order and distances allow.

    Args:
        column: the members in order.
        apart: the least distance between each member and the next.
        sides: for each member its neighbours on one side of the column, each with an offset and a weight.
        at: where all members stand; those of the column are moved.
    """
    blocks: list[tuple[float, float, int]] = []  # the sum of weighted wishes, the sum of weights, how many members
    shift = 0.0
    shifts = []
    for number, member in enumerate(column):
        if number:
            shift += apart[number - 1]
        shifts.append(shift)
        wish = weights = 0.0
        for side in sides:
            for other, offset, weight in side[member]:
                wish += weight * (at[other] + offset)
                weights += weight
        if weights == 0.0:
            # A member without neighbours stays where it is, but gives way to others.
            wish, weights = 0.01 * at[member], 0.01
        wish -= weights * shift
        count = 1
        while blocks and blocks[-1][0] * weights > wish * blocks[-1][1]:
            earlier_wish, earlier_weights, earlier_count = blocks.pop()
            wish += earlier_wish
            weights += earlier_weights
            count += earlier_count
        blocks.append((wish, weights, count))
    number = 0
    for wish, weights, count in blocks:
        for _ in range(count):
            at[column[number]] = wish / weights + shifts[number]
            number += 1
