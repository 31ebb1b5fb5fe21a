"""Kinks and jumps, found in the rules of the table and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, functions, maximum, minimum, relu
from autograd.checking.replay.kink_search import Kink, kink_at
from autograd.engine.graph import flatten, operands
from autograd.engine.value import recorded_as
from autograd.table.primitives import TABLE
from autograd.table.rules import MANY


def found(node: Value) -> list[Kink | None]:
    return [kink_at(node, position) for position in range(len(operands(node)))]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (relu(Value(0.0)), [Kink(0.0, 1.0, False)]),
        (relu(Value(-0.0)), [Kink(0.0, 1.0, False)]),
        (relu(Value(5e-324)), [None]),
        (abs(Value(0.0)), [Kink(-1.0, 1.0, False)]),
        (maximum(Value(2.0), Value(2.0)), [Kink(0.0, 1.0, False)] * 2),
        (minimum(Value(2.0), Value(2.0), Value(3.0)), [Kink(1.0, 0.0, False)] * 2 + [None]),
        (maximum(Value(0.3), Value(0.1 + 0.2)), [None, None]),
        (minimum(maximum(Value(0.0), 0.0), 1.0), [None, None]),
        (functions.hypot(Value(0.0), Value(0.0)), [Kink(-1.0, 1.0, False)] * 2),
        (Value(1.0) < Value(1.0), [Kink(0.0, 0.0, True)] * 2),
        (Value(1.0) < Value(1.5), [None, None]),
        (Value(6.0) // Value(2.0), [Kink(0.0, 0.0, True)] * 2),
        (Value(5.0) // Value(2.0), [None, None]),
        (functions.where(Value(0.0), Value(1.0), Value(2.0)), [None, None, None]),
        (functions.pick([Value(1.0), Value(1.0)], 0), [None, None, None]),
        # Smooth, infinite, or at the end of the domain, and no kink.
        (Value(0.0) ** 2, [None, None]),
        (functions.cos(Value(0.0)), [None]),
        (functions.cos(Value(math.pi / 2)), [None]),
        (functions.sin(Value(1e300)), [None]),
        (functions.softsign(Value(0.0)), [None]),
        (functions.sqrt(Value(0.0)), [None]),
        (functions.cbrt(Value(0.0)), [None]),
        (functions.dot([Value(0.0)], [Value(0.0)]), [None, None]),
    ],
)
def test_kinks(node: Value, expected: list[Kink | None]) -> None:
    assert found(node) == expected


# What is true of these functions, by name: the oracle, which the code has not.
_KINKED: dict[str, Callable[..., bool]] = {
    "abs": lambda x: x == 0.0,
    "relu": lambda x: x == 0.0,
    "hypot": lambda a, b: a == b == 0.0,
    "atan2": lambda a, b: a == 0.0 and b <= 0.0,
    **dict.fromkeys(("less", "less_equal", "greater", "greater_equal", "equal"), lambda a, b: a == b),
    "maximum": lambda *x: sorted(x)[-1] in sorted(x)[:-1],
    "minimum": lambda *x: sorted(x)[0] in sorted(x)[1:],
    "argmax": lambda *x: sorted(x)[-1] in sorted(x)[:-1],
    "argmin": lambda *x: sorted(x)[0] in sorted(x)[1:],
}


@pytest.mark.parametrize("name", [name for name, p in TABLE.items() if p.arity and name not in ("modulo", "floor_divide")])
def test_every_primitive_at_its_points(name: str) -> None:
    primitive = TABLE[name]
    kinked = _KINKED.get(name, lambda *x: False)
    for point in primitive.points:
        groups: tuple[Any, ...]
        if primitive.arity == 1:
            groups = (Value(point),)
        elif primitive.arity != MANY:
            groups = tuple(map(Value, point))
        elif point and isinstance(point[0], tuple | list):
            groups = tuple(tuple(map(Value, part)) if isinstance(part, tuple | list) else Value(part) for part in point)
        else:
            groups = (tuple(map(Value, point)),)
        numbers = [value.data for value in flatten(groups)]
        if len(numbers) > 50:
            continue
        data = primitive.calculate(*(tuple(v.data for v in g) if isinstance(g, tuple) else g.data for g in groups))
        first, second = (*groups, None)[:2]
        node = recorded_as(primitive, first, second, data)
        assert any(kink is not None for kink in found(node)) == kinked(*numbers), numbers
