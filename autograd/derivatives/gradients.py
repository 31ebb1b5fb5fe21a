"""Gradients: of one output, of every node, of a function of numbers, and the matrices that are made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, overload

from autograd.derivatives.recorded import recorded_gradients
from autograd.derivatives.requests import check_reading, require_record, require_values
from autograd.engine import graph
from autograd.engine.operands import as_operand
from autograd.engine.outputs import single
from autograd.engine.value import Value
from autograd.structures import map_leaves


@overload
def grad(output: Value, inputs: Sequence[Value], create_graph: Literal[False] = ...) -> list[float]: ...
@overload
def grad(output: Value, inputs: Sequence[Value], create_graph: Literal[True]) -> list[Value]: ...
@overload
def grad(output: Value, inputs: Value, create_graph: Literal[False] = ...) -> float: ...
@overload
def grad(output: Value, inputs: Value, create_graph: Literal[True]) -> Value: ...
@overload
def grad(output: Value, inputs: Value | Sequence[Value], create_graph: bool) -> Any: ...
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
    require_values([output], "output")
    if inputs is None:
        raise TypeError(f"grad takes the Values to differentiate with respect to, too: grad({output.label or 'output'}, inputs)")
    is_one = isinstance(inputs, Value)
    wanted: list[Value] = [inputs] if isinstance(inputs, Value) else list(map(single, inputs))
    require_values(wanted, "input")
    require_record(output, wanted)
    order = graph.topological_order(output)
    derivatives: list[Any]
    if create_graph:
        derivatives = recorded_gradients(output, order, wanted)
    else:
        check_reading(output, "grad()")
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
        require_values([outputs], "output")
    return [grad(output, list(inputs), create_graph) for output in outputs]


def hessian(output: Value, inputs: Sequence[Value]) -> list[list[float]]:
    """The matrix of second derivatives ∂²output/∂inputs[i]∂inputs[j].

    Raises:
        StaleGraphError, TypeError, ValueError: as `grad`.

    >>> a, b = Value(2.0), Value(3.0)
    >>> hessian(a * a * b, [a, b])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(grad(output, list(inputs), create_graph=True), inputs)


def value_and_grad(f: Callable[..., Value | float]) -> Callable[..., tuple[float, Any]]:
    """Turn a function of Values into one of plain numbers that gives its value and its gradient.

    Args:
        f: takes Values, or lists, tuples and dicts of them, and returns a Value, or a number if its result is constant.

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
                check_reading(argument, "value_and_grad()")
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
