"""Indices for other counters: what `Index.at` gives for the counters that they stand for."""

from __future__ import annotations

from itertools import product

import pytest

from autograd.vectorizing.native.indices import at, strided, trimmed
from autograd.vectorizing.rolled.program import Index

TABLE = tuple((7 * k) % 31 for k in range(40))
INDICES = [
    Index(3),
    Index(3, (2,)),
    Index(3, (2, 5)),
    Index(3, (2, 5, -1)),
    Index(3, (0, 0, 4)),
    Index(1, (), TABLE, (0, 0, 2)),
    Index(1, (3, 1), TABLE, (5, 1)),
    Index(1, (3, 0, 2), TABLE, (4, 0, 3)),
    Index(2, (1, 0, 0), TABLE, (2, 0, 0)),
]


@pytest.mark.parametrize("index", INDICES)
def test_the_last_counter_in_steps(index: Index) -> None:
    for i, j, k in product(range(3), range(2), range(3)):
        assert trimmed(index).at((i, j, k)) == index.at((i, j, k))
        assert at(index, k, 2).at((i, j)) == index.at((i, j, k))
        for start, stride in ((0, 1), (1, 2), (3, 1)):
            if start + stride * k < 5:
                assert strided(index, start, stride, 2).at((i, j, k)) == index.at((i, j, start + stride * k))


def test_equal_places_have_equal_indices() -> None:
    assert at(Index(3, (2, 5, 1)), 4, 2) == trimmed(Index(7, (2, 5, 0))) == Index(7, (2, 5))
    assert at(Index(1, (), TABLE, (0, 0, 2)), 3, 2) == Index(1 + TABLE[6])
    assert trimmed(Index(1, (0,), TABLE, (0,))) == Index(1 + TABLE[0])
