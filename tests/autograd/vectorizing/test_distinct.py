"""The different numbers of an index array, against Python's sets and dictionaries."""

from __future__ import annotations

import numpy
import pytest

from autograd.vectorizing.grouping.distinct import are_distinct, distinct, first_mentions, numbered

generator = numpy.random.default_rng(7)
ARRAYS = {
    "empty": numpy.array([], numpy.intp),
    "one": numpy.array([4]),
    "all equal": numpy.array([2, 2, 2]),
    "ascending": numpy.arange(6),
    "descending": numpy.arange(6)[::-1],
    "few numbers": generator.integers(0, 4, 50),
    "many numbers": generator.integers(0, 1000, 50),
    "negative": numpy.array([-1, 3, -1, -2]),
}
by_name = pytest.mark.parametrize("name", ARRAYS)


@by_name
def test_distinct(name: str) -> None:
    assert distinct(ARRAYS[name]).tolist() == sorted(set(ARRAYS[name].tolist()))


def test_distinct_numbers_of_a_matrix() -> None:
    assert distinct(numpy.array([[3, 1], [1, 2]])).tolist() == [1, 2, 3]


@by_name
def test_are_distinct(name: str) -> None:
    numbers = ARRAYS[name].tolist()
    assert are_distinct(ARRAYS[name]) == (len(set(numbers)) == len(numbers))


@by_name
def test_first_mentions(name: str) -> None:
    assert first_mentions(ARRAYS[name]).tolist() == list(dict.fromkeys(ARRAYS[name].tolist()))


@by_name
def test_numbered(name: str) -> None:
    different, places = numbered(ARRAYS[name])
    assert different.tolist() == sorted(set(ARRAYS[name].tolist()))
    assert different[places].tolist() == ARRAYS[name].tolist()
