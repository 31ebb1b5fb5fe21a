"""The graph of array operations: what is the same is made once, and what is made simpler keeps its bits."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, Literal
from autograd.vectorizing.arrays.array_graph import ArrayGraph
from autograd.vectorizing.arrays.views import View


@pytest.fixture
def graph() -> ArrayGraph:
    return ArrayGraph(composite=False)


def block(graph: ArrayGraph, number: int = 0, shape: tuple[int, ...] = (3,)) -> Array:
    return graph.make(op.ParameterBlock(number), shape=shape)


def test_the_same_expression_is_the_same_array(graph: ArrayGraph) -> None:
    x, y = block(graph), block(graph, 1)
    assert x * y is x * y
    assert block(graph) is x
    assert x * y is not y * x
    assert graph.exp(x) is graph.exp(x)
    # Operations of different classes with equal parameters are different ones.
    assert graph.make(op.Input(0), shape=(3,)) is not x


def test_numbers_are_told_apart_by_their_bits(graph: ArrayGraph) -> None:
    x = block(graph)
    assert x + 0.0 is not x + -0.0
    assert x + float("nan") is x + float("nan")


SAME: list[tuple[str, Any, Any]] = [
    ("1 times a number is the number", lambda m, x, y: 1.0 * x, lambda m, x, y: x),
    ("-1 times a number is its negative", lambda m, x, y: x * -1.0, lambda m, x, y: -x),
    ("two signs cancel", lambda m, x, y: -(x * -1.0), lambda m, x, y: x),
    ("a sign goes to a number", lambda m, x, y: -(2.0 * x), lambda m, x, y: -2.0 * x),
    ("the absolute value has no sign", lambda m, x, y: abs(-x), lambda m, x, y: abs(x)),
    ("adding a negative subtracts", lambda m, x, y: x + -y, lambda m, x, y: x - y),
    ("numbers are multiplied first", lambda m, x, y: 2.0 * (0.25 * x), lambda m, x, y: 0.5 * x),
    ("divided by 1", lambda m, x, y: x / 1.0, lambda m, x, y: x),
    ("the first power", lambda m, x, y: x**1.0, lambda m, x, y: x),
    ("the second power", lambda m, x, y: x**2.0, lambda m, x, y: x * x),
    ("a mask that chooses 1 or 0", lambda m, x, y: m.where(x < y, 1.0, 0.0), lambda m, x, y: m.as_float(x < y)),
    ("a mask made a number and back", lambda m, x, y: m.as_bool(m.as_float(x < y)), lambda m, x, y: x < y),
    ("the larger of two", lambda m, x, y: m.where(x > y, x, y), lambda m, x, y: m.where(y <= x, x, y)),
]


@pytest.mark.parametrize(("complicated", "simple"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_simpler_forms(graph: ArrayGraph, complicated: Any, simple: Any) -> None:
    x, y = block(graph), block(graph, 1)
    assert complicated(graph, x, y) is simple(graph, x, y)


KEPT: list[tuple[str, Any]] = [
    ("0 times a number, which may be infinite", lambda x: 0.0 * x),
    ("a number less itself", lambda x: x - x),
    ("a number plus 0, which makes 0 of -0", lambda x: x + 0.0),
    ("numbers whose product vanishes", lambda x: 1e-200 * (1e-200 * x)),
    ("numbers whose product overflows", lambda x: 1e200 * (1e200 * x)),
]


@pytest.mark.parametrize("expression", [case[1] for case in KEPT], ids=[case[0] for case in KEPT])
def test_what_might_have_other_bits_is_kept(graph: ArrayGraph, expression: Any) -> None:
    x = block(graph)
    result = expression(x)
    assert isinstance(result, Array) and result is not x and x in (*result.arrays, *result.arrays[0].arrays)


def test_numbers_alone_are_calculated_and_never_raise(graph: ArrayGraph) -> None:
    one = Literal(1.0, graph)
    assert (one + 2.0, graph.log(Literal(0.0, graph)), one / 0.0) == (3.0, -numpy.inf, numpy.inf)
    assert (one < 2.0) is True
    assert graph.arrays == []


def test_a_rule_can_not_branch_on_an_array(graph: ArrayGraph) -> None:
    x = block(graph)
    with pytest.raises(TypeError, match=r"use m\.where"):
        max(x, x * 2.0)


def test_what_is_called_a_view_is_one(graph: ArrayGraph) -> None:
    x = block(graph, shape=(2, 3))
    turned = graph.view(x, View((3, 2), order=(1, 0)))
    assert turned.is_view and turned.base is x and not turned.is_contiguous
    flat = graph.reshaped(turned, (6,))
    # A transposed array has no rows of its own in memory: it is copied before it is seen as one row.
    assert flat.is_view and flat.base.operation == op.Plain.COPY and flat.base.arrays == (turned,)
    assert graph.reshaped(x, (6,)).base is x


def test_the_parts_of_an_accumulation_have_their_operands() -> None:
    view = View((3,))
    accumulate = op.Accumulate((("add", view), ("rows", view), ("choice", view)))
    parts = [(way, operands) for way, _, operands in accumulate.contributions([1, 2, 3, 4, 5])]
    assert parts == [("add", [1]), ("rows", [2, 3]), ("choice", [4, 5])]


def test_the_axes_of_a_sum_are_counted_with_that_of_the_examples() -> None:
    assert op.Sum((0, 2), over_examples=True).counted_axes(True) == (0, 1, 3)
    assert op.Sum((0, 2), over_examples=False).counted_axes(True) == (1, 3)
    assert op.Sum((1,), over_examples=False).counted_axes(False) == (1,)
