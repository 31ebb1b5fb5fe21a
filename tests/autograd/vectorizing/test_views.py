"""Views that are views: permuted operands are read when they are used, and not when buffers are bound."""

from __future__ import annotations

import math
from itertools import product
from typing import Any
from unittest import mock

import numpy
import pytest

from autograd import MiscompiledError, Value, dot, exp, tanh, total, vectorize
from autograd.vectorizing.arrays import memory
from autograd.vectorizing.arrays.views import strides_of

pytestmark = pytest.mark.engine("numpy")

_EMPTY = numpy.empty


@pytest.fixture(autouse=True)
def _memory_full_of_rubbish() -> Any:
    """New arrays hold what nobody wrote there."""

    def empty(shape: Any, dtype: Any = float, **others: Any) -> Any:
        array = _EMPTY(shape, dtype, **others)
        if array.dtype.kind == "f":
            array[...] = 1e30
        return array

    with mock.patch("numpy.empty", empty):
        yield


def leaves(*numbers: float) -> list[Value]:
    return [Value(number) for number in numbers]


def gradient_of(program: Any, of: list[Value], *batch: Any) -> list[float]:
    theta = program.parameters.read()
    _, gradient = program.value_and_grad(theta, *batch)
    order = list(program.parameters.values)
    return [float(gradient[order.index(value)]) for value in of]


def test_a_matrix_and_its_transpose() -> None:
    W = [leaves(1.0, 1.0), leaves(1.0, 1.0)]

    def f(x: list[Value]) -> Value:
        return total([(W[i][j] + W[j][i]) * x[i] * x[j] for i in range(2) for j in range(2)])

    # Both W[i][j] and W[j][i] have the derivative 2 x[i] x[j].
    assert gradient_of(vectorize(f, [1.0, 2.0]), W[0] + W[1], [[1.0, 2.0]]) == [2.0, 4.0, 4.0, 8.0]


def test_a_vector_read_by_columns() -> None:
    W = [leaves(*[0.1 * (3 * i + j) - 0.3 for j in range(3)]) for i in range(4)]
    x, Y = [0.5, -1.0, 2.0], [[0.1, -0.2], [0.3, 0.4]]

    def f(x: list[Value], Y: list[list[Value]]) -> Value:
        a = [dot(w, x) for w in W]
        return total([tanh(Y[i][j] + a[j * 2 + i]) for i in range(2) for j in range(2)])

    a = [sum(w.data * x_k for w, x_k in zip(row, x, strict=True)) for row in W]
    slope = [0.0] * 4
    for i, j in product(range(2), range(2)):
        slope[j * 2 + i] = 1.0 - math.tanh(Y[i][j] + a[j * 2 + i]) ** 2
    expected = [slope[i] * x_k for i in range(4) for x_k in x]
    found = gradient_of(vectorize(f, x, Y), [w for row in W for w in row], [x, x], [Y, Y])
    assert found == pytest.approx(expected, rel=1e-12)


def test_interleaved_vectors_are_read_anew_for_each_theta() -> None:
    u, v = leaves(0.1, 0.2, 0.3), leaves(1.0, 2.0, 3.0)
    c = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]

    def f(x: Value) -> Value:
        return total([exp(a) for a in u]) * x + dot([1.0 * a for pair in zip(u, v, strict=True) for a in pair], c)

    program = vectorize(f, 1.0, parameters=u + v)
    order = list(program.parameters.values)
    for theta in ([0.5, 0.6, 0.7, -1.0, -2.0, -3.0], [0.0, 0.0, 0.0, 1.0, 10.0, 100.0]):
        numbers = dict(zip(u + v, theta, strict=True))
        expected = sum(map(math.exp, theta[:3])) + sum(c[2 * k] * theta[k] + c[2 * k + 1] * theta[3 + k] for k in range(3))
        loss, gradient = program.value_and_grad(numpy.array([numbers[value] for value in order]), [1.0])
        assert loss == pytest.approx(expected, rel=1e-12)
        assert [float(gradient[order.index(value)]) for value in v] == [2.0, 4.0, 6.0]


def test_a_copy_in_the_place_of_a_view_is_noticed_when_buffers_are_bound() -> None:
    W = [leaves(1.0, 2.0), leaves(3.0, 4.0)]

    def f(x: list[Value]) -> Value:
        return total([(W[i][j] + W[j][i]) * x[i] * x[j] for i in range(2) for j in range(2)])

    with (
        mock.patch.object(memory, "_reshaped", lambda shape, strides, wanted: list(strides_of(wanted))),
        pytest.raises(MiscompiledError, match="is a copy and no view"),
    ):
        vectorize(f, [1.0, 2.0])
