"""Random orders that are the same on every platform and in every version of Python for the same seed."""

from __future__ import annotations

from random import Random
from typing import Any

# So many numbers are drawn faster together.
_MANY_NUMBERS = 2_000
# So many orders are made faster side by side.
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


def exchanges(n_orders: int, n: int, random: Random) -> Any:
    """Return how several such orders come about, one after the other.

    An order of n numbers begins with 0, 1, 2, …; then each number, from the last one on, is exchanged with another one.

    Returns:
        A NumPy array of 64-bit integers, of shape (n_orders, n - 1): the places of these others.

    >>> exchanges(2, 4, Random(0)).tolist()
    [[3, 2, 0], [1, 1, 0]]
    """
    import numpy

    numbers = drawn(n_orders * (n - 1), random).reshape(n_orders, n - 1)
    return (numbers * numpy.arange(n, 1, -1)).astype(numpy.int64)


def shuffled_orders(n_orders: int, n: int, random: Random) -> Any:
    """Return several such orders, the same as one after the other.

    Returns:
        A NumPy array of 64-bit integers, of shape (n_orders, n).

    >>> shuffled_orders(2, 4, Random(0)).tolist()
    [[1, 0, 2, 3], [2, 0, 3, 1]]
    """
    import numpy

    places = exchanges(n_orders, n, random)
    if n_orders > _MANY_ORDERS:
        orders = numpy.tile(numpy.arange(n), (n_orders, 1)).T.copy()
        every = numpy.arange(n_orders)
        for last, others in zip(range(n - 1, 0, -1), places.T, strict=True):
            moved = orders[others, every]
            orders[others, every] = orders[last]
            orders[last] = moved
        return orders.T
    orders = numpy.empty((n_orders, n), numpy.int64)
    for row, others in zip(orders, places.tolist(), strict=True):
        order = list(range(n))
        for last, other in zip(range(n - 1, 0, -1), others, strict=True):
            order[last], order[other] = order[other], order[last]
        row[:] = order
    return orders


def drawn(n: int, random: Random) -> Any:
    """The next numbers of `random.random`, as an array."""
    import numpy

    if n < _MANY_NUMBERS:
        return numpy.array([random.random() for _ in range(n)])
    # NumPy's generator is the same Mersenne twister, and makes its numbers of it in the same way.
    version, state, normal = random.getstate()
    twister = numpy.random.RandomState(0)
    twister.set_state(("MT19937", numpy.array(state[:-1], numpy.uint32), state[-1], 0, 0.0))
    numbers = twister.random_sample(n)
    after: Any = twister.get_state()
    random.setstate((version, (*after[1].tolist(), after[2]), normal))
    return numbers
