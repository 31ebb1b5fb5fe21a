"""Comparing a program with the eager engine on the example it was made from: loss and every gradient."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from random import Random
from typing import Any

import numpy

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.errors import MiscompiledError
from autograd.vectorizing.comparing.reference import reference_gradient
from autograd.vectorizing.example.eager import rebuilt
from autograd.vectorizing.example.recorded import RecordedExample

Numbers = Any  # numpy.ndarray

# Differences that roundings explain: relative to a derivative, to the sum of the magnitudes that were added up to it, and to the
# largest number of the graph times the largest of those sums.
_RELATIVE, _OF_MAGNITUDES, _OF_LARGEST = 1e-9, 1e-9, 1e-13
# Where two numbers are as good as equal, roundings decide a choice; so a difference has to show near the example too.
_N_NEARBY, _DISTANCE = 3, 1e-3

_data_of = attrgetter("_data")


def compare(
    run: Callable[[Numbers, list[Numbers]], tuple[float, Numbers]],
    recording: RecordedExample,
    parameters: Sequence[Value],
    indices: Sequence[int | None],
) -> None:
    """Compare loss and gradient of a program with those of the eager engine.

    Args:
        run: the program in double precision: from θ and input arrays of one example to the loss and its gradient.
        recording: the recorded example that the program was made from.
        parameters: the parameters in the order of θ.
        indices: for each input array None, or how many rows its numbers choose from.

    Raises:
        MiscompiledError: they differ by more than roundings.
    """
    difference = ""
    for loss, leaves in _points(recording, parameters, indices):
        theta = _numbers(parameters, leaves)
        arrays = []
        for values, array, limit in zip(recording.arguments.values, recording.arguments.arrays, indices, strict=True):
            numbers = _numbers(values, leaves).reshape(1, *array.shape)
            arrays.append(numbers if limit is None else numbers.astype(numpy.intp))
        try:
            found = run(theta, arrays)
        except (ArithmeticError, ValueError, IndexError):
            # The program refuses it, and will say so whenever that happens.
            continue
        here = _difference(
            found, loss, recording.first_tick, [leaves.get(value, value) for value in parameters] if leaves else parameters
        )
        if not here:
            return
        difference = difference or here
    if difference:
        raise MiscompiledError(
            f"{difference}, on the example the program was made from. This is a fault of vectorize and not of the function; "
            f"please report it with the function and the example. vectorize(..., exact=True) takes another way to the results"
        )


def _numbers(values: Sequence[Value], leaves: Mapping[Value, Value]) -> Numbers:
    """The numbers of Values, or of what stands in their place."""
    if leaves:
        values = [leaves.get(value, value) for value in values]
    return numpy.fromiter(map(_data_of, values), float, len(values))


def _points(
    recording: RecordedExample, parameters: Sequence[Value], indices: Sequence[int | None]
) -> Iterator[tuple[Value, Mapping[Value, Value]]]:
    """The loss of the example, and of others near it, with what stands in the place of its leaves there."""
    yield recording.loss, {}
    random = Random(0)
    moving = [
        *parameters,
        *(v for values, limit in zip(recording.arguments.values, indices, strict=True) if limit is None for v in values),
    ]
    for _ in range(_N_NEARBY):
        leaves = {}
        for value in moving:
            number = value._data * (1.0 + _DISTANCE * random.uniform(-1.0, 1.0)) + _DISTANCE * random.uniform(-1.0, 1.0)
            leaves[value] = Value(number, value.label)
        try:
            yield rebuilt(recording.loss, leaves), leaves
        except (ArithmeticError, ValueError, IndexError):
            continue


def _difference(found: tuple[float, Numbers], loss: Value, since: int, parameters: Sequence[Value]) -> str:
    """What differs by more than roundings, in words; empty if nothing does."""
    value, gradient = found
    expected = reference_gradient(loss, parameters, since)
    with numpy.errstate(invalid="ignore"):
        off = ~numpy.isfinite(expected) | (numpy.abs(gradient - expected) > _RELATIVE * numpy.abs(expected))
    # What the program has as infinite or undefined it reports whenever it comes to that.
    places = (off & numpy.isfinite(gradient)).nonzero()[0].tolist()
    is_off = not math.isclose(value, loss._data, rel_tol=_RELATIVE) and math.isfinite(value)
    if not places and not is_off:
        return ""
    sizes, least = _magnitudes(loss)
    size = sum(abs(leaf._data) * size for leaf, size in sizes.items() if size)
    if is_off and abs(value - loss._data) > max(_OF_MAGNITUDES * size, least):
        return f"the compiled loss is {value!r} where the eager engine has {loss._data!r}"
    for place in places:
        parameter = parameters[place]
        if not abs(gradient[place] - expected[place]) <= max(_OF_MAGNITUDES * sizes.get(parameter, 0.0), least):
            name, by_program = parameter.label or f"parameter {place}", float(gradient[place])
            return f"the compiled derivative by {name} is {by_program!r} where the eager engine has {float(expected[place])!r}"
    return ""


def _magnitudes(loss: Value) -> tuple[dict[Value, float], float]:
    """For each leaf the sum of the magnitudes of what adds up to its gradient, and what roundings make of the largest numbers.

    What cancels to 0 is a matter of roundings, and so is a derivative that it is.
    """
    sums = {loss: 1.0}
    order = graph.topological_order(loss)
    for node, size in graph.walk_back(order, sums):
        for operand, derivative in zip(graph.operands(node), graph.local_derivatives(node), strict=True):
            sums[operand] = sums.get(operand, 0.0) + (size * abs(derivative) if size else 0.0)
    # 1 comes first, so that nan is never the largest.
    largest = max(chain((1.0,), (abs(node._data) for node in order)))
    largest_size = max(chain((1.0,), sums.values()))
    leaves = {node: size for node, size in sums.items() if node._first is None}
    return leaves, _OF_LARGEST * largest * largest_size
