"""Gradients, Jacobians, Hessians and directional derivatives as functions that leave no trace on the graph.

Derivatives of any order come from evaluating the table's rules on Values: with ``create_graph=True`` a gradient is itself a
recorded Value, which can be differentiated, drawn and refreshed like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, overload

from autograd.engine import graph
from autograd.engine.modes import deriving, is_paused
from autograd.engine.operands import Operand, as_operand
from autograd.engine.outputs import Outputs, single
from autograd.engine.refusals import check, note_derivative, traces
from autograd.engine.value import Value, real_number
from autograd.functions import local_derivatives_as_values, where
from autograd.structures import map_leaves


@overload
def grad(output: Value, inputs: Outputs, create_graph: Literal[False] = ...) -> list[float]: ...  # type: ignore[overload-overlap]
@overload
def grad(output: Value, inputs: Outputs, create_graph: Literal[True]) -> list[Value]: ...  # type: ignore[overload-overlap]
@overload
def grad(output: Value, inputs: Value, create_graph: Literal[False] = ...) -> float: ...
@overload
def grad(output: Value, inputs: Value, create_graph: Literal[True]) -> Value: ...
@overload
def grad(output: Value, inputs: Sequence[Value], create_graph: Literal[False] = ...) -> list[float]: ...
@overload
def grad(output: Value, inputs: Sequence[Value], create_graph: Literal[True]) -> list[Value]: ...
def grad(output: Value, inputs: Value | Sequence[Value] | None = None, create_graph: bool = False) -> Any:
    """The derivatives of an output with respect to inputs, which may be leaves or computed Values.

    No `gradient` attribute changes. An input that the output does not depend on has derivative 0.

    Args:
        output: the Value to differentiate.
        inputs: one Value, or a sequence of them.
        create_graph: record the derivatives, so that they are Values that can be differentiated in turn.

    Returns:
        One derivative for one input, a list for a sequence, also of length 1: floats, or Values with ``create_graph``.

    Raises:
        StaleGraphError: a leaf was assigned after a result had been computed from it.
        TypeError: output or an input is not a Value.
        ValueError: output was computed inside `no_grad`, where this is called.

    >>> x = Value(3.0)
    >>> slope = grad(x**3, x, create_graph=True)
    >>> slope.data, grad(slope, x)
    (27.0, 18.0)
    """
    output = single(output)
    _require_values([output], "output")
    if inputs is None:
        raise TypeError(f"grad takes the Values to differentiate with respect to, too: grad({output.label or 'output'}, inputs)")
    is_one = isinstance(inputs, Value)
    wanted: list[Value] = [inputs] if isinstance(inputs, Value) else list(map(single, inputs))
    _require_values(wanted, "input")
    _require_record(output, wanted)
    order = graph.topological_order(output)
    derivatives: list[Any]
    if create_graph:
        with deriving():
            seed = as_operand(1.0)
            value_sums = _reverse_values(output, order, seed, wanted)
            derivatives = [value_sums[v] if v in value_sums else as_operand(0.0) for v in wanted]
        _quieten(derivatives, seed)
        if traces:
            _note(output, order, wanted, derivatives)
    else:
        _check_reading(output, "grad()")
        sums = gradients_by_node([output], order)
        derivatives = [sums.get(v, 0.0) for v in wanted]
    return derivatives[0] if is_one else derivatives


def gradients_by_node(outputs: Sequence[Value], order: Sequence[Value]) -> dict[Value, float]:
    """The gradient of every node that outputs were computed from; of several outputs, that of their sum. No state changes.

    Args:
        outputs: what is differentiated; none of them an operand of what another was computed from.
        order: their nodes, operands before results, and maybe more.

    >>> a, b = Value(3.0), Value(4.0)
    >>> c = a * b
    >>> gradients = gradients_by_node([c], [a, b, c])
    >>> gradients[a], gradients[b], gradients[c]
    (4.0, 3.0, 1.0)
    """
    sums = dict.fromkeys(outputs, 1.0)
    for node, upstream in graph.walk_back(order, sums):
        for operand, downstream in graph.contributions(node, upstream):
            sums[operand] = graph.accumulated(sums.get(operand), downstream)
    return sums


def _reverse_values(output: Value, order: list[Value], seed: Value, wanted: Sequence[Value]) -> dict[Value, Value]:
    # Nothing is recorded for what leads to no input.
    leads = set(wanted)
    for node in order:
        if not leads.isdisjoint(graph.operands(node)):
            leads.add(node)
    sums = {output: seed}
    zero = as_operand(0.0)
    # What is reached through choices only takes part where its mask is 1. A choice may be another one for other data, so
    # masks are recorded too. What is always reached has none.
    masks: dict[Value, Value] = {}
    either: dict[tuple[Value, Value], Value] = {}
    for node, upstream in graph.walk_back(order, sums):
        mask = masks.pop(node, None)
        if leads.isdisjoint(graph.operands(node)):
            continue
        for operand, derivative in zip(graph.operands(node), local_derivatives_as_values(node), strict=True):
            if operand not in leads:
                continue
            downstream = _scaled(node, upstream, derivative, mask, zero)
            if downstream is None:
                continue
            below = mask
            if node.primitive.selects and isinstance(derivative, Value):
                below = derivative if mask is None else mask * derivative
            if operand not in sums:
                sums[operand] = downstream
                if below is not None and operand._first is not None:
                    masks[operand] = below
                continue
            sums[operand] = sums[operand] + downstream
            other = masks.pop(operand, None)
            if below is not None and other is not None:
                if other is not below and (other, below) not in either:
                    either[other, below] = where(other, 1.0, below)
                masks[operand] = below if other is below else either[other, below]
    return sums


def _scaled(node: Value, upstream: Value, derivative: Any, mask: Value | None = None, zero: Operand = 0.0) -> Value | None:
    """Upstream × local derivative, without a node for a factor of one, and nothing at all for a constant zero.

    Where a choice left something out, it gets 0, also from an infinite gradient and through an infinite derivative.
    """
    if isinstance(derivative, Value):
        if node.primitive.selects:
            return where(derivative, upstream, zero)
        return upstream * derivative if mask is None else where(mask, upstream * derivative, zero)
    if derivative == 0.0:
        return None
    return upstream if derivative == 1.0 else -upstream if derivative == -1.0 else upstream * derivative


def _scaled_number(node: Value, tangent: float, derivative: float) -> float:
    return 0.0 if derivative == 0.0 and node.primitive.selects else tangent * derivative


def _note(output: Value, order: Sequence[Value], inputs: Sequence[Value], derivatives: Sequence[Value]) -> None:
    """Tell a trace of derivatives that are recorded. By what the output does not depend on, it is not differentiated."""
    reached = set(order)
    note_derivative(output, [derivative for v, derivative in zip(inputs, derivatives, strict=True) if v in reached])


def _quieten(derivatives: Sequence[Value], since: Value) -> None:
    """Have all nodes of recorded derivatives give inf or nan at singular points for ever, when they are computed anew too."""
    start = since._tick
    pending = [node for node in derivatives if node._tick > start]
    seen = set(pending)
    while pending:
        node = pending.pop()
        node.primitive = node.primitive.quiet
        for operand in graph.operands(node):
            if operand._tick > start and operand not in seen:
                seen.add(operand)
                pending.append(operand)


def _check_reading(output: Value, way: str) -> None:
    """A derivative as a float is a number that was read."""
    if traces:
        check(output, way)


def _require_record(output: Value, inputs: Sequence[Value]) -> None:
    """Refuse a derivative of what was computed inside `no_grad`: it would be 0, whatever was computed."""
    if output._first is None and is_paused() and not any(output is v for v in inputs):
        raise ValueError(
            f"inside no_grad nothing is recorded, so {output!r} has no derivative; compute it outside, or leave no_grad out"
        )


def _require_values(values: Sequence[Any], role: str) -> None:
    for value in values:
        if not isinstance(value, Value):
            how = ": compute y = f(x) first, then grad(y, x); value_and_grad(f)(3.0) takes a function" if callable(value) else ""
            raise TypeError(f"the {role} of a derivative must be a Value, not {value!r}{how}")


def jacobian(outputs: Sequence[Value], inputs: Sequence[Value], create_graph: bool = False) -> list[list[Any]]:
    """The Jacobian matrix ∂outputs[i]/∂inputs[j], a row for each output.

    Args:
        outputs: the Values to differentiate.
        inputs: the Values to differentiate with respect to.
        create_graph: record the derivatives, so that they are Values.

    Raises:
        StaleGraphError, TypeError, ValueError: as `grad`.

    >>> a, b = Value(2.0), Value(3.0)
    >>> jacobian([a * b, a + b], [a, b])
    [[3.0, 2.0], [1.0, 1.0]]
    """
    if callable(outputs):
        _require_values([outputs], "output")
    return [grad(output, list(inputs), create_graph) for output in outputs]  # type: ignore[call-overload]


def hessian(output: Value, inputs: Sequence[Value]) -> list[list[float]]:
    """The matrix of second derivatives ∂²output/∂inputs[i]∂inputs[j].

    Raises:
        StaleGraphError, TypeError, ValueError: as `grad`.

    >>> a, b = Value(2.0), Value(3.0)
    >>> hessian(a * a * b, [a, b])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(grad(output, list(inputs), create_graph=True), inputs)


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
    _require_values([output], "output")
    _require_values(inputs, "input")
    if len(inputs) != len(direction):
        raise ValueError(f"directional_derivative: {len(inputs)} inputs but {len(direction)} numbers in the direction")
    _require_record(output, inputs)
    order = graph.topological_order(output)
    # What does not move takes no part, so that an infinite derivative for it does not make nan of 0 × inf.
    still = {v for v, speed in zip(inputs, direction, strict=True) if not isinstance(speed, Value) and speed == 0.0}
    if create_graph:
        with deriving():
            tangents: dict[Value, Any] = {v: as_operand(speed) for v, speed in zip(inputs, direction, strict=True)}
            start = as_operand(0.0)
            _forward(order, tangents, still, local_derivatives_as_values, _scaled)
        derivative = tangents.get(output, start)
        _quieten([derivative], start)
        if traces:
            _note(output, order, inputs, [derivative] * len(inputs))
        return derivative
    _check_reading(output, "directional_derivative()")
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


