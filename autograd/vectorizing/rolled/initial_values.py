"""Initial values of recurrences: what has to be copied to where, so that a first repetition reads them as the others read what
the repetition before has computed.

A copy is a sum of one term.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy

from autograd.table.primitives import TABLE
from autograd.vectorizing.rolled.addresses import COMPUTED, CONSTANTS
from autograd.vectorizing.rolled.constants import Constants, same_bits
from autograd.vectorizing.rolled.lines import Line, Repeated, TextItem, indices
from autograd.vectorizing.rolled.shapes import Numbers, OperationShape, RunShape

_TOTAL = TABLE["total"]


class DifferentError(Exception):
    """Two repetitions differ in more than initial values."""


@dataclass
class _Copy:
    """Initial values that are to be copied.

    Attributes:
        source: the row of where they are: how the loops around the recurrence move it, and then the counters of the copy.
        space: the space that they are in.
        constants: the numbers, if they are constants.
        readers: the lines that read them, and which operand or run they are there.
    """

    source: list[int]
    space: int
    constants: Numbers | None
    readers: list[tuple[Line, int]] = field(default_factory=list)


class InitialValues:
    """The initial values of one loop.

    Args:
        constants: the constants.
        depth: how many loops there are around that loop.
    """

    def __init__(self, constants: Constants, depth: int) -> None:
        self._constants = constants
        self._depth = depth
        self._readers: list[tuple[Line, int, Line]] = []
        # By the row of where they are copied to, and how many there are for each counter of the copy.
        self._copies: dict[tuple[tuple[int, ...], tuple[int, ...]], _Copy] = {}

    def note(self, line: Line, place: int, run: RunShape, reader: Line, of_reader: RunShape, expected: Sequence[Any]) -> None:
        """Note that the first repetition reads an initial value.

        Args:
            line: the line of that repetition.
            place, run: which operand or run, and what it is.
            reader: the same line in the loop.
            of_reader: what the operand or run is there.
            expected: the row of where the loop would read it in a repetition before its first.

        Raises:
            DifferentError: the first repetition reads different values where the others read one, or the others read what was
                computed before a loop around: that is no recurrence of theirs.
        """
        source = [*line.starts[place], run.step]
        result = [*expected, of_reader.step]
        if any(isinstance(motion, tuple) for motion in (*source, *result)):
            raise DifferentError
        if any(trips > 1 and not motion for trips, motion in zip(line.trips, result[1 : 1 + self._depth], strict=False)):
            raise DifferentError
        numbers = self._constants_of(line, place, run, result[1:]) if run.space == CONSTANTS else None
        if numbers is not None:
            source = self._constants.enter(numbers)
        counts = []
        axes = list(range(1 + self._depth))
        for axis, count in enumerate([*line.trips[self._depth :], run.count], start=1 + self._depth):
            if result[axis] and count > 1:
                axes.append(axis)
                counts.append(count)
            elif source[axis] and count > 1:
                raise DifferentError
        key = (tuple([result[axis] for axis in axes]), tuple(counts))
        new = _Copy([source[axis] for axis in axes], run.space, numbers)
        copy = self._copies.setdefault(key, new)
        if not _are_same(copy, new):
            raise DifferentError
        copy.readers.append((reader, place))

    def _constants_of(self, line: Line, place: int, run: RunShape, motions: Sequence[int]) -> Numbers:
        """The constants that a line reads, once along each axis where what they are initial values of does not move."""
        numbers = self._constants.read(line, place, run)
        for axis, motion in enumerate(motions):
            once = numbers.take([0], axis)
            if not motion and same_bits(once, numbers):
                numbers = once
        return numbers

    def is_noted(self, reader: Line, place: int) -> bool:
        """Whether a line reads an initial value at a place."""
        return any(one is reader and where == place for copy in self._copies.values() for one, where in copy.readers)

    def forget(self, readers: set[int]) -> None:
        """Forget what some lines, given by identity, read."""
        for key, copy in list(self._copies.items()):
            copy.readers = [(reader, place) for reader, place in copy.readers if id(reader) not in readers]
            if not copy.readers:
                del self._copies[key]

    def copies(self, around: tuple[int, ...], joined: Numbers) -> list[Line]:
        """Lines that copy the initial values.

        Args:
            around: the trips of the loops around.
            joined: where the results of the first repetition are.

        Raises:
            DifferentError: an initial value is not known yet when it would be copied, or two would be copied to one place.
        """
        lines: list[Line] = []
        readers: list[tuple[Line, int, Line]] = []
        # By the place that is copied to: the line that does so, and where from, or the bits of a constant.
        known: dict[int, tuple[int, int]] = {}
        for (result, counts), copy in sorted(self._copies.items(), key=lambda item: -prod(item[0][1])):
            shape = OperationShape(_TOTAL, ((RunShape(copy.space, 0, 1),),))
            line = Line(shape, (*around, *counts), [copy.source, list(result)], reader=copy.readers[0][0])
            source: Numbers = numpy.broadcast_to(indices(line, 0)[..., 0], line.trips)
            if copy.space == COMPUTED and numpy.isin(source, joined).any():
                raise DifferentError
            if copy.space == CONSTANTS:
                source = self._constants.numbers.view(numpy.int64)[source]
            goes = dict(zip(indices(line, -1).ravel().tolist(), source.ravel().tolist(), strict=True))
            already = [known[place] for place in goes if place in known]
            number = already[0][0] if already else len(lines)
            if not already:
                known |= {place: (number, one) for place, one in goes.items()}
                lines.append(line)
            elif already != [(number, one) for one in goes.values()] or lines[number].shape != shape:
                raise DifferentError
            readers += [(reader, place, lines[number]) for reader, place in copy.readers]
        self._readers = readers
        return lines

    def tell_readers(self) -> None:
        """Tell those lines that read initial values which lines copy them."""
        for reader, place, line in self._readers:
            reader.initial[place] = (self._depth, line)


def _are_same(one: _Copy, other: _Copy) -> bool:
    """Whether two copies are of the same numbers."""
    if one.constants is None or other.constants is None:
        return (one.space, one.source) == (other.space, other.source)
    # An axis along which all are the same has length 1, and tells nothing.
    shapes = [[length for length in copy.constants.shape if length > 1] for copy in (one, other) if copy.constants is not None]
    return shapes[0] == shapes[1] and same_bits(one.constants.ravel(), other.constants.ravel())


def in_loops(line: Line, depth: int) -> TextItem:
    """A line in the loops around it, without those outermost that there are in any case."""
    item: TextItem = line
    for trips in reversed(line.trips[depth:]):
        item = Repeated(trips, [item])
    return item
