"""The first step of the layout: the column of each box."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

# Up to this number of boxes, all leaves stand in the first column, as in the textbook's figures. In a bigger picture each stands
# beside its user, and so does what was computed from leaves alone: w × x₂₀ belongs beside step 20 of a recurrent network.
FEW_BOXES = 12


def rank_boxes(n_boxes: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Columns such that every edge leads to a later one: the longest path from a leaf, or later if that shortens edges.

    Args:
        n_boxes: how many boxes; operands come before results.
        edges: pairs (source, target) with source < target.

    >>> rank_boxes(4, [(0, 1), (0, 3), (1, 3), (2, 3)])
    [0, 1, 0, 2]
    """
    ranks = [0] * n_boxes
    is_leaf = [True] * n_boxes
    first_use = [-1] * n_boxes
    for source, target in sorted(edges, key=lambda edge: edge[1]):
        is_leaf[target] = False
        if ranks[target] <= ranks[source]:
            ranks[target] = ranks[source] + 1
    if n_boxes > FEW_BOXES:
        _move_to_users(ranks, edges, is_leaf)
        for source, target in edges:
            if is_leaf[source] and (first_use[source] < 0 or ranks[target] - 1 < first_use[source]):
                first_use[source] = ranks[target] - 1
        ranks = [use if use > 0 else rank for rank, use in zip(ranks, first_use, strict=True)]
    used = sorted(set(ranks))
    if any(after - before > 1 for before, after in pairwise(used)):
        place = {rank: position for position, rank in enumerate(used)}
        ranks = [place[rank] for rank in ranks]
    return ranks


def _move_to_users(ranks: list[int], edges: Sequence[tuple[int, int]], is_leaf: Sequence[bool]) -> None:
    """Move boxes as near to their users as possible, unless that lengthens more edges than it shortens.

    Edges from leaves don't count, because a leaf moves along unless its other users keep it where it is.
    """
    users: list[list[int]] = [[] for _ in ranks]
    computed_operands = [0] * len(ranks)
    for source, target in edges:
        users[source].append(target)
        computed_operands[target] += not is_leaf[source]
    for box in range(len(ranks) - 1, -1, -1):
        if users[box] and not is_leaf[box] and computed_operands[box] <= len(users[box]):
            ranks[box] = max(ranks[box], min(ranks[user] for user in users[box]) - 1)
