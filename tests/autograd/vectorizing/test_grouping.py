"""Groups don't depend on how constants were come by, nor on the order of commuting operands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, assert_same_bits, examples_of

from autograd import Value, atan2, dot, exp, grad, log, logsumexp, maximum, pick, sigmoid, sqrt, tanh, total, vectorize, where

pytestmark = pytest.mark.engine("numpy")

X = numpy.random.default_rng(4).uniform(0.5, 1.5, (4, 3))
s, w = Value(0.7, "s"), Value(-0.4, "w")


def compiled(f: Callable[..., Value], **options: Any) -> Any:
    """A program, after comparing it with the eager engine."""
    program = vectorize(f, X[0].tolist(), **options)
    for some in (X, X[:1]):
        assert_close(program, (some,), Eager(f, examples_of((some,)), program.parameters.values))
    exact = vectorize(f, X[0].tolist(), exact=True)
    assert_same_bits(exact, (X,), Eager(f, examples_of((X,)), exact.parameters.values))
    return program


def test_the_derivative_of_a_square_is_twice_the_number() -> None:
    source = compiled(lambda x: grad(s**2, s, create_graph=True) * x[0]).source
    assert "loss = (2.0 * s * X[:, 0]).mean()" in source
    assert "where" not in source and "**" not in source
    source = compiled(lambda x: grad(s**3, s, create_graph=True) * x[0]).source
    assert "loss = (3.0 * (s * s) * X[:, 0]).mean()" in source
    assert "where" not in source


@pytest.mark.parametrize(
    "constant",
    [
        lambda: Value(2.0) * Value(3.0) + 1.5,
        lambda: log(Value(2.0)) - exp(Value(0.5)) / 3.0,
        lambda: dot([1.0, 2.0], [Value(0.5), 4.0]) + total([Value(1.0), 2.0, 3.0]),
        lambda: maximum([Value(1.0), 2.0]) + logsumexp([Value(0.0), 1.0]) + pick([Value(5.0), 7.0], 1),
        lambda: where(Value(1.0) > 2.0, Value(3.0), Value(4.0)) ** Value(0.5),
        lambda: -(Value(0.0) + 0.25 * Value(4.0)),
    ],
)
def test_what_is_computed_of_constants_is_a_constant(constant: Callable[[], Value]) -> None:
    number = constant().data
    folded, plain = compiled(lambda x: tanh(constant() * x[0] * w)), compiled(lambda x: tanh(number * x[0] * w))
    assert folded.source == plain.source
    assert len(folded._backend.grouping.groups) == len(plain._backend.grouping.groups)


def test_only_captured_constants_are_listed() -> None:
    report = compiled(lambda x: (Value(2.0) * 3.0 + 1.5) * x[0] * w).report()
    assert "3 different numbers: 2.0, 3.0, 1.5." in report


def test_a_constant_keeps_its_sign_and_its_limit() -> None:
    program = vectorize(lambda x: w * 0.0 + atan2(Value(0.0) * -1.0, x), 1.0)
    assert program.losses(program.parameters.read(), [-1.0]).tolist() == [-math.pi]
    program = vectorize(lambda x: w * 0.0 + atan2(-(Value(0.0) + 0.0), x), 1.0)
    assert program.losses(program.parameters.read(), [-1.0]).tolist() == [-math.pi]

    def slope_at_zero(x: Any) -> Value:
        zero = Value(0.0)
        return grad(sqrt(zero), zero, create_graph=True) * x + w

    program = vectorize(slope_at_zero, 1.0)
    with pytest.warns(match="not finite"):
        assert program.losses(program.parameters.read(), [2.0]).tolist() == [math.inf]


def test_a_loss_of_constants() -> None:
    program = vectorize(lambda x: (Value(2.0) * 3.0, {"product": [Value(2.0) * 3.0, x]}), 1.0)
    assert program(program.parameters.read(), [1.0, 2.0]) == 6.0
    assert program.outputs(program.parameters.read(), [1.0, 2.0])["product"].tolist() == [[6.0, 1.0], [6.0, 2.0]]


@pytest.mark.parametrize("join", [lambda y, z: y * z, lambda y, z: y + z], ids=["y * z", "y + z"])
def test_commuting_operands_have_one_order(join: Any) -> None:
    def f(other: Any) -> Callable[[Any], Value]:
        def compute(x: Any) -> Value:
            y, z = [tanh(s * one) for one in x], [sigmoid(w * one) for one in x]
            return total([tanh(join(a, c)) for a, c in zip(y, z, strict=True)]) + total(
                [exp(tanh(other(a, c))) for a, c in zip(y[::-1], z, strict=True)]
            )

        return compute

    turned, same = compiled(f(lambda a, c: join(c, a))), compiled(f(join))
    assert turned.source == same.source
