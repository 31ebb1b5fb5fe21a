"""Exact programs read the table's own rules, also where they compute whole arrays at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_same_bits, examples_of

from autograd import Value, dot, total, vectorize
from autograd.table.primitives import TABLE
from autograd.vectorizing.exact.forward import ARITHMETIC

pytestmark = pytest.mark.engine("numpy")

w, v = Value(0.1, "w"), Value(0.3, "v")
X = numpy.random.default_rng(2).uniform(-1.0, 1.0, (5, 3))

FUNCTIONS: dict[str, Callable[[Any], Value]] = {
    "add": lambda x: (w + x[0]) * (v + x[1]),
    "subtract": lambda x: (w - x[0]) * (v - w),
    "multiply": lambda x: w * x[0] * w * v,
    "dot": lambda x: dot([w, v, w], x) * v,
    "total": lambda x: total([w, x[0] * v, w, v]) * w,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arithmetic_on_arrays_gives_the_bits_of_the_eager_engine(name: str) -> None:
    f = FUNCTIONS[name]
    program = vectorize(f, X[0].tolist(), exact=True)
    assert_same_bits(program, (X,), Eager(f, examples_of((X,)), program.parameters.values))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_derivative_that_is_changed_in_the_table_is_changed_in_an_exact_program(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = vectorize(FUNCTIONS[name], X[0].tolist(), exact=True)
    theta = program.parameters.read()
    _, before = program.value_and_grad(theta, X)
    rule = "derivatives" if name in ARITHMETIC else "term_derivatives"
    stated = getattr(TABLE[name], rule)
    monkeypatch.setattr(TABLE[name], rule, lambda *operands: tuple(2.0 * derivative for derivative in stated(*operands)))
    _, after = program.value_and_grad(theta, X)
    assert (after != before).all()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_forward_rule_that_is_changed_in_the_table_is_changed_in_an_exact_program(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = vectorize(FUNCTIONS[name], X[0].tolist(), exact=True)
    theta = program.parameters.read()
    before = program.losses(theta, X)
    rule = "forward" if name in ARITHMETIC else "term"
    stated = getattr(TABLE[name], rule)
    monkeypatch.setattr(TABLE[name], rule, lambda *operands: 1.0 + stated(*operands))
    assert (program.losses(theta, X) != before).all()
