"""The gradient that programs are compared with is that of the backward pass, and of plain arithmetic."""

from __future__ import annotations

import pytest
from random_programs import RandomProgram

from autograd import Value, dot, grad, maximum, sqrt, tanh, total, where
from autograd.vectorizing.comparing.reference import reference_gradient


@pytest.mark.parametrize("seed", range(120))
def test_random_programs(seed: int) -> None:
    f = RandomProgram(seed)
    try:
        loss, _ = f(*f.values(0))
    except (ArithmeticError, ValueError):
        pytest.skip("the eager engine can't compute this one")
    leaves = [*f.parameters, *(w for row in f.weight for w in row)]
    assert reference_gradient(loss, leaves).tolist() == pytest.approx(grad(loss, leaves), rel=1e-12, abs=1e-300)


def test_long_sequences_of_leaves_of_results_and_of_both() -> None:
    w = [Value(0.01 * k - 0.3) for k in range(40)]
    h = tuple([tanh(dot(w, [*w[k:], *w[:k]])) for k in range(20)])
    mixed = (*h, *w[:20])
    loss = dot(mixed, w) * total(h) + dot(h, h) + dot((w[0],) * 17, w[:17]) + total(mixed)
    assert reference_gradient(loss, w).tolist() == pytest.approx(grad(loss, w), rel=1e-11)


def test_a_leaf_that_a_sequence_holds_many_times() -> None:
    x, y = Value(3.0), Value(5.0)
    assert reference_gradient(dot((x,) * 20, (y,) * 20), [x, y]).tolist() == [100.0, 60.0]


def test_what_choices_leave_out_takes_no_part() -> None:
    x = Value(0.0)
    loss = where(x < 1.0, x, sqrt(x)) + maximum(1.0, sqrt(x))
    assert reference_gradient(loss, [x]).tolist() == [1.0]


def test_an_old_part_of_the_graph_behind_many_others() -> None:
    x = Value(2.0)
    old = x * x
    for _ in range(1000):
        Value(0.0)
    new = old * x
    assert reference_gradient(new, [x], since=old._tick + 5).tolist() == [12.0]


def test_it_changes_nothing() -> None:
    x = Value(2.0)
    x.gradient = 7.0
    y = x * x
    reference_gradient(y, [x])
    assert (x.gradient, y.gradient) == (7.0, None)


def test_a_leaf_alone() -> None:
    x, other = Value(2.0), Value(3.0)
    assert reference_gradient(x, [other, x]).tolist() == [0.0, 1.0]


def test_operands_that_were_computed_from_zeros() -> None:
    w, b = [Value(0.5 + i) for i in range(20)], [Value(0.0) for _ in range(20)]
    assert reference_gradient(dot(w, [tanh(one * 1.0) for one in b]), b).tolist() == [one.data for one in w]
