"""Which epochs of a training are kept: a limited number, evenly spaced or denser at the start."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, TypeAlias

Spacing: TypeAlias = Literal["even", "log"]


def spaced(last: int, count: int, spacing: Spacing) -> list[int]:
    """Choose at most `count` of the epochs from 0 to the last one, with both ends.

    Args:
        last: the last epoch.
        count: how many to choose at most, 2 or more.
        spacing: ``"even"``, or ``"log"`` for gaps that grow in proportion to the epoch.

    >>> spaced(100, 5, "even"), spaced(100, 5, "log"), spaced(3, 5, "log")
    ([0, 25, 50, 75, 100], [0, 2, 9, 31, 100], [0, 1, 2, 3])
    """
    if last < count:
        return list(range(last + 1))
    if spacing == "even":
        return [round(k * last / (count - 1)) for k in range(count)]
    chosen = [0]
    for steps_left in range(count - 1, 0, -1):
        # As large a factor as leads to the end in the steps that are left, but at least to the next epoch.
        factor = ((last + 1) / (chosen[-1] + 1)) ** (1 / steps_left)
        chosen.append(max(chosen[-1] + 1, round((chosen[-1] + 1) * factor) - 1))
    return chosen


def thinned(epochs: Sequence[int], count: int, spacing: Spacing) -> list[int]:
    """Choose at most `count` of some epochs in ascending order, as near to the chosen spacing as they allow, with both ends.

    Returns:
        Their places in the sequence.

    >>> thinned([0, 1, 2, 3, 50, 100], 3, "even")
    [0, 4, 5]
    """
    if len(epochs) <= count:
        return list(range(len(epochs)))
    places: dict[int, None] = {}
    for ideal in spaced(epochs[-1] - epochs[0], count, spacing):
        after = bisect_left(epochs, epochs[0] + ideal)
        before = max(0, after - 1)
        is_nearer = epochs[0] + ideal - epochs[before] < epochs[after] - epochs[0] - ideal
        places.setdefault(before if is_nearer else after)
    return list(places)
