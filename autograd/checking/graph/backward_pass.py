"""What the float64 engine gives, read without leaving a trace; and its backward pass done over, to see whether it adds up."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd.engine import graph
from autograd.engine.value import Value

_ROUNDING = 2.0**-52


def backward_gradients(output: Value, leaves: Sequence[Value], nodes: Sequence[Value]) -> list[float]:
    """The gradients that `output.backward()` gives the leaves; every gradient is put back as it was.

    Args:
        output: where the pass begins.
        leaves: whose gradients are wanted.
        nodes: all that the output was computed from, itself included.

    Raises:
        StaleGraphError: a leaf was assigned after a result had been computed from it.
    """
    everything = list(dict.fromkeys([*nodes, *leaves]))
    before = [node.gradient for node in everything]
    for node in everything:
        node.gradient = None
    try:
        output.backward()
        return [0.0 if leaf.gradient is None else leaf.gradient for leaf in leaves]
    finally:
        for node, gradient in zip(everything, before, strict=True):
            node.gradient = gradient


def adds_up(output: Value, leaf: Value, gradient: float) -> bool:
    """Whether a gradient is the sum of upstream × local derivative, but for rounding.

    The sum is made over, in float64 with the rules as the table has them, and with a bound for its rounding.
    """
    sums: dict[Value, float] = {output: 1.0}
    bounds: dict[Value, float] = {output: 0.0}
    for node, upstream in graph.walk_back(graph.topological_order(output), sums):
        bound = bounds[node]
        for operand, derivative in zip(graph.operands(node), graph.local_derivatives(node), strict=True):
            if derivative == 0.0 and node.primitive.selects:
                continue
            downstream = upstream * derivative
            sums[operand] = sums.get(operand, 0.0) + downstream
            # A few roundings: of the product, of the sum, and of products that the compiled rules take in another order.
            rounding = _ROUNDING * (4.0 * abs(downstream) + abs(sums[operand]))
            bounds[operand] = bounds.get(operand, 0.0) + bound * abs(derivative) + rounding
    again, bound = sums.get(leaf, 0.0), bounds.get(leaf, 0.0)
    if not math.isfinite(again) or not math.isfinite(gradient) or not math.isfinite(bound):
        return not math.isfinite(again) or not math.isfinite(bound)
    return abs(again - gradient) <= 8.0 * bound + 1e-300
