"""The complex step through every primitive of the table gives the local derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, dot, grad, logsumexp, maximum, minimum, pick, total, where
from autograd.checking.replay.complex_step import imaginary_part
from autograd.engine import graph
from autograd.engine.operands import record
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive

OF_NUMBERS = [primitive for primitive in TABLE.values() if primitive.arity in (1, 2)]


def is_ordinary(operands: Any) -> bool:
    return all(x == 0.0 or 1e-4 < abs(x) < 50.0 for x in operands)


@pytest.mark.parametrize("primitive", OF_NUMBERS, ids=lambda primitive: primitive.name)
def test_the_imaginary_part_is_the_local_derivative(primitive: Primitive) -> None:
    compared = 0
    for point in primitive.points:
        operands = point if primitive.arity == 2 else (point,)
        # At 0 the complex step moves to the right, and |x| and 0^b have other conventions there.
        if not is_ordinary(operands) or (primitive.name in ("abs", "power", "power_log", "hypot") and 0.0 in operands):
            continue
        leaves = [Value(x) for x in operands]
        output = record(primitive, leaves[0], leaves[1] if len(leaves) == 2 else None, primitive.calculate(*operands))
        for leaf in leaves:
            derivative = grad(output, leaf)
            step = 1e-20 * (abs(leaf.data) or 1.0)
            if math.isfinite(derivative):
                compared += 1
                found = imaginary_part(output, leaf, step) / step
                assert found == pytest.approx(derivative, rel=1e-9, abs=1e-200), (operands, leaf.data)
    assert compared >= 10


@pytest.mark.parametrize(
    "f",
    [
        lambda v: dot(v, v[1:] + v[:1]),
        lambda v: total(v) ** 2,
        lambda v: logsumexp(v) * v[0],
        lambda v: maximum(*v) * minimum(*v),
        lambda v: pick(v, 1) / v[0],
        lambda v: where(v[0] < v[1], v[0] * v[2], v[1]),
    ],
    ids=["dot", "total", "logsumexp", "maximum and minimum", "pick", "where"],
)
def test_primitives_of_many_operands(f: Callable[[tuple[Value, ...]], Value]) -> None:
    leaves = (Value(0.7), Value(1.9), Value(-0.4))
    output = f(leaves)
    for leaf in leaves:
        assert imaginary_part(output, leaf, 1e-20) / 1e-20 == pytest.approx(grad(output, leaf), rel=1e-12, abs=1e-15)


def test_a_leaf_and_what_does_not_depend_on_it() -> None:
    x, y = Value(2.0), Value(3.0)
    assert imaginary_part(x, x, 1e-20) == 1e-20
    assert imaginary_part(y * y, x, 1e-20) == 0.0
    assert graph.operands(x) == ()
