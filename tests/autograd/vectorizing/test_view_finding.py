"""The expression that is found for the elements of an operand takes these elements, and none is gathered that a slice reaches."""

from __future__ import annotations

import random
from math import prod
from typing import Any

import numpy
import pytest

from autograd.vectorizing.arrays.memory import Memory
from autograd.vectorizing.arrays.steps import steps_of, text_of_steps
from autograd.vectorizing.arrays.views import View, find_view
from autograd.vectorizing.run.calls import Name, NumpyView

pytestmark = pytest.mark.engine("numpy")

NATURAL = [(6,), (2, 3), (3, 4), (2, 3, 4), (4, 1, 3), (1,), (5, 5)]


def taken(view: View, natural: tuple[int, ...]) -> Any:
    """What a view takes of an array that holds its own flat indices."""
    array = numpy.arange(prod(natural)).reshape(natural)
    if view.gathered is not None:
        return array.ravel()[view.indices()]
    return NumpyView(Name("a"), steps_of(view, False)).value({"a": array}, 1)


def pieces(seed: int) -> tuple[tuple[int, ...], Any]:
    """A shape, and some elements of an array of it: slices, reshapes, transposes and repetitions of all of them."""
    draw = random.Random(seed)
    natural = draw.choice(NATURAL)
    indices = numpy.arange(prod(natural)).reshape(natural)
    if draw.random() < 0.3:
        indices = indices.reshape(-1, natural[-1]) if draw.random() < 0.5 else indices.ravel()
    for axis, length in enumerate(indices.shape):
        if draw.random() < 0.4:
            start = draw.randrange(length)
            indices = numpy.take(indices, range(start, draw.randint(start + 1, length)), axis)
    if draw.random() < 0.5:
        indices = indices.transpose(draw.sample(range(indices.ndim), indices.ndim))
    if draw.random() < 0.3:
        axis = draw.randint(0, indices.ndim)
        indices = numpy.repeat(numpy.expand_dims(indices, axis), draw.randint(2, 3), axis)
    return natural, indices


@pytest.mark.parametrize("seed", range(200))
def test_slices_reshapes_transposes_and_repetitions(seed: int) -> None:
    natural, indices = pieces(seed)
    view = find_view(indices, natural)
    assert view.gathered is None
    assert view.shape == indices.shape
    assert (numpy.broadcast_to(taken(view, natural), view.shape) == indices).all()
    assert view.whole == (len(set(indices.ravel().tolist())) == prod(natural))
    assert taken(view.without_repetitions(), natural).size == len(set(indices.ravel().tolist()))


@pytest.mark.parametrize("seed", range(50))
def test_elements_in_no_order(seed: int) -> None:
    draw = random.Random(seed)
    natural = draw.choice(NATURAL)
    size = prod(natural)
    indices = numpy.array([draw.randrange(size) for _ in range(draw.randint(2, 8))])
    view = find_view(indices, natural)
    assert (numpy.broadcast_to(taken(view, natural), view.shape) == indices).all()
    if view.gathered is not None:
        assert view.unique == (len(set(indices.tolist())) == len(indices))
        assert view.whole == (sorted(indices.tolist()) == list(range(size)))


@pytest.mark.parametrize("seed", range(60))
def test_what_is_printed_is_what_runs(seed: int) -> None:
    natural, indices = pieces(seed)
    view = find_view(indices, natural)
    assert view.gathered is None
    array = numpy.arange(3 * prod(natural)).reshape(3, *natural)
    steps = steps_of(view, True)
    printed = eval(text_of_steps("a", steps), {"a": array, "m": 3})
    assert (printed == NumpyView(Name("a"), steps).value({"a": array}, 3)).all()
    # Each example has the elements that one alone has.
    assert all((example == taken(view, natural) + k * prod(natural)).all() for k, example in enumerate(printed))


@pytest.mark.parametrize("seed", range(60))
def test_where_a_view_lies_in_memory(seed: int) -> None:
    natural, indices = pieces(seed)
    view = find_view(indices, natural)
    found = Memory.of_new(natural).after(view, natural)
    assert found is not None, "nothing of what lies side by side has to be copied"
    shown = taken(view, natural)
    for stride, expected, length in zip(found.strides, shown.strides, shown.shape, strict=True):
        assert length == 1 or stride == expected // shown.itemsize
