"""Index arrays that run evenly along axes are recognised, with the lengths of these axes."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy
import pytest

from autograd.vectorizing.layout.axes import breaks, gathered, shape_with, without_ones


def evenly(shape: tuple[int, ...], strides: tuple[int, ...]) -> numpy.ndarray:
    """Flat indices that run along axes with some strides."""
    index = numpy.zeros(shape, int)
    for axis, stride in enumerate(strides):
        index += stride * numpy.arange(shape[axis]).reshape([-1 if other == axis else 1 for other in range(len(shape))])
    return index.ravel()


def runs_evenly(index: numpy.ndarray) -> bool:
    return all(
        (numpy.diff(numpy.diff(index, axis=axis), axis=axis) == 0).all()
        and (numpy.diff(index, axis=axis) == numpy.diff(index, axis=axis).flat[0]).all()
        for axis in range(index.ndim)
        if index.shape[axis] > 1
    )


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ([0, 1, 2, 3], []),
        ([5, 3, 1], []),
        ([0, 1, 10, 11], [2]),
        ([0, 1, 2, 0, 1, 2], [3]),
        ([0, 1, 10, 11, 100, 101, 110, 111], [2, 4]),
        ([0, 1, 3], None),
        ([0, 2, 3, 7], None),
        ([0, 1, 2, 10, 11, 13], None),
        ([7], []),
        ([3, 9], []),
    ],
    ids=str,
)
def test_breaks(index: list[int], expected: list[int] | None) -> None:
    assert breaks(numpy.array(index)) == expected


@pytest.mark.parametrize("seed", range(60))
def test_axes_that_are_found_are_even_and_all_are_found(seed: int) -> None:
    random = Random(seed)
    shape = tuple(random.randint(2, 4) for _ in range(random.randint(1, 3)))
    strides = tuple(random.randint(1, 30) for _ in shape)
    index = evenly(shape, strides)
    lengths = breaks(index)
    assert lengths is not None
    assert runs_evenly(index.reshape(shape_with(len(index), lengths)))


def test_an_irregular_index_is_not_taken_for_an_even_one() -> None:
    for index in product(range(4), repeat=5):
        lengths = breaks(numpy.array(index))
        if lengths is not None:
            assert runs_evenly(numpy.array(index).reshape(shape_with(5, lengths)))


@pytest.mark.parametrize(
    ("size", "lengths", "shape"),
    [(12, [], (12,)), (12, [4], (3, 4)), (12, [2, 4], (3, 2, 2)), (12, [4, 6], (3, 4)), (12, [5], (12,)), (12, [1, 12], (12,))],
    ids=str,
)
def test_lengths_that_do_not_fit_each_other_are_left_out(size: int, lengths: list[int], shape: tuple[int, ...]) -> None:
    assert shape_with(size, lengths) == shape


def test_axes_of_a_single_element() -> None:
    assert without_ones((1, 3, 1, 2)) == (3, 2)
    assert without_ones((1, 1)) == ()


def test_what_is_gathered() -> None:
    even, turned, uneven = numpy.array([[0, 2, 4], [6, 8, 10]]), numpy.array([[4, 2, 0]]), numpy.array([[0, 1, 3]])
    repeated = numpy.array([[0, 0, 0]])
    assert gathered([even, repeated]) == 0
    assert gathered([even, turned, uneven]) == 6