def value_and_grad(f: Callable[..., Value]) -> Callable[..., tuple[float, Any]]:
    """Turn a function of Values into one of plain numbers that gives its value and its gradient.

    Args:
        f: takes Values, or lists, tuples and dicts of them, and returns a Value.

    Returns:
        A function of numbers in the same arrangement. It returns the value and the derivatives: for one argument in the shape
        of that argument, for several a tuple with the shape of each.

    >>> value_and_grad(lambda w: w[0] ** 2 + 3 * w[1])([2.0, 5.0])
    (19.0, [4.0, 3.0])
    """

    def evaluate(*arguments: Any) -> tuple[float, Any]:
        leaves: list[Value] = []

        def enter(argument: Any) -> Any:
            if isinstance(argument, list | tuple):
                return type(argument)(map(enter, argument)) if type(argument) in (list, tuple) else list(map(enter, argument))
            if isinstance(argument, dict):
                return {key: enter(element) for key, element in argument.items()}
            if isinstance(argument, Value):
                _check_reading(argument, "value_and_grad()")
                argument = argument._data
            leaf = Value(argument)
            leaves.append(leaf)
            return leaf

        entered = tuple(map(enter, arguments))
        output = as_operand(f(*entered))
        of_leaf = dict(zip(leaves, grad(output, leaves), strict=True))
        gradients = map_leaves(entered, of_leaf.__getitem__)
        return output.data, gradients[0] if len(gradients) == 1 else gradients

    return evaluate
