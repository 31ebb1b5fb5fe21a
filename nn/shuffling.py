"""Random orders that are the same on every platform and in every version of Python for the same seed."""

from __future__ import annotations

from random import Random


def shuffled_order(n: int, random: Random) -> list[int]:
    """Return the numbers below n in a random order.

    Source: the shuffle of Fisher & Yates, as Durstenfeld 1964, "Algorithm 235: random permutation", has it.

    >>> shuffled_order(4, Random(0))
    [1, 0, 2, 3]
    """
    order = list(range(n))
    # Not `random.shuffle`: only `random.random` gives the same numbers in every version of Python.
    for last in range(n - 1, 0, -1):
        other = int(random.random() * (last + 1))
        order[last], order[other] = order[other], order[last]
    return order
