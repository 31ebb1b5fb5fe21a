"""Sums are read from their arrays in the order these have, in whatever order their terms were written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, assert_same_bits, examples_of
from random_programs import RandomProgram

from autograd import Value, dot, grad, logsumexp, square, tanh, total, vectorize
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.grouping.grouping import group_graph
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.layout import lay_out

generator = numpy.random.default_rng(12)
X = generator.normal(size=(5, 4))


def matrix(rows: int, columns: int, label: str) -> list[list[Value]]:
    return [[Value(generator.normal(), f"{label}[{i}][{j}]") for j in range(columns)] for i in range(rows)]


W, U = matrix(6, 4, "W"), matrix(3, 6, "U")
FLIPPED = [2, 0, 3, 1]


def compiled(f: Callable[[Any], Value]) -> Any:
    """A program, after comparing it with the eager engine."""
    program = vectorize(f, X[0].tolist())
    for some in (X, X[:1]):
        assert_close(program, (some,), Eager(f, examples_of((some,)), program.parameters.values))
    exact = vectorize(f, X[0].tolist(), exact=True)
    assert_same_bits(exact, (X,), Eager(f, examples_of((X,)), exact.parameters.values))
    return program


def layers(order: Callable[[Any], Any]) -> Callable[[Any], Value]:
    """Two layers and sums, each written in some order."""

    def f(x: Any) -> Value:
        h = [tanh(dot(order(w), order(x))) for w in W]
        z = [sum((u_j * h_j for u_j, h_j in zip(order(u), order(h), strict=True)), Value(0.0)) for u in U]
        return total(order([tanh(one) for one in z])) + logsumexp(order(z))

    return f


@pytest.mark.engine("numpy")
@pytest.mark.parametrize(
    "order",
    [lambda row: row[::-1], lambda row: [*row[1:], row[0]], lambda row: [*row[1::2], *row[::2]]],
    ids=["backwards", "turned", "odd before even"],
)
def test_terms_in_any_order_make_plain_matrix_products(order: Any) -> None:
    turned, plain = compiled(layers(order)), compiled(layers(lambda row: row))
    assert "[:, index" not in turned.source and ".at(" not in turned.source
    assert turned.source == plain.source


def test_parameters_used_before_in_another_order_are_gathered_from_neither_side() -> None:
    def f(x: Any) -> Value:
        return total([tanh(dot(w, x)) for w in W]) + total([tanh(dot(w[::-1], [one * one for one in x[::-1]])) for w in W])

    assert "index" not in compiled(f).source


@pytest.mark.engine("numpy")
def test_derivatives_within_the_loss_are_plain_matrix_products() -> None:
    """Their sums are written from the last term to the first."""

    def f(x: Any) -> Value:
        h = [tanh(dot(w, x)) for w in W]
        slope = grad(total([tanh(dot(u, h)) for u in U]), x, create_graph=True)
        return total([square(one) for one in slope])

    program = compiled(f)
    assert "index" not in program.source
    assert program.source.count(" @ W") >= 2


@pytest.mark.engine("numpy")
def test_sums_over_another_order_of_rows_cannot_all_be_in_order() -> None:
    """Rows that pair the same parameters with other inputs: one side is gathered, and the result is right."""

    def f(x: Any) -> Value:
        return total([tanh(dot(w, x) + dot(w, [x[k] for k in FLIPPED])) for w in W])

    assert compiled(f).source.count("X[:, index") == 1


@pytest.mark.engine("numpy")
def test_a_sum_of_all_parameters() -> None:
    """Across all matrices: each has the derivative 1, one number for the whole of θ."""

    def f(x: Any) -> Value:
        product = total([tanh(dot(w, x)) for w in W[:2]]) * dot(U[0][:4], [tanh(one) for one in x])
        return product + total([one for row in (U[0][:4], W[1], W[0]) for one in reversed(row)])

    assert "gradient += broadcast_to(1.0" in compiled(f).source


@pytest.mark.parametrize("seed", range(25))
def test_everything_has_one_place(seed: int) -> None:
    """Members and parameters are permuted, blocks of parameters lie side by side, and what is taken exists."""
    f = RandomProgram(seed)
    try:
        recorded = record(f, f.example(0), None)
    except (ArithmeticError, ValueError):
        pytest.skip("this program refuses its own example")
    grouping = group_graph(recorded)
    layout = lay_out(grouping, [array.shape for array in recorded.arguments.arrays])
    sizes = [len(group.members) for group in grouping.groups]
    assert sorted(layout.theta) == list(range(sizes[Grouping.PARAMETERS]))
    offset = 0
    for block in layout.blocks:
        assert block.offset == offset
        offset += block.size
    assert offset == len(layout.theta)
    assert [plan.group for plan in layout.plans] == [group.number for group in grouping.groups if group.slots]
    for plan in layout.plans:
        assert sorted(layout.ranks[plan.group].tolist()) == list(range(sizes[plan.group]))
        assert int(numpy.prod(plan.shape)) == sizes[plan.group]
        for operand in plan.operands:
            assert all(indices.min() >= 0 and indices.max() < sizes[group] for group, indices in operand.parts)
