"""What the eager engine refuses is nan in functions of JAX, which can't raise; and JAX is compared with the eager engine."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy
import pytest

from autograd import MiscompiledError, Value, exp, log, pick, require, sqrt, tanh, vectorize, where

jax = pytest.importorskip("jax")
from quick_jit import quickly  # noqa: E402 (it imports JAX)

from autograd.vectorizing.jax import evaluation  # noqa: E402 (it imports JAX)
from autograd.vectorizing.jax.functions import functions_of_arrays  # noqa: E402

pytestmark = pytest.mark.jax

a, b = Value(0.5, "a"), Value(2.0, "b")


@pytest.fixture(autouse=True)
def in_double_precision() -> Any:
    with jax.enable_x64(True):
        yield


class Refusals:
    """Checks of batches of which the program refuses one example, and functions of JAX give nan for it."""

    def __init__(self, program: Any) -> None:
        self.program = program
        self.theta = program.parameters.read()
        losses = functions_of_arrays(program.array_form(), program.dtype).losses
        loss, value_and_grad = program.to_jax()

        def results(theta: Any, *batch: Any) -> Any:
            both = value_and_grad(theta, *batch)
            return losses(theta, batch), [loss(theta, *batch), *both, jax.hessian(loss)(theta, *batch)]

        self.results = quickly(results)

    def check(self, *parts: Any, at: int) -> None:
        batch = tuple(map(numpy.array, parts))
        with pytest.raises((ArithmeticError, TypeError, ValueError, IndexError)):
            self.program.value_and_grad(self.theta, *batch)
        losses, of_batch = self.results(self.theta, *batch)
        assert numpy.isnan(losses).tolist() == [row == at for row in range(len(batch[0]))]
        assert all(numpy.isnan(result).all() for result in of_batch)
        # The other examples are fine, and in the place of the one that isn't too.
        places = [place if place != at else at - 1 for place in range(len(batch[0]))]
        fine = [part[places] for part in batch]
        _, (_, value, gradient, _) = self.results(self.theta, *fine)
        expected, expected_gradient = self.program.value_and_grad(self.theta, *fine)
        assert value == pytest.approx(expected, rel=1e-12)
        assert gradient == pytest.approx(expected_gradient, rel=1e-12)


@pytest.mark.parametrize("engine", ["numpy", "native"])
def test_an_index_that_is_out_of_range(engine: Any) -> None:
    program = vectorize(lambda place, x: pick([a, b, a * b], place) * x, 1, 1.0, engine=engine)
    refusals = Refusals(program)
    for wrong in (-1, 3, 1.5, numpy.nan, 2.0**32):
        refusals.check([0.0, 2.0, wrong], [1.0, 1.0, 1.0], at=2)
    refusals.check([0, 2**32, 0], [1.0, 1.0, 1.0], at=1)
    refusals.check(numpy.array([0, 0, 255], numpy.uint8), [1.0, 1.0, 1.0], at=2)


def test_a_computed_index_that_is_out_of_range() -> None:
    program = vectorize(lambda x: pick([a, b * b], x * x), 1.0)
    refusals = Refusals(program)
    refusals.check([1.0, 0.5, 0.0], at=1)
    refusals.check([-1.0, 2.0, 0.0], at=1)


def test_an_unmet_demand() -> None:
    def f(x: Any) -> Value:
        require(x > 0.0, "x is positive")
        return a * x + b

    Refusals(vectorize(f, 1.0)).check([1.0, -2.0, 3.0], at=1)

    def of_parameters(x: Any) -> Value:
        require(a * x < 1.0, "a · x is below 1")
        return a * x + b

    Refusals(vectorize(of_parameters, 1.0)).check([1.0, 0.0, 3.0], at=2)


def test_what_fails_although_the_loss_is_a_number() -> None:
    # Not in the program at all: its power is 1 whatever it is.
    Refusals(vectorize(lambda x: log(x) ** 0.0 * a * b, 1.0)).check([1.0, 2.0, 0.0], at=2)
    # 1 ÷ ∞ and exp(-∞).
    Refusals(vectorize(lambda x: a * b / exp(x), 1.0)).check([1.0, 1000.0], at=1)
    Refusals(vectorize(lambda x: a * b * exp(log(x)), 1.0)).check([1.0, 0.0], at=1)
    # What a choice leaves out is computed all the same.
    Refusals(vectorize(lambda x: where(x > 0.0, log(x), a * x) * b, 1.0)).check([1.0, -1.0], at=1)


def test_what_a_choice_leaves_out_passes_nothing() -> None:
    program = vectorize(lambda x: where(x > 0.0, a * x, b * b) ** 2.0, 1.0)
    loss, value_and_grad = program.to_jax()
    theta = program.parameters.read()
    x = numpy.array([1.0, -1.0, 1e200])
    both = quickly(lambda theta, x: (value_and_grad(theta, x)[1], jax.hessian(loss)(theta, x)))
    gradient, curvature = both(theta, x[[0, 1, 0, 1]])
    assert gradient == pytest.approx([0.5, 16.0])
    assert curvature == pytest.approx(numpy.array([[1.0, 0.0], [0.0, 24.0]]))
    # One that is infinite reaches its own parameter only.
    assert numpy.isfinite(both(theta, x[[0, 1, 2, 1]])[0]).tolist() == [False, True]


def test_an_infinite_derivative_is_never_left_out_silently() -> None:
    program = vectorize(lambda x: where(x > 0.0, sqrt(a * x), b), 1.0)
    _, value_and_grad = program.to_jax()
    # The program asks the eager engine; here it is nan.
    assert numpy.isnan(value_and_grad(program.parameters.read(), numpy.array([0.0]))[1]).any()


@pytest.mark.parametrize("dtype", [float, numpy.float32])
@pytest.mark.parametrize("function", ["tanh", "sech2"])
def test_a_wrong_function_of_jax_is_found(dtype: Any, function: str) -> None:
    program = vectorize(lambda x: tanh(a * x) * b, 1.0, dtype=dtype)
    right = evaluation._FUNCTIONS[function]
    with (
        mock.patch.dict(evaluation._FUNCTIONS, {function: lambda x: right(x) * (1.0 + 1e-6)}),
        pytest.raises(MiscompiledError, match=r"the compiled (loss|derivative by a) is"),
    ):
        program.to_jax()


def test_parameters_may_have_changed_since_the_program_was_made() -> None:
    v = Value(0.5)
    program = vectorize(lambda x: log(v) * x, 1.0)
    v.data = 3.0
    assert program.to_jax().loss(program.parameters.read(), numpy.array([2.0])) == pytest.approx(2.0 * numpy.log(3.0))
    v.data = -1.0
    loss, _ = program.to_jax()
    assert loss(numpy.array([3.0]), numpy.array([2.0])) == pytest.approx(2.0 * numpy.log(3.0))


def test_in_a_function_that_jax_traces() -> None:
    @jax.jit
    def f(theta: Any) -> Any:
        return vectorize(lambda x: tanh(a * x), 1.0).to_jax().loss(theta, numpy.array([1.0]))

    assert f(numpy.array([0.25])) == pytest.approx(numpy.tanh(0.25))
