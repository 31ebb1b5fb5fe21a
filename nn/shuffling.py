"""Random orders that are the same on every platform and in every version of Python for the same seed."""

from __future__ import annotations

from random import Random
from typing import Any

# So many numbers are drawn faster together.
_MANY_NUMBERS = 2_000


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
