"""The way back as it is compiled: written from the table, and the same numbers with and without what is written in place."""

from __future__ import annotations

import pytest

from autograd import Value, dot, maximum, relu, tanh, total, where
from autograd.engine import backward, compiled_backward, graph
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive

OF_FIXED_ARITY = [primitive for primitive in TABLE.values() if primitive.arity in (1, 2)]


@pytest.mark.parametrize("primitive", OF_FIXED_ARITY, ids=lambda primitive: primitive.name)
def test_a_pull_is_upstream_times_the_local_derivative_of_the_table(primitive: Primitive) -> None:
    for point in primitive.points:
        numbers = point if isinstance(point, tuple) else (point,)
        leaves = [Value(number) for number in numbers]
        node = Value(primitive.calculate(*numbers))
        node.primitive, node._first, node._second = primitive, leaves[0], leaves[1] if len(leaves) > 1 else None
        for position, derivative in enumerate(graph.local_derivatives(node)):
            downstream = primitive.pulls[position](node, -3.0)
            assert downstream == pytest.approx(-3.0 * derivative, rel=1e-12, abs=1e-300, nan_ok=True), point


def test_the_sweep_is_written_from_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    before = compiled_backward.source_of_sweep()
    multiply = TABLE["multiply"]
    monkeypatch.setattr(multiply, "derivatives", lambda m, a, b, y: (a, b))
    assert compiled_backward.source_of_sweep() != before


def test_what_is_written_into_the_loop_gives_the_bits_of_the_pulls(monkeypatch: pytest.MonkeyPatch) -> None:
    def gradients() -> list[float | None]:
        w = [Value(0.3 * k - 0.7) for k in range(8)]
        h = [relu(dot(w, [x * 0.1 for x in w])), tanh(w[0] - w[1] * w[2]), where(w[3] > w[4], w[5] / w[6], w[7] + 1)]
        loss = total(h) + maximum(h) * (w[0] - 2.0) + (w[1] + w[1])
        loss.backward()
        return [leaf.gradient for leaf in w]

    inlined = gradients()
    source = compiled_backward.source_of_sweep(inlined=())
    assert "multiply_primitive" not in source
    monkeypatch.setattr(backward, "compiled_sweep", compiled_backward.compile_sweep(source))
    assert gradients() == inlined
