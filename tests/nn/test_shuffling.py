"""Random orders: each is an order of all, and all are equally likely."""

from collections import Counter
from itertools import permutations
from random import Random

import pytest

from nn.engines.noise import Noise
from nn.masks import Dropout
from nn.shuffling import exchanges, shuffled_order, shuffled_orders


def test_the_order_is_the_same_in_every_version_of_python() -> None:
    # Worked from random.Random(0).random() = 0.844, 0.758, 0.421, 0.259, 0.511.
    assert shuffled_order(6, Random(0)) == [2, 4, 0, 1, 3, 5]


def test_few_numbers_have_the_order_they_can_have() -> None:
    assert shuffled_order(0, Random(1)) == []
    assert shuffled_order(1, Random(1)) == [0]


def test_all_orders_are_equally_likely() -> None:
    random = Random(2)
    counts = Counter(tuple(shuffled_order(4, random)) for _ in range(24_000))
    assert counts.keys() == set(permutations(range(4)))
    # Each is expected 1,000 times, with a standard deviation of 31.
    assert all(850 < count < 1150 for count in counts.values())


@pytest.mark.parametrize(("n_orders", "n"), [(0, 5), (1, 3), (3, 1000), (60, 1), (4000, 2)])
def test_many_orders_come_about_as_those_that_are_drawn_one_by_one(n_orders: int, n: int) -> None:
    """And whatever is drawn after them is the same, too."""
    one, other = Random(3), Random(3)
    one.random(), other.random()
    others = exchanges(n_orders, n, one)
    assert others.shape == (n_orders, n - 1)
    for exchanged in others.tolist():
        order = list(range(n))
        for last, place in zip(range(n - 1, 0, -1), exchanged, strict=True):
            order[last], order[place] = order[place], order[last]
        assert order == shuffled_order(n, other)
    assert one.getstate() == other.getstate()


@pytest.mark.parametrize(("n_orders", "n"), [(1, 1), (3, 40), (70, 1), (70, 9)])
def test_orders_drawn_together_are_those_drawn_one_by_one(n_orders: int, n: int) -> None:
    one, other = Random(5), Random(5)
    assert shuffled_orders(n_orders, n, one).tolist() == [shuffled_order(n, other) for _ in range(n_orders)]
    assert one.random() == other.random()


def test_masks_can_be_drawn_again() -> None:
    noise = Noise([Dropout(3, 0.5), Dropout(2, 0.25)], seed=4)
    noise.begin(2)
    noise.arrays(5)
    place = noise.place()
    first = [mask.tolist() for mask in noise.arrays(6)]
    noise.return_to(place)
    # As many as two steps, one after the other.
    again = [noise.arrays(4), noise.arrays(2)]
    assert first == [[*one.tolist(), *other.tolist()] for one, other in zip(*again, strict=True)]
