"""Programs of many operations: loops where the program repeats itself, else a warning or an error before anything is compiled."""

from __future__ import annotations

from random import Random
from typing import Any
from unittest import mock

import numpy
import pytest

from autograd import Value, cos, hessian, sigmoid, sin, tanh, vectorize

jax = pytest.importorskip("jax")
from autograd.vectorizing.jax import functions  # noqa: E402 (it imports JAX)
from autograd.vectorizing.jax.functions import flat_functions  # noqa: E402

pytestmark = pytest.mark.jax

w = [Value(0.3, "w"), Value(0.2, "v"), Value(-0.5, "u")]


@pytest.fixture(autouse=True)
def in_double_precision() -> Any:
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("engine", ["numpy", "native"])
def test_a_program_that_repeats_itself_becomes_a_loop(engine: Any) -> None:
    def f(x: Any) -> Value:
        h = w[2] * 0.1
        for one in x:
            h = tanh(w[1] * h + w[0] * one)
        return h * h

    program = vectorize(f, [0.1 * k for k in range(30)], parameters=w[::-1], engine=engine)
    theta, x = program.parameters.read(), numpy.random.default_rng(0).normal(size=(3, 30))
    loss, value_and_grad = program.to_jax()
    value, gradient = jax.jit(value_and_grad)(theta, x)
    expected, expected_gradient = program.value_and_grad(theta, x)
    assert value == pytest.approx(expected, rel=1e-12)
    assert gradient == pytest.approx(expected_gradient, rel=1e-12, abs=1e-14)
    assert flat_functions(program).losses(theta, [x]) == pytest.approx(program.losses(theta, x), rel=1e-12)
    # A loop forward and one back, and nothing for each step.
    text = jax.jit(value_and_grad).lower(theta, x).as_text()
    assert text.count("stablehlo.while") == 2 and text.count("stablehlo.tanh") <= 2
    mean, leaves = program.eager(theta, x)
    assert jax.hessian(loss)(theta, x) == pytest.approx(numpy.array(hessian(mean, leaves)), rel=1e-9, abs=1e-12)


def chain(n: int) -> Any:
    """Different operations, each on the results of the two before it."""

    def f(x: Any) -> Value:
        draw = Random(0)
        before, last = w[0] * x, w[1] + x
        for _ in range(n):
            before, last = last, draw.choice((tanh, sin, cos, sigmoid))(last) * before + draw.choice(w)
        return last

    return vectorize(f, 0.5, engine="numpy")


def test_many_different_operations_are_refused_before_they_are_compiled() -> None:
    program = chain(400)
    refused = pytest.raises(ValueError, match=r'the program has [\d,]{5} different operations.*vectorize\(..., engine="native"\)')
    with mock.patch.object(functions, "compare_on_example", side_effect=AssertionError), refused:
        program.to_jax()


def test_some_hundreds_of_operations_are_warned_of() -> None:
    program = chain(60)
    warned = pytest.warns(RuntimeWarning, match=r"the program has \d{3} different operations.*may take a minute")
    with mock.patch.object(functions, "compare_on_example"), warned as warnings:
        program.to_jax()
    assert [one.filename for one in warnings] == [__file__]
