"""Parameters are printed under their labels."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from autograd import Value, dot, logsumexp, softmax, square, tanh, total, vectorize

pytestmark = pytest.mark.engine("numpy")


def unpacked(f: Any, *example: Any) -> list[str]:
    """The lines that take the parameters from θ; the source runs, whatever they are called."""
    program = vectorize(f, *example)
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    theta = program.parameters.read()
    batch = [[argument] for argument in example]
    loss, gradient = scope["value_and_grad"](theta, *map(numpy.array, batch))
    assert loss == pytest.approx(program.value_and_grad(theta, *batch)[0])
    assert gradient == pytest.approx(program.value_and_grad(theta, *batch)[1])
    return [" ".join(line.split()) for line in program.source.splitlines() if "= theta[" in line]


def matrix(label: str, rows: int = 2, columns: int = 2) -> list[list[Value]]:
    return [[Value(0.1 * i - 0.2 * j, label.format(i=i, j=j)) for j in range(columns)] for i in range(rows)]


@pytest.mark.parametrize(
    "label", ["A[{i}][{j}]", "A[{i},{j}]", "A({i}, {j})", "A_{{{i}{j}}}", "A{i}{j}", "A_{i}_{j}", "A.{i}.{j}", "A"]
)
def test_indices_are_taken_off_and_the_rest_is_kept(label: str) -> None:
    rows = matrix(label)
    assert unpacked(lambda x: total([tanh(dot(row, x)) for row in rows]), [1.0, 2.0]) == ["A = theta[0:4].reshape(2, 2)"]


def test_a_single_parameter_keeps_its_digits() -> None:
    theta1, theta2 = Value(0.5, "theta1"), Value(0.3, "theta2")
    lines = unpacked(lambda x: theta1 * square(tanh(theta2 + x)), 1.0)
    assert lines == ["theta2 = theta[0]", "theta1 = theta[1]"]


def test_two_labels_in_one_array() -> None:
    pi, A = [row[0] for row in matrix("pi[{i}]", 3)], matrix("A[{i},{j}]", 3, 3)

    def f(x: Any) -> Value:
        start, *steps = [softmax(row) for row in (pi, *A)]
        return logsumexp([p * a + x for p, row in zip(start, steps, strict=True) for a in row])

    assert unpacked(f, 1.0) == ["pi_A = theta[0:12].reshape(4, 3) # pi, A"]


def test_many_labels_in_one_array_are_listed() -> None:
    parameters = [Value(0.1, name) for name in ("alpha", "beta", "gamma", "delta")]
    assert unpacked(lambda x: tanh(dot(parameters, x)), [1.0] * 4) == ["w = theta[0:4] # alpha, beta, gamma, …"]


def test_a_name_that_means_something_else() -> None:
    parameters = [Value(0.1, f"theta[{i}]") for i in range(2)]
    assert unpacked(lambda x: tanh(dot(parameters, x)), [1.0, 2.0]) == ["theta_ = theta[0:2] # theta"]


def test_letters_of_any_alphabet() -> None:
    parameters = [Value(0.1, f"λ[{i}]") for i in range(2)]
    assert unpacked(lambda x: tanh(dot(parameters, x)), [1.0, 2.0]) == ["λ = theta[0:2]"]
    # Python reads ϕ as φ: it is no name of its own.
    parameters = [Value(0.1, f"ϕ[{i}]") for i in range(2)]
    assert unpacked(lambda x: tanh(dot(parameters, x)), [1.0, 2.0]) == ["w = theta[0:2] # ϕ"]


def test_a_label_of_several_lines_stays_in_its_comment() -> None:
    parameters = [Value(0.1, f"first line\nraise SystemExit # [{i}]") for i in range(2)]
    lines = unpacked(lambda x: tanh(dot(parameters, x)), [1.0, 2.0])
    assert len(lines) == 1 and "raise" in lines[0].split("=")[0] + lines[0].split("#", 1)[1]
