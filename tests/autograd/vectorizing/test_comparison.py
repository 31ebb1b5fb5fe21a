"""A program is compared with the eager engine when it is made: loss and every gradient."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy
import pytest

from autograd import MiscompiledError, Value, dot, relu, tanh, total, vectorize, where
from autograd.number_systems import arrays
from autograd.vectorizing.run import binding


def planted(name: str, wrong: Any) -> Any:
    """One function of the programs that run, replaced."""
    return mock.patch.dict(binding._FUNCTIONS, {name: wrong})


def f(x: list[Value]) -> Value:
    return tanh(dot(_W, x)) * _W[0]


_W = [Value(0.5, "w0"), Value(-0.25, "w1")]


@pytest.mark.engine("numpy")
@pytest.mark.parametrize("dtype", [float, numpy.float32])
def test_a_wrong_loss_is_refused(dtype: Any) -> None:
    def off(x: Any, out: Any) -> None:
        numpy.tanh(x, out)
        out *= 1.0 + 1e-6

    with planted("tanh", off), pytest.raises(MiscompiledError, match=r"the compiled loss is .* please report"):
        vectorize(f, [1.0, 3.0], dtype=dtype)


@pytest.mark.engine("numpy")
@pytest.mark.parametrize("dtype", [float, numpy.float32])
def test_one_wrong_derivative_is_refused_and_named(dtype: Any) -> None:
    def off(x: Any, out: Any) -> None:
        arrays.sech2(x, out)
        out *= 1.0 + 1e-6

    with planted("sech2", off), pytest.raises(MiscompiledError, match=r"the compiled derivative by w[01] is"):
        vectorize(f, [1.0, 3.0], dtype=dtype)


@pytest.mark.engine("numpy")
def test_choices_that_roundings_decide_are_no_fault() -> None:
    # 0.1 + 0.2 - 0.3 is not 0 from left to right, and may be in another order.
    w = [Value(number, f"w{place}") for place, number in enumerate((0.1, 0.2, -0.3))]

    def other_order(a: Any, b: Any, out: Any) -> None:
        numpy.copyto(out, numpy.asarray(a)[..., ::-1].dot(numpy.asarray(b)[::-1]).reshape(out.shape))

    with planted("dot", other_order):
        program = vectorize(lambda x: relu(dot(w, x) - 1e-17) * 3.0, [1.0, 1.0, 1.0])
    assert program.value_and_grad(program.parameters.read(), [[1.0, 1.0, 2.0]])[1].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.engine("numpy")
def test_what_cancels_to_nothing_is_no_fault() -> None:
    a, b = [Value(0.1 * k + 0.3, f"a{k}") for k in range(3)], Value(0.7, "b")

    def other_order(x: Any, y: Any, out: Any) -> None:
        numpy.copyto(out, (numpy.asarray(x)[::-1] * numpy.asarray(y)[::-1]).cumsum()[-1] + 1e-16)

    # The derivative by b is a sum that is 0 but for roundings, which depend on the order.
    with planted("dot", other_order):
        vectorize(lambda: total([*a, *[-v for v in a]]) * b, parameters=[*a, b])


def test_it_leaves_parameters_and_their_gradients_alone() -> None:
    w = Value(0.7)
    w.gradient = 5.0
    program = vectorize(lambda x: where(x < 1.0, w * x, w), 0.5)
    assert (w.data, w.gradient) == (0.7, 5.0)
    assert program.compare_seconds >= 0.0
