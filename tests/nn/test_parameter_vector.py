"""The vector of parameters: numbers go out and come back, in any order of the programs."""

from __future__ import annotations

import numpy as np
import pytest

from autograd import Value
from nn import SGD
from nn.engines.parameter_vector import ParameterVector


def vector_of(values: list[Value], order: list[int]) -> ParameterVector:
    vector = ParameterVector(SGD(values, learning_rate=0.5))
    vector.set_order([values[place] for place in order])
    return vector


def test_the_values_keep_their_numbers_until_they_are_written() -> None:
    a, b = Value(1.0), Value(2.0)
    vector = vector_of([a, b], [1, 0])
    assert vector.theta.tolist() == [2.0, 1.0]
    vector.gradient[:] = [1.0, -1.0]
    vector.move(None)
    assert (a.data, b.data) == (1.0, 2.0)
    vector.write()
    assert (a.data, b.data) == (1.5, 1.5)


def test_numbers_that_other_code_assigns_are_read() -> None:
    a, b = Value(1.0), Value(2.0)
    vector = vector_of([a, b], [0, 1])
    b.data = 7.0
    vector.read()
    assert vector.theta.tolist() == [1.0, 7.0]


def test_without_an_order_there_is_nothing_to_do() -> None:
    a = Value(1.0)
    vector = ParameterVector(SGD([a], learning_rate=0.5))
    vector.read()
    vector.finish()
    assert a.data == 1.0


@pytest.mark.parametrize("places", [None, [2, 0, 1]])
def test_gradients_in_another_order_are_added_at_their_places(places: list[int] | None) -> None:
    values = [Value(float(number)) for number in range(3)]
    vector = vector_of(values, [0, 1, 2])
    at = None if places is None else vector.places_of([values[place] for place in places])
    assert vector.theta_at(at).tolist() == [float(place) for place in places or range(3)]
    expected = np.zeros(3)
    for turn, parts in enumerate(([1.0, 2.0, 3.0], [10.0, 20.0, 30.0])):
        own = vector.buffer_for_gradient(at, is_first=turn == 0)
        own[:] = parts
        vector.add_gradient(own, at, is_first=turn == 0)
        for part, place in zip(parts, places or range(3), strict=True):
            expected[place] += part
        assert vector.gradient.tolist() == expected.tolist()


def test_only_the_reached_parameters_move() -> None:
    a, b = Value(1.0), Value(2.0)
    vector = vector_of([a, b], [0, 1])
    vector.gradient[:] = [1.0, 1.0]
    vector.move(np.array([1]))
    vector.finish()
    assert (a.data, b.data) == (1.0, 1.5)
