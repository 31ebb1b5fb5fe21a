"""The functions of JAX that everything else with JAX is made of give what programs give.

`RANDOM_PROGRAMS=2000` checks as many random programs, with seeds of `RANDOM_PROGRAMS_BASE`.
"""

from __future__ import annotations

import os
from itertools import accumulate
from typing import Any

import numpy
import pytest
from structured_checks import arrays_of, example_of, rows_of
from structured_programs import StructuredProgram
from teaching_programs import PROGRAMS

from autograd import Program, Value, maximum, minimum, tanh, total, vectorize, where

jax = pytest.importorskip("jax")
from quick_jit import quickly  # noqa: E402 (it imports JAX)

from autograd.vectorizing.jax.functions import flat_functions, functions_of_arrays  # noqa: E402 (it imports JAX)

pytestmark = [pytest.mark.jax, pytest.mark.engine("numpy")]

COUNT = int(os.environ.get("RANDOM_PROGRAMS", "30"))
BASE = os.environ.get("RANDOM_PROGRAMS_BASE") or "fixed"
AT_ONCE = 10


def check(program: Program, batch: list[Any], theta: Any = None, *, precision: float = 1e-12) -> None:
    """Compare losses, the mean loss and the gradient of a program with those of its functions of JAX."""
    theta = program.parameters.read() if theta is None else theta
    functions = functions_of_arrays(program.array_form(), program.dtype)

    def of_all(theta: Any, arrays: Any) -> Any:
        return functions.losses(theta, arrays), *functions.value_and_grad(theta, arrays)

    with jax.enable_x64(True):
        losses, loss, gradient = quickly(of_all)(theta, arrays_of(batch))
    assert {losses.dtype, loss.dtype, gradient.dtype} == {program.dtype}
    expected_loss, expected = program.value_and_grad(theta, *batch, warn=False)
    numpy.testing.assert_allclose(losses, program.losses(theta, *batch, warn=False), precision, precision)
    numpy.testing.assert_allclose(loss, expected_loss, precision, precision)
    numpy.testing.assert_allclose(gradient, expected, precision, precision * (1.0 + numpy.abs(expected).max(initial=0.0)))


@pytest.mark.parametrize("m", [1, 7])
@pytest.mark.parametrize("name", PROGRAMS)
def test_teaching_programs(name: str, m: int) -> None:
    draw = numpy.random.default_rng(m)
    program = PROGRAMS[name]()
    theta = program.parameters.read()
    limits = program.array_form().program.index_limits
    batch = [
        draw.integers(0, 2 if limit is None else limit, (m, *array.shape)).astype(float if limit is None else int)
        for limit, array in zip(limits, program.array_form().recorded.arguments.arrays, strict=True)
    ]
    check(program, batch, theta + draw.uniform(-0.1, 0.1, theta.shape))


@pytest.mark.parametrize("start", range(0, COUNT, AT_ONCE))
def test_random_structured_programs(start: int) -> None:
    n_refused = 0
    for number in range(start, min(start + AT_ONCE, COUNT)):
        f = StructuredProgram(f"{BASE}-{number}")
        batch = f.batch()
        rows = [4, 2, 4, 0, 1, 3, 3][: 1 + number % 7]
        try:
            program = vectorize(f, *[example_of(part, 0) for part in batch], parameters=f.given_parameters())
            some = [rows_of(part, rows) for part in batch]
            program.value_and_grad(program.parameters.read(), *some, warn=False)
        except (ArithmeticError, ValueError):
            n_refused += 1  # by the eager engine, too
            continue
        try:
            check(program, some)
        except AssertionError as error:
            raise AssertionError(f"program {f.seed!r} with rows {rows}: {error}\n{f}") from None
    assert n_refused <= AT_ONCE // 4


def test_operations_that_random_programs_seldom_have() -> None:
    x = numpy.array([[1.0, 2.0], [-0.5, 0.25], [3.0, -1.0]])
    v = [Value(0.5), Value(-2.0), Value(1.5), Value(0.25), Value(3.0)]
    products = [*accumulate(v, lambda a, b: a * b)]
    check(vectorize(lambda x: total([p * x[0] for p in products]) + maximum(x[1], v[0]), [1.0, 2.0]), [x])
    check(vectorize(lambda x: where(x[0], v[0], x[1]) * v[1] + minimum(x[0], v[2]), [1.0, 2.0]), [x])
    check(vectorize(lambda x: where(x[0] > 0.0, v[0], v[1]) % 0.75 + (v[2] * x[1]) // 0.3, [1.0, 2.0]), [x])
    W = [v[:2], v[2:4]]
    pairs = [(i, j) for i in range(2) for j in range(2)]
    check(vectorize(lambda x: total([(W[i][j] + W[j][i]) * x[i] * x[j] for i, j in pairs]), [1.0, 2.0]), [x])
    # No argument; no parameter; a parameter that the loss doesn't depend on.
    check(vectorize(lambda: total(products)), [])
    check(vectorize(lambda x: x[0] * x[1], [1.0, 2.0]), [x])
    check(vectorize(lambda x: v[3] * x[1], [1.0, 2.0], parameters=v), [x])


def test_single_precision() -> None:
    x = numpy.array([[1.0, 2.0], [-0.5, 0.25], [3.0, -1.0]])
    v = [Value(0.5), Value(-2.0)]
    program = vectorize(lambda x: (v[0] * x[0] + v[1] * x[1]).tanh().exp(), [1.0, 2.0], dtype=numpy.float32)
    check(program, [x.astype(numpy.float32)], precision=1e-6)
    check(program, [x], precision=1e-6)


@pytest.mark.engine("native")
def test_machine_code_has_parameters_in_another_order() -> None:
    v = [Value(0.1 * (k + 1)) for k in range(6)]
    program = vectorize(lambda x: tanh(v[0] * x) * v[1] + tanh(v[2] * x) * v[3], 1.0, parameters=v[::-1])
    places = program.array_form().places.tolist()
    assert program.engine == "native" and places != sorted(places)
    check(program, [numpy.array([0.5, 2.0])], numpy.arange(6.0) / 6.0)


def test_a_captured_number_is_the_one_that_the_program_was_compiled_with() -> None:
    w, c = Value(0.5), Value(3.0)
    program = vectorize(lambda x: w * c * x, 2.0, parameters=[w])
    c.data, w.data = 7.0, 0.25
    with jax.enable_x64(True):
        loss, gradient = flat_functions(program).value_and_grad(program.parameters.read(), [numpy.array([2.0])])
    assert (float(loss), gradient.tolist()) == (1.5, [6.0])
