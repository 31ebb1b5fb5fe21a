"""The numbers of constants, by index, to which more can be added."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from autograd.vectorizing.rolled.lines import Line, indices
from autograd.vectorizing.rolled.shapes import Numbers, RunShape


class Constants:
    """Constants.

    Args:
        numbers: those there are at first.
    """

    def __init__(self, numbers: Numbers) -> None:
        self._memory = numbers
        self._size = len(numbers)

    @property
    def numbers(self) -> Numbers:
        """All of them."""
        return self._memory[: self._size]

    def read(self, line: Line, place: int, run: RunShape) -> Numbers:
        """Those that a line reads, with an axis for each counter and for that of the run."""
        return self.numbers[numpy.broadcast_to(indices(line, place, run), (*line.trips, run.count))]

    def enter(self, numbers: Numbers) -> list[int]:
        """Add constants; the row of where they start and how counters, one for each axis, move that."""
        start, end = self._size, self._size + numbers.size
        if end > len(self._memory):
            self._memory = numpy.concatenate([self.numbers, numpy.zeros(end)])
        self._memory[start:end] = numbers.ravel()
        self._size = end
        return [start, *_strides(numbers.shape)]


def same_bits(one: Numbers, other: Numbers) -> bool:
    """Whether numbers are the same by bit pattern: 0.0 and -0.0 are two constants, and a nan is one."""
    return bool((one.view(numpy.int64) == other.view(numpy.int64)).all())


def _strides(shape: Sequence[int]) -> list[int]:
    strides, stride = [], int(numpy.prod(shape))
    for length in shape:
        stride //= length
        strides.append(stride if length > 1 else 0)
    return strides
