"""What there is to compute, read off rolled programs, against what grouping finds in the same graphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, dot, exp, sigmoid, tanh, total
from autograd.vectorizing.choosing.work import Work, work_of
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.grouping.grouping import group_graph
from autograd.vectorizing.rolled.rolling import roll

T, H = 40, 8
a, b, c = Value(0.9, "a"), Value(0.1, "b"), Value(0.3, "c")
W = [[Value(0.01 * (i - j)) for j in range(H)] for i in range(H)]
U = [Value(0.1 * i) for i in range(H)]
X = [0.01 * k for k in range(T)]


def recurrence(x: Any) -> Value:
    s = Value(0.0)
    for t in range(T):
        s = tanh(a * s + b * x[t])
    return s


def recurrence_with_losses(x: Any) -> Value:
    s, losses = Value(0.0), []
    for t in range(T):
        s = tanh(a * s + b * x[t])
        losses.append((s - c).square())
    return total(losses)


def alike(x: Any) -> Value:
    return total([tanh(a * x[t] + b) for t in range(T)])


def running_sum(x: Any) -> Value:
    s = Value(0.0)
    for t in range(T):
        s = s + a * x[t]
    return s


def network_in_time(x: Any) -> Value:
    h = [Value(0.0)] * H
    for t in range(T):
        h = [tanh(dot(W[i], h) + U[i] * x[t]) for i in range(H)]
    return total(h)


def different(x: Any) -> Value:
    return exp(sigmoid(tanh(a * x[0]) - b) / c)


PROGRAMS = [recurrence, recurrence_with_losses, alike, running_sum, network_in_time, different]


def works(f: Callable[[Any], Value]) -> tuple[Work, int]:
    """The work of a program, and how many groups its graph has."""
    recorded = record(f, (X,), None)
    return work_of(roll(recorded)), sum(1 for group in group_graph(recorded).groups if group.slots)


@pytest.mark.parametrize("f", PROGRAMS)
def test_groups_are_about_as_many_as_grouping_finds(f: Callable[[Any], Value]) -> None:
    work, n_groups = works(f)
    assert 0.5 * n_groups <= work.n_groups <= 2 * n_groups + 5


def test_repetitions_are_groups_of_their_own_where_each_needs_the_one_before() -> None:
    assert works(recurrence)[0].n_groups >= 2 * T
    assert works(network_in_time)[0].n_groups >= 2 * T
    assert works(alike)[0].n_groups <= 5
    assert works(running_sum)[0].n_groups <= 5


def test_operations_of_each_example() -> None:
    # In each step two products, a sum and tanh; a first step on a constant may be written in another way.
    simple, quotients, functions = works(recurrence)[0].per_example
    assert 3 * T - 3 <= simple <= 3 * T + 3 and quotients == 0 and functions == T
    assert works(different)[0].per_example == (2, 1, 3)
    # What depends on parameters alone is computed once for a batch.
    work = works(lambda x: exp(a) / b * x[0])[0]
    assert work.per_batch == (0, 1, 1) and work.per_example == (1, 0, 0)
    # A dot product is as many multiplications as it has terms.
    assert works(lambda x: dot(U, x[:H]))[0].per_example == (H, 0, 0)


def test_instructions_are_those_of_the_text() -> None:
    short, long = (work_of(roll(record(recurrence_of(n), ([0.1] * n,), None))) for n in (50, 500))
    assert short.n_instructions == long.n_instructions
    assert long.per_example[2] == 500


def recurrence_of(n: int) -> Callable[[Any], Value]:
    def f(x: Any) -> Value:
        s = Value(0.5)
        for t in range(n):
            s = tanh(a * s + b * x[t])
        return s

    return f


def test_products_written_with_plus_and_times() -> None:
    rows = [[Value(0.01 * (i - j)) for j in range(40)] for i in range(40)]

    def f(x: Any) -> Value:
        h = []
        for row in rows:
            s = Value(0.0)
            for w, one in zip(row, x, strict=True):
                s = s + w * one
            h.append(tanh(s))
        return total(h)

    work = work_of(roll(record(f, (X[:40],), None)))
    assert work.in_products >= 2 * 40 * 40 - 100
    work = work_of(roll(record(lambda x: total([tanh(dot(row, x)) for row in rows]), (X[:40],), None)))
    assert work.in_products == 40 * 40
    assert works(network_in_time)[0].in_products == 0
