"""Derivatives along a direction, by forward-mode differentiation: one pass from the inputs to the output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.derivatives.recorded import finish, scaled
from autograd.derivatives.requests import check_reading, require_record, require_values
from autograd.engine import graph
from autograd.engine.modes import deriving
from autograd.engine.operands import as_operand
from autograd.engine.outputs import single
from autograd.engine.value import Value, real_number
from autograd.functions import local_derivatives_as_values


def directional_derivative(output: Value, inputs: Sequence[Value], direction: Sequence[float], create_graph: bool = False) -> Any:
    """The derivative of an output along a direction in the space of its inputs, by forward-mode differentiation.

    One pass from the inputs to the output carries a tangent through every node; for one direction it costs what one
    backward pass costs, whatever the number of outputs that share it.

    Args:
        output: the Value to differentiate.
        inputs: the Values that move.
        direction: how fast each moves, one number for each input; need not have length 1.
        create_graph: record the derivative, so that it is a Value.

    Raises:
        ValueError: inputs and direction are not equally long.
        StaleGraphError, TypeError, ValueError: as `grad`.

    >>> a, b = Value(2.0), Value(3.0)
    >>> directional_derivative(a * b, [a, b], [1.0, 10.0])
    23.0
    """
    output, inputs = single(output), list(map(single, inputs))
    require_values([output], "output")
    require_values(inputs, "input")
    if len(inputs) != len(direction):
        raise ValueError(f"directional_derivative: {len(inputs)} inputs but {len(direction)} numbers in the direction")
    require_record(output, inputs)
    order = graph.topological_order(output)
    # What does not move takes no part, so that an infinite derivative for it does not make nan of 0 × inf.
    still = {v for v, speed in zip(inputs, direction, strict=True) if not isinstance(speed, Value) and speed == 0.0}
    if create_graph:
        with deriving():
            tangents: dict[Value, Any] = {v: as_operand(speed) for v, speed in zip(inputs, direction, strict=True)}
            start = as_operand(0.0)
            _forward(order, tangents, still, local_derivatives_as_values, scaled)
        derivative = tangents.get(output, start)
        finish(output, order, inputs, [derivative] * len(inputs), start)
        return derivative
    check_reading(output, "directional_derivative()")
    tangents = {v: real_number(speed) for v, speed in zip(inputs, direction, strict=True)}
    _forward(order, tangents, still, graph.local_derivatives, _scaled_number)
    return tangents.get(output, 0.0)


def _forward(
    order: list[Value],
    tangents: dict[Value, Any],
    still: set[Value],
    local_derivatives: Callable[[Value], Sequence[Any]],
    scaled: Callable[[Value, Any, Any], Any],
) -> None:
    """Carry tangents from the inputs to all that depends on them."""
    for node in order:
        if node in tangents:
            continue
        moving = [k for k, operand in enumerate(graph.operands(node)) if operand in tangents and operand not in still]
        if not moving:
            continue
        operands, derivatives = graph.operands(node), local_derivatives(node)
        for k in moving:
            part = scaled(node, tangents[operands[k]], derivatives[k])
            if part is not None:
                tangents[node] = tangents[node] + part if node in tangents else part


def _scaled_number(node: Value, tangent: float, derivative: float) -> float:
    return 0.0 if derivative == 0.0 and node.primitive.selects else tangent * derivative
