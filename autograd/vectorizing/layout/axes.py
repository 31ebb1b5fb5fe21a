"""Axes along which index arrays run evenly, so that what they take is a slice or a transpose, and not a gather."""

from __future__ import annotations

import numpy

from autograd.vectorizing.layout.plans import Indices, Shape


def gathered(matrices: list[Indices]) -> int:
    """The number of elements in those matrices whose rows do not grow evenly, all by the same step."""
    steps = [numpy.diff(matrix, axis=1) for matrix in matrices]
    return sum(
        matrix.size for matrix, step in zip(matrices, steps, strict=True) if step.size and not (step == max(step[0, 0], 0)).all()
    )


def breaks(index: Indices) -> list[int] | None:
    """The numbers of elements after which an index array starts over, from the innermost axis out; None if it is irregular.

    >>> breaks(numpy.array([0, 1, 2, 10, 11, 12]))
    [3]
    """
    if len(index) <= 2:
        return []
    steps = numpy.diff(index)
    other = numpy.flatnonzero(steps != steps[0])
    if not len(other):
        return []
    length = int(other[0]) + 1
    if len(index) % length or (length == 1 and len(other) > 1 and not (steps == steps[0]).any()):
        return None
    block = index.reshape(-1, length)
    if length > 1 and not (block - block[:, :1] == block[0] - block[0, 0]).all():
        return None
    if length == 1:
        return None
    outer = breaks(block[:, 0])
    return None if outer is None else [length, *(length * further for further in outer)]


def shape_with(size: int, lengths: list[int]) -> Shape:
    """A shape whose inner axes together have the given numbers of elements, as far as these fit each other."""
    chosen: list[int] = []
    for length in lengths:
        if 1 < length < size and size % length == 0 and all(length % other == 0 or other % length == 0 for other in chosen):
            chosen.append(length)
    shape: list[int] = []
    rest = size
    for length in sorted(set(chosen), reverse=True):
        shape.append(rest // length)
        rest = length
    return (*shape, rest)


def without_ones(shape: Shape) -> Shape:
    """The shape without axes of a single element."""
    return tuple([length for length in shape if length != 1])
