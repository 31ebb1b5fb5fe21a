"""What repeats with operands in irregular places is a loop that looks the places up, where that makes the text much shorter."""

from __future__ import annotations

from random import Random
from typing import Any

from rolled_checks import rolled
from rolled_interpreter import n_lines

from autograd import Value, sigmoid, tanh, total
from autograd.vectorizing.rolled.program import Index, Place, RolledProgram, Run

N = 80
X = [0.01 * k for k in range(N)]
W = [Value(0.02 * k - 0.7) for k in range(N)]
ORDER = Random(1).sample(range(N), N)


def tables(program: RolledProgram) -> list[Index]:
    """The indices with a table."""
    found = []
    for operation, _ in program.operations():
        parts = [part for slot in operation.slots for part in (slot if isinstance(slot, tuple) else (slot,))]
        found += [part.index for part in parts if isinstance(part, Place | Run) and part.index.table]
    return found


def test_a_permutation_is_a_table() -> None:
    def f(x: Any) -> Value:
        first = [sigmoid(w * one) for w, one in zip(W, x, strict=True)]
        return total([tanh(first[k]) * x[k] for k in ORDER])

    program = rolled(f, X)
    assert n_lines(program) == 5
    first, second = tables(program)
    assert [first.base + one for one in first.table] == ORDER
    assert [second.base + one for one in second.table] == ORDER


def test_a_short_permutation_stands_line_after_line() -> None:
    def f(x: Any) -> Value:
        first = [sigmoid(w * one) for w, one in zip(W, x, strict=True)]
        return total(first) + total([tanh(first[k]) * x[k] for k in ORDER[:20]])

    program = rolled(f, X)
    assert tables(program) == []
    assert n_lines(program) == 2 + 1 + 40 + 2


def test_the_same_permutation_in_each_step_is_one_table() -> None:
    def f(x: Any) -> Value:
        h = x
        for _ in range(6):
            h = [tanh(w * h[k]) for w, k in zip(W, ORDER, strict=True)]
        return total(h)

    program = rolled(f, X)
    assert n_lines(program) <= 7
    assert any(len(index.table) == N and len([step for step in index.table_steps if step]) == 1 for index in tables(program))


def test_another_permutation_in_each_step_is_one_table_of_all_steps() -> None:
    draw = Random(2)
    orders = [draw.sample(range(N), N) for _ in range(5)]

    def f(x: Any) -> Value:
        h = x
        for order in orders:
            h = [tanh(w * h[k]) for w, k in zip(W, order, strict=True)]
        return total(h)

    assert n_lines(rolled(f, X)) <= 7


def test_observations_of_numbered_things() -> None:
    draw = Random(3)
    pairs = [(draw.randrange(10), draw.randrange(10, 30)) for _ in range(N)]

    def f(x: Any) -> Value:
        loss: Any = 0.0
        for (i, j), one in zip(pairs, x, strict=True):
            loss = loss + tanh(W[i] - one) * sigmoid(W[j] * one)
        return loss

    program = rolled(f, X)
    assert n_lines(program) <= 8
    assert len(tables(program)) == 2
