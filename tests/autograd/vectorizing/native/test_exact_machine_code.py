"""Exact programs in machine code: bit-equal to the eager engine."""

from __future__ import annotations

import math
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_same_bits, examples_of
from random_programs import RandomProgram
from sequence_programs import PROGRAMS

from autograd import Value, dot, log, maximum, pick, relu, require, sqrt, square, tanh, total, vectorize, where

pytest.importorskip("llvmlite")


# Long ones take long to compile, and have nothing in them that others don't have.
@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in ("attention", "causal_attention", "cholesky", "gru")])
def test_sequences(name: str) -> None:
    f, example = PROGRAMS[name]()
    batch = [numpy.array([numpy.asarray(argument) * scale for scale in (1.0, 0.93, 1.07)]) for argument in example]
    program = vectorize(f, *example, engine="native", exact=True)
    assert_same_bits(program, batch, Eager(f, examples_of(batch), program.parameters.values))


@pytest.mark.parametrize("seed", range(12))
def test_random_programs(seed: int) -> None:
    f = RandomProgram(seed)
    try:
        examples = [f.values(n) for n in range(f.m)]
        eager = [f(*example) for example in examples]
    except (ArithmeticError, ValueError):
        pytest.skip("the eager engine can't compute this one")
    program = vectorize(f, *f.example(0), engine="native", exact=True)
    assert_same_bits(program, f.batch, Eager(f, examples, program.parameters.values))
    theta = program.parameters.read()
    assert program.losses(theta, *f.batch).tolist() == [loss.data for loss, _ in eager]
    assert program.outputs(theta, *f.batch)["last"].tolist() == [outputs["last"].data for _, outputs in eager]


w, v = Value(0.7, "w"), Value(-0.3, "v")


def test_sums_begin_with_the_negative_zero() -> None:
    def f(x: Any) -> Value:
        return total([one * 0.0 for one in x]) + dot(x, [v * 0.0 for _ in x])

    for n in (2, 8, 9, 20):
        batch = [-numpy.ones((2, n))]
        program = vectorize(f, [-1.0] * n, engine="native", exact=True)
        assert_same_bits(program, batch, Eager(f, examples_of(batch), program.parameters.values))


@pytest.mark.parametrize("m", [1, 2, 7, 1000])
def test_the_mean_and_the_order_of_examples(m: int) -> None:
    """Losses are added up from the first example on, gradients from the last one on."""

    def f(x: Any) -> Value:
        return tanh(w * x) * v + x * 1e3

    batch = [numpy.random.default_rng(m).normal(size=m) * 10.0 ** numpy.arange(m).clip(0, 6)]
    program = vectorize(f, 0.5, engine="native", exact=True)
    assert_same_bits(program, batch, Eager(f, examples_of(batch), program.parameters.values))
    assert program(program.parameters.read(), *batch) == Eager(f, examples_of(batch), ()).loss


def test_what_a_choice_leaves_out_passes_nothing_on() -> None:
    """Not even 0 × inf, however deep it is below the choice."""

    def f(x: Any) -> Value:
        root = sqrt(square(x * w))
        return (
            where(x > 0.0, root * v, w)
            + maximum(root - 1.0, v)
            + relu(log(square(x) + 1.0) - 5.0)
            + pick([root, w, v], x * 0.0 + 1.0)
        )

    batch = [numpy.array([0.0, 1.0, -2.0, 0.0])]
    program = vectorize(f, 1.0, engine="native", exact=True)
    eager = Eager(f, examples_of(batch), program.parameters.values)
    assert numpy.isfinite(eager.gradient).all()
    assert_same_bits(program, batch, eager)


def test_demands_are_checked_on_the_way() -> None:
    def f(x: Any) -> Value:
        require(x > 0.0, "x must be positive")
        require(w * x < 5.0, "the slope is too large")
        return log(x) * w

    program = vectorize(f, 1.0, engine="native", exact=True)
    theta = program.parameters.read()
    with pytest.raises(ValueError, match="example 1 of the batch: the slope is too large"):
        program.value_and_grad(theta, [1.0, 80.0, -1.0])
    with pytest.raises(ValueError, match="example 2 of the batch: x must be positive"):
        program.losses(theta, [1.0, 2.0, -1.0])
    assert program.losses(theta, [2.0]).tolist() == [math.log(2.0) * 0.7]
