"""The loss of a batch as the eager engine records it: what a compiled program is to agree with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd.engine import graph
from autograd.engine.value import Value, recorded_as
from autograd.errors import of_example
from autograd.functions import mean
from autograd.vectorizing.example.recorded import RecordedExample


def mean_loss(recording: RecordedExample, parameters: Mapping[Value, Value], m: int, arrays: Sequence[Any]) -> Value:
    """The mean loss of a batch as one graph.

    Args:
        recording: of one example.
        parameters: what stands for each parameter.
        m: how many examples there are.
        arrays: the input arrays.

    Raises:
        ValueError: an example lacks what the function requires.
    """
    losses = []
    numbers = {leaf: value._data for leaf, value in parameters.items()} if recording.demands else {}
    for example in range(m):
        known = dict(parameters)
        for values, array in zip(recording.arguments.values, arrays, strict=True):
            known.update(zip(values, map(Value, array[example].astype(float).ravel().tolist()), strict=True))
        for demand in recording.demands:
            numbers.update((leaf, known[leaf]._data) for values in recording.arguments.values for leaf in values)
            try:
                demand.check(numbers)
            except (ArithmeticError, ValueError, IndexError) as error:
                raise of_example(error, example if arrays else None) from None
        losses.append(rebuilt(recording.loss, known))
    return mean(losses)


def rebuilt(root: Value, leaves: Mapping[Value, Value]) -> Value:
    """A graph computed anew with other leaves in the place of some of its own.

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
