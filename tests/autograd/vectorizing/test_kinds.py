"""Primitives of sequences that no array operation knows are compiled from their rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, examples_of

from autograd import Value, primitive, tanh, total, vectorize

w = [Value(number, f"w[{place}]") for place, number in enumerate((0.5, 2.0, -1.5, 0.25))]
X = numpy.random.default_rng(8).normal(size=(5, 4))


def product_of(m: Any, x: Sequence[Any]) -> Any:
    result = 1.0
    for factor in x:
        result = result * factor
    return result


def others(m: Any, x: Sequence[Any], y: Any) -> list[Any]:
    return [product_of(m, [*x[:place], *x[place + 1 :]]) for place in range(len(x))]


Product = Callable[[Sequence[Any]], Value]

CASES: dict[str, Callable[[Product, Any], Any]] = {
    "inputs and parameters": lambda product, x: product([a * tanh(b) for a, b in zip(w, x, strict=True)]),
    "several rows": lambda product, x: total([product([w[i], x[i], w[(i + 1) % 4]]) for i in range(4)]),
    "parameters alone": lambda product, x: product(w) * x[0],
    "one operand again and again": lambda product, x: product([w[0]] * 3) * x[0] + product([x[0], w[1], x[0]]),
    "rows that share elements": lambda product, x: product([product([w[i], x[i]]) + w[i] for i in range(4)]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_product_of_many(case: Callable[[Product, Any], Any]) -> None:
    product = primitive("product_of_many", "Π", product_of, others, many=True)

    def f(x: Any) -> Any:
        return case(product, x)

    program = vectorize(f, X[0].tolist())
    for some in (X, X[:1]):
        assert_close(program, (some,), Eager(f, examples_of((some,)), program.parameters.values))
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    theta = program.parameters.read()
    assert scope["value_and_grad"](theta, X)[1] == pytest.approx(program.value_and_grad(theta, X)[1], rel=1e-12)
