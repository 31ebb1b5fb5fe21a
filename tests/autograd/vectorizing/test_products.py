"""Pairs of rows are found to be matrix products, stacks of them, or neither."""

from __future__ import annotations

from itertools import product as pairs_of
from random import Random
from typing import Any

import numpy
import pytest

from autograd.vectorizing.layout.products import Product, find_product

pytestmark = pytest.mark.engine("numpy")


def found(pairs: list[tuple[int, int]], left_order: Any = None, right_order: Any = None) -> Product:
    left, right = numpy.array(pairs).T
    orders = [
        numpy.arange(rows.max() + 1) if order is None else numpy.array(order)
        for rows, order in ((left, left_order), (right, right_order))
    ]
    return find_product(left, right, *orders)


def multiplied(product: Product) -> list[tuple[int, int]]:
    """Which rows a product multiplies, in the order of its result."""
    if not product.outer:
        return list(zip(product.left.tolist(), product.right.tolist(), strict=True))
    lefts, rights = (rows.reshape(-1, rows.shape[-1]).tolist() for rows in (product.left, product.right))
    return [(a, b) for of_left, of_right in zip(lefts, rights, strict=True) for b in of_right for a in of_left]


def shuffled(pairs: list[tuple[int, int]], seed: int = 0) -> list[tuple[int, int]]:
    pairs = list(pairs)
    Random(seed).shuffle(pairs)
    return pairs


def check(pairs: list[tuple[int, int]], product: Product) -> None:
    """The product multiplies the given pairs, and its order says which of them is where."""
    assert multiplied(product) == [pairs[place] for place in product.order]
    assert sorted(product.order.tolist()) == list(range(len(pairs)))
    assert int(numpy.prod(product.shape)) == len(pairs)


@pytest.mark.parametrize("seed", range(3))
def test_all_pairs_are_one_matrix_product(seed: int) -> None:
    pairs = shuffled(list(pairs_of(range(4), range(3))), seed)
    product = found(pairs)
    assert product.outer and product.shape == (3, 4)
    check(pairs, product)


def test_rows_stand_in_the_order_that_is_wanted() -> None:
    pairs = list(pairs_of(range(3), range(2)))
    product = found(pairs, [2, 0, 1], [1, 0])
    assert product.left.tolist() == [2, 0, 1] and product.right.tolist() == [1, 0]
    check(pairs, product)


def test_equally_large_parts_are_a_stack() -> None:
    pairs = shuffled([(a + 2 * part, b + 3 * part) for part in range(4) for a in range(2) for b in range(3)])
    product = found(pairs)
    assert product.outer and product.shape == (4, 3, 2)
    check(pairs, product)


@pytest.mark.parametrize(
    "pairs",
    [
        [(0, 0), (0, 1), (1, 1)],
        [(0, 0), (0, 1), (1, 2)],
        [(0, 0), (1, 0), (2, 1), (2, 2)],
        [(0, 0), (1, 1), (2, 2)],
    ],
    ids=["a pair is missing", "parts of other sizes", "parts of other shapes", "each row once"],
)
def test_everything_else_is_multiplied_row_by_row(pairs: list[tuple[int, int]]) -> None:
    product = found(pairs)
    assert not product.outer and product.shape == (len(pairs),)
    check(pairs, product)


@pytest.mark.parametrize("seed", range(40))
def test_random_pairs(seed: int) -> None:
    random = Random(seed)
    everything = list(pairs_of(range(4), range(4)))
    wanted = random.sample(everything, k=random.randint(1, len(everything)))
    # Rows are numbered by first mention, so that each number occurs.
    lefts, rights = (list(dict.fromkeys(rows)) for rows in zip(*wanted, strict=True))
    pairs = [(lefts.index(a), rights.index(b)) for a, b in wanted]
    check(pairs, found(pairs))
