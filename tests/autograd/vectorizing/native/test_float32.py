"""Single precision in machine code: arrays are in single precision, and what is computed from them in double precision."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from autograd import Value, exp, log, pick, require, square, tanh, total, vectorize

pytest.importorskip("llvmlite")

W = [[Value(0.1 * i - 0.2 * j) for j in range(3)] for i in range(9)]
EPS = float(numpy.finfo(numpy.float32).eps)


def f(x: Any, k: Any) -> Any:
    h: Any = [0.0] * 3
    for t in range(9):
        h = [tanh(total([a * b for a, b in zip(row, h, strict=True)]) + x[t]) for row in W[t : t + 3]] if t < 7 else h
    chosen = pick([row[0] for row in W], k)
    return square(h[0] - 0.1) + exp(h[1]) * chosen, {"h": h, "chosen": chosen}


@pytest.mark.parametrize("m", [1, 2, 4, 7])
def test_results_have_the_type_and_the_digits_of_single_precision(m: int) -> None:
    draw = numpy.random.default_rng(m)
    x, k = draw.normal(size=(m, 9)).astype(numpy.float32), draw.integers(0, 9, m)
    single = vectorize(f, [0.1] * 9, 1, engine="native", dtype=numpy.float32)
    double = vectorize(f, [0.1] * 9, 1, engine="native")
    theta = single.parameters.read()
    assert theta.dtype == numpy.float32
    loss, gradient = single.value_and_grad(theta, x, k)
    wanted, wanted_gradient = double.value_and_grad(theta.astype(float), x.astype(float), k)
    assert gradient.dtype == single.losses(theta, x, k).dtype == single.outputs(theta, x, k)["h"].dtype == numpy.float32
    # Constants have been rounded, and results: nothing else.
    assert loss == pytest.approx(wanted, rel=4 * EPS)
    assert gradient == pytest.approx(wanted_gradient, rel=4 * EPS, abs=EPS)
    assert single.losses(theta, x, k) == pytest.approx(double.losses(theta.astype(float), x.astype(float), k), rel=4 * EPS)
    for name, found in single.outputs(theta, x, k).items():
        assert found == pytest.approx(double.outputs(theta.astype(float), x.astype(float), k)[name], rel=2 * EPS, abs=EPS)


def test_an_input_equals_the_constant_that_it_was_given_as() -> None:
    w = Value(0.5)

    def g(x: Any) -> Any:
        require(x <= 0.1, "x must be at most 0.1")
        return (x - 0.1) * w

    program = vectorize(g, 0.1, engine="native", dtype=numpy.float32)
    theta = program.parameters.read()
    assert program.losses(theta, numpy.array([0.1] * 5, numpy.float32)).tolist() == [0.0] * 5
    with pytest.raises(ValueError, match=r"example 1 of the batch: x must be at most 0\.1"):
        program.value_and_grad(theta, [0.1, 0.2])


def test_refusals_and_gradients_that_stay_as_they_were() -> None:
    w = Value(0.5)
    program = vectorize(lambda x: log(x) * w, 1.0, engine="native", dtype=numpy.float32)
    theta, out = program.parameters.read(), numpy.full(1, 7.0, numpy.float32)
    with pytest.raises(ValueError, match="example 2 of the batch"):
        program.value_and_grad(theta, [1.0, 2.0, -1.0], out=out)
    assert out.tolist() == [7.0]
    program.value_and_grad(theta, [1.0, 2.0], out=out)
    assert out[0] == numpy.float32(numpy.log(2.0) / 2)
