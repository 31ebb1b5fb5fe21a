"""The replay of graphs: forward, with inputs moved, and backward."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
from mpmath import libmp

from autograd import Value, dot, grad, maximum, pick, total, where
from autograd.checking.replay.replay import Replay, UndefinedError
from autograd.number_systems.high_precision.arithmetic import as_float, bits

PRECISION = bits(60) + 20


@pytest.mark.parametrize("absolute", [False, True])
def test_sums_of_products_go_backward_as_their_edges_say(absolute: bool) -> None:
    x = [Value(0.1 * k - 0.3) for k in range(7)]
    hidden = [dot(x, [Value(0.7 * k - j) for k in range(7)]).tanh() for j in range(3)]
    # Operands that are used twice, a constant, a 0, and a chain so long that exact products would outgrow the precision.
    L = dot([*hidden, hidden[0], x[3]], [hidden[1], Value(0.0), x[0], hidden[0], 2.0 + x[3]])
    for _ in range(30):
        L = dot([L, x[1]], [x[2] + 3.0, x[4]])
    replay = Replay([L], x)
    values = replay.forward(PRECISION)
    found = replay.backward(values, replay.outputs[0], PRECISION, absolute=absolute)
    expected: list[Any] = [None] * len(replay.nodes)
    expected[replay.outputs[0]] = mpmath.mpf(1)
    with mpmath.workprec(PRECISION + 40):
        for step in reversed(replay.steps):
            if expected[step.place] is None:
                continue
            for operand, derivative in replay.edges(step, values, PRECISION):
                slope = abs(mpmath.mpf(derivative)) if absolute else mpmath.mpf(derivative)
                expected[operand] = (expected[operand] or 0) + expected[step.place] * slope
        for one, other in zip(found, expected, strict=True):
            assert (one is None) == (other is None)
            if one is not None:
                assert abs(mpmath.mpf(one) - other) <= abs(other) * mpmath.mpf(2) ** (20 - PRECISION)
                assert one[3] <= 2 * PRECISION


def test_a_graph_of_all_shapes_of_rules() -> None:
    x = [Value(0.5), Value(-1.5), Value(2.0)]
    index = Value(1.0)
    L = dot(x, x[::-1]) + maximum(x) * total(x) + pick(x, index) * where(x[0] < 1.0, x[1], x[2]) + x[0] ** x[2]
    replay = Replay([L], x)
    values = replay.forward(PRECISION)
    gradients = replay.backward(values, replay.outputs[0], PRECISION)
    assert as_float(values[replay.outputs[0]]) == pytest.approx(L.data, rel=1e-15)
    found = [as_float(gradients[place]) for place in replay.inputs]  # type: ignore[index, arg-type]
    assert found == pytest.approx(grad(L, x), rel=1e-14)


def test_only_what_depends_on_an_input_is_computed_anew() -> None:
    a, b = Value(0.5), Value(2.0)
    L = (a * a) * (b + 1.0) + b
    replay = Replay([L], [a, b, Value(1.0)])
    assert replay.inputs[2] is None
    assert [replay.nodes[step.place].primitive.name for step in replay.steps_after(0)] == ["multiply", "multiply", "add"]
    assert replay.steps_after(2) == []
    assert len(replay.steps_after_any()) == 4


def test_an_operation_that_is_not_defined_is_named() -> None:
    x = Value(1.0)
    y = (x - 1.0 + 1e-30).log()
    replay = Replay([y], [x])
    values = replay.forward(PRECISION)
    place = replay.inputs[0]
    assert place is not None
    assert replay.moved(values, {place: libmp.fzero}, replay.steps_after(0), PRECISION) is None
    with pytest.raises(UndefinedError):
        replay._run([libmp.fzero, *values[1:]], replay.steps, 100)


def test_a_pick_wants_a_whole_number() -> None:
    index = Value(1.0)
    replay = Replay([pick([Value(1.0), Value(2.0)], index)], [index])
    values = replay.forward(PRECISION)
    moved = {replay.inputs[0]: libmp.from_float(1.0 + 2.0**-30)}
    assert replay.moved(values, moved, replay.steps, PRECISION) is None  # type: ignore[arg-type]
