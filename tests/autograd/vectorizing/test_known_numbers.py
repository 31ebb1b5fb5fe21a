"""What could differ from example to example and is found to be one number: operations on it are one for all examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, examples_of

from autograd import Value, argmax, dot, logsumexp, maximum, pick, softmax, tanh, total, vectorize, where

pytestmark = pytest.mark.every_engine

b = [Value(0.5), Value(-0.2), Value(0.9)]
E = [[Value(0.1 * i + j) for j in range(2)] for i in range(3)]


def zero(x: Value) -> Value:
    return where(0.0, x, 0.0)


FUNCTIONS: dict[str, Callable[[list[Value]], Value]] = {
    "dot": lambda x: tanh(dot([zero(v) for v in x], b)) * x[0] + dot(b, x),
    "dot of others than 0": lambda x: dot([where(1.0, 2.0, v) for v in x], b) * x[1],
    "dot of powers": lambda x: dot([v**0.0 for v in x], b) * x[0],
    "matrix": lambda x: total([tanh(dot([zero(v) + 0.0 for v in x], row)) for row in zip(*E, strict=True)]) + x[0] * b[0],
    "pick": lambda x: pick(b, zero(x[0])) * x[1] + pick(b, where(0.0, x[1], 2.0)),
    "look-up": lambda x: total([pick(column, zero(x[0])) * tanh(x[1]) for column in zip(*E, strict=True)]),
    "maximum": lambda x: maximum([zero(v) for v in x]) * b[0] + maximum([where(1.0, 3.0, x[0]), b[0], b[1]]) * x[0],
    "argmax": lambda x: pick(b, argmax([zero(v) for v in x])) * x[2] * x[1],
    "logsumexp": lambda x: logsumexp([where(1.0, 0.5, v) for v in x]) * b[1] * x[0] + logsumexp([zero(x[0]), *b]) * x[0],
    "softmax": lambda x: dot(softmax([where(1.0, 0.5, v) for v in x]), b) * x[0],
    "total": lambda x: total([zero(v) for v in x]) * b[0] + b[1] * x[0],
}


@pytest.mark.parametrize("m", [1, 2, 7])
@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_numbers_that_are_the_same_in_every_example(f: Callable[[list[Value]], Value], m: int) -> None:
    X = numpy.random.default_rng(m).normal(size=(m, 3))
    program = vectorize(f, X[0].tolist(), parameters=[*b, *(v for row in E for v in row)])
    assert_close(program, (X,), Eager(f, examples_of((X,)), program.parameters.values))
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    theta = program.parameters.read()
    printed = scope["value_and_grad"](theta, X)[1]
    assert printed == pytest.approx(program.value_and_grad(theta, X)[1], rel=1e-12, abs=1e-15)
