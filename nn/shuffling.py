"""Random orders that are the same on every platform and in every version of Python for the same seed."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

# So many numbers are drawn faster together, and so many orders are computed faster side by side.
_MANY_NUMBERS = 2_000
_MANY_ORDERS = 50


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


def shuffled_orders(n_orders: int, n: int, random: Random) -> Any:
    """Return several such orders, one after the other, as a NumPy array of shape (n_orders, n) of 64-bit integers.

    They are the orders that `shuffled_order` would return.

    >>> shuffled_orders(2, 4, Random(0)).tolist()
    [[1, 0, 2, 3], [2, 0, 3, 1]]
    """
    import numpy

    if n_orders * n < _MANY_NUMBERS:
        return numpy.array([shuffled_order(n, random) for _ in range(n_orders)], numpy.int64).reshape(n_orders, n)
    lasts = range(n - 1, 0, -1)
    numbers = _drawn(n_orders * (n - 1), random).reshape(n_orders, n - 1)
    # For each order: the place that each place, from the last one on, changes with.
    others = (numbers * numpy.arange(n, 1, -1)).astype(numpy.int64)
    if n_orders < _MANY_ORDERS:
        return numpy.array([_shuffled(list(range(n)), lasts, row) for row in others.tolist()], numpy.int64)
    at = others.T * n_orders + numpy.arange(n_orders)
    orders = numpy.repeat(numpy.arange(n, dtype=numpy.int64), n_orders)
    for last, other in zip(lasts, at, strict=True):
        here = orders[last * n_orders : (last + 1) * n_orders]
        kept, chosen = here.copy(), orders[other]
        orders[other] = kept
        here[:] = chosen
    return numpy.ascontiguousarray(orders.reshape(n, n_orders).T)


def _shuffled(order: list[int], lasts: Iterable[int], others: Iterable[int]) -> list[int]:
    for last, other in zip(lasts, others, strict=True):
        order[last], order[other] = order[other], order[last]
    return order


def _drawn(n: int, random: Random) -> Any:
    """The next numbers of `random.random`, as an array."""
    import numpy

    # Both are the Mersenne twister, and make their numbers of it in the same way.
    version, state, normal = random.getstate()
    twister = numpy.random.RandomState()
    twister.set_state(("MT19937", numpy.array(state[:-1], numpy.uint32), state[-1], 0, 0.0))
    numbers = twister.random_sample(n)
    _, words, position, *_ = twister.get_state()
    random.setstate((version, (*map(int, words), int(position)), normal))
    return numbers
