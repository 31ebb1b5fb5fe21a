"""The printed program: kept as snapshots, the same to the byte in every process, and readable."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from hash_seeds import printed_under_hash_seeds
from printed_source import computed_twice
from teaching_programs import PROGRAMS, SNAPSHOTS

from autograd import Value, functions, vectorize


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_source_is_the_one_that_was_kept(name: str) -> None:
    """After a change that is meant to change it: python tests/support/teaching_programs.py, and read the difference."""
    assert PROGRAMS[name]().source == (SNAPSHOTS / f"{name}.txt").read_text(encoding="utf-8")


def test_the_pooled_classifier_reads_as_in_the_text() -> None:
    lines = [line.strip() for line in PROGRAMS["pooled_classifier"]().source.splitlines()]
    forward, backward = lines.index("# forward"), lines.index("# backward")
    forward_lines = ["A = X @ W.T + b", "H = sigmoid(A)", "Z = H @ U.T"]
    places = [lines.index(line) for line in forward_lines]
    assert [forward, *places, backward] == sorted([forward, *places, backward])
    assert backward < lines.index("dZ = softmax(Z) / m") < lines.index("dU = dZ.T @ H") < lines.index("dW = dA.T @ X")


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_computed_twice(name: str) -> None:
    assert computed_twice(PROGRAMS[name]().source) == []


def test_no_line_is_longer_than_a_line_of_print() -> None:
    for name, make in PROGRAMS.items():
        assert max(map(len, make().source.splitlines())) <= 110, name


def test_the_same_to_the_byte_under_any_hash_seed() -> None:
    program = (
        "from teaching_programs import PROGRAMS\n"
        "for make in PROGRAMS.values():\n"
        "    program = make()\n"
        "    print(program.source, program.buffered_source, program.report())\n"
    )
    printed = printed_under_hash_seeds(program)
    assert len(printed) == 1
    assert b"H = sigmoid(A)" in printed.pop()


def test_an_argument_may_be_called_like_a_function() -> None:
    w = Value(0.5, "exp")
    program = vectorize(lambda sigmoid: w * functions.sigmoid(sigmoid * w) + functions.exp(sigmoid), 1.0)
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    theta = program.parameters.read()
    assert scope["value_and_grad"](theta, numpy.array([1.0, 2.0]))[0] == pytest.approx(program(theta, [1.0, 2.0]))


def test_gradients_add_up_in_a_product_of_any_memory_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy may give a transposed product's elements in another order in memory, where a flat view would be a copy."""
    w = [[[Value(0.1 * (i + j - k), f"w[{i}][{j}][{k}]") for k in range(3)] for j in range(4)] for i in range(2)]

    def f(x: Any) -> Value:
        h = [functions.tanh(functions.dot(row, x[i])) for i in range(2) for row in w[i]]
        return functions.total(h) + w[0][1][1] * w[1][2][0] * x[0][0] + w[0][3][2] * w[1][1][1] * x[1][1]

    program = vectorize(f, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert "einsum(" in program.source and ".reshape(-1)[" in program.source
    theta, batch = program.parameters.read(), numpy.linspace(-1.0, 1.0, 12).reshape(2, 2, 3)
    einsum = numpy.einsum
    monkeypatch.setattr(numpy, "einsum", lambda *operands: numpy.asfortranarray(einsum(*operands)))
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    assert scope["value_and_grad"](theta, batch)[1] == pytest.approx(program.value_and_grad(theta, batch)[1])
