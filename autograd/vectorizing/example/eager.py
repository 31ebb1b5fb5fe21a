"""The loss of a batch as the eager engine records it, with which a compiled program has to agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd.engine import graph
from autograd.engine.value import Value, recorded_as
from autograd.errors import of_example
from autograd.functions import mean
from autograd.vectorizing.example.recorded import RecordedExample


def mean_loss(
    recorded: RecordedExample, parameters: Sequence[Value], theta: Any, m: int, arrays: Sequence[Any]
) -> tuple[Value, list[Value]]:
    """The mean loss of a batch as one graph, and the leaves in it that stand for the parameters.

    Args:
        recorded: what the function recorded of one example.
        parameters: the Values that θ stands for.
        theta: the numbers of the parameters.
        m: the number of examples.
        arrays: the input arrays.

    Raises:
        ValueError: an example does not meet what the function requires.
    """
    leaves = [Value(number, value.label) for value, number in zip(parameters, theta.tolist(), strict=True)]
    numbers = {value: leaf._data for value, leaf in zip(parameters, leaves, strict=True)} if recorded.demands else {}
    losses = []
    for example in range(m):
        known = dict(zip(parameters, leaves, strict=True))
        for values, array in zip(recorded.arguments.values, arrays, strict=True):
            known.update(zip(values, map(Value, array[example].astype(float).ravel().tolist()), strict=True))
        for demand in recorded.demands:
            numbers.update((leaf, known[leaf]._data) for values in recorded.arguments.values for leaf in values)
            try:
                demand.check(numbers)
            except (ArithmeticError, ValueError, IndexError) as error:
                raise of_example(error, example if arrays else None) from None
        losses.append(rebuilt(recorded.loss, known))
    return mean(losses), leaves


def rebuilt(root: Value, leaves: Mapping[Value, Value]) -> Value:
    """The same graph computed anew, with other leaves in the place of some of its own.

    >>> a, b = Value(2.0), Value(3.0)
    >>> rebuilt(a * b, {a: Value(5.0)}).data
    15.0
    """
    known = dict(leaves)
    for node in graph.computed_by_age(root):
        if node in known:
            continue
        first, second = graph.regrouped(node, [known.get(operand, operand) for operand in graph.operands(node)])
        data = node.primitive.calculate(*graph.numbers_of([first] if second is None else [first, second]))
        known[node] = recorded_as(node.primitive, first, second, data, node.label)
    return known.get(root, root)
