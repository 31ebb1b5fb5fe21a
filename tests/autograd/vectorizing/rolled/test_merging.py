"""No scalar is computed twice, unless what is left would not repeat."""

from __future__ import annotations

from typing import Any

from rolled_checks import rolled
from rolled_interpreter import n_lines

from autograd import Value, dot, exp, square, tanh, total
from autograd.vectorizing.rolled.program import Kind, RolledProgram

a, b = Value(0.3, "a"), Value(0.7, "b")


def names(program: RolledProgram) -> list[str]:
    return [operation.primitive.name for operation, _ in program.operations()]


def test_equal_operations_on_equal_operands_are_one() -> None:
    assert names(rolled(lambda x: tanh(a * x) * tanh(a * x), 0.5)) == ["multiply", "tanh", "multiply"]


def test_the_order_of_operands_matters() -> None:
    assert names(rolled(lambda x: (a * x) - (x * a), 0.5)) == ["multiply", "multiply", "subtract"]


def test_what_depends_on_constants_alone_is_a_constant() -> None:
    def f(x: Value) -> Value:
        one = exp(Value(0.5)) * 2.0
        return x * total([one, one]) + dot([0.5, 0.25], [1.0, 2.0])

    program = rolled(f, 0.5)
    assert names(program) == ["multiply", "add"]
    assert len(names(rolled(f, 0.5, exact=True))) == 6


def test_constants_are_told_apart_by_their_bits() -> None:
    program = rolled(lambda x: total([x * 0.0, x * -0.0, x * 0.0]), 0.5)
    assert names(program) == ["multiply", "multiply", "total"]


def test_sequences_of_equal_constants_are_equal() -> None:
    assert names(rolled(lambda x: dot([x, x], [0.5, 0.25]) + dot([x, x], [0.5, 0.25]), 0.5)) == ["dot", "add"]


def test_a_loss_of_constants_is_a_constant() -> None:
    program = rolled(lambda x: Value(0.5) + 1.5, 0.5)
    assert program.loss.array.kind is Kind.CONSTANTS
    assert program.loss.array.constants == (2.0,)


def test_scalars_that_chance_to_be_the_same_are_computed_again_where_they_would_break_a_loop() -> None:
    """Some of many pairs have the same first element, so that merging would leave out a part here and there."""
    n = 200
    parameters = [Value(0.01 * k - 0.2) for k in range(40)]
    pairs = [((7 * k * k) % 11, 11 + (5 * k) % 29) for k in range(n)]

    def f(x: Any) -> Value:
        return total([square(tanh(exp(parameters[i]) * parameters[j]) - one) for (i, j), one in zip(pairs, x, strict=True)])

    assert n_lines(rolled(f, [0.01 * k for k in range(n)])) < 20
