"""Giving each number of a text a place: an array, and an index in it.

Computed numbers are in one array where one line reads them in turn, whichever lines computed them; otherwise each line has an array
of its own. The numbers of an array are without gaps in the order of recording, if all its readers can count them so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import gcd
from typing import TypeAlias

import numpy

from autograd.vectorizing.rolled.addresses import COMPUTED, CONSTANTS, FIRST_INPUT, PARAMETERS
from autograd.vectorizing.rolled.lines import Line
from autograd.vectorizing.rolled.program import Array, Index, Kind
from autograd.vectorizing.rolled.shapes import Numbers, RunShape

Placed: TypeAlias = tuple[Array, Index]
"""Where a number is. The index of a run has a step for the run's own counter."""


class Places:
    """The places of all numbers of a text.

    Args:
        lines: the lines in order.
        n_positions: how many scalars were recorded.
        parameters: the array of parameters.
        inputs: the input arrays.
        constants: the numbers of the constants, by index.

    Attributes:
        operands: for each line, the place of each operand or run.
        result: for each line, the place of its result.
    """

    def __init__(
        self, lines: Sequence[Line], n_positions: int, parameters: Array, inputs: Sequence[Array], constants: Numbers
    ) -> None:
        self._lines = lines
        self._given = {PARAMETERS: parameters} | {FIRST_INPUT + number: array for number, array in enumerate(inputs)}
        self._constants = constants
        self._tables: dict[bytes, Array] = {}
        self._line_of = numpy.full(n_positions, -1)
        self._index_of = numpy.zeros(n_positions, numpy.int64)
        self._array_of: list[Array] = []
        self.operands: list[list[Placed]] = [[] for _ in lines]
        self.result: list[Placed] = []
        self._place_computed()
        for number, line in enumerate(lines):
            row = self.operands[number]
            for place, run in enumerate(line.numbers()):
                if run.space == CONSTANTS:
                    row[place] = self._constant(line, place, run)
                elif run.space != COMPUTED:
                    base, *steps = line.starts[place].tolist()
                    row[place] = self._given[run.space], _index(base, [*steps, run.step])

    def constant(self, number: float) -> Placed:
        """The place of a constant that is not an operand."""
        return self._table(numpy.array(number))

    def computed(self, position: int) -> Placed:
        """The place of a computed scalar."""
        return self._array_of[self._line_of[position]], Index(int(self._index_of[position]))

    def _place_computed(self) -> None:
        for number, line in enumerate(self._lines):
            self._line_of[_grid(line, -1).ravel()] = number
        groups = _Groups(len(self._lines))
        readers: dict[int, list[tuple[int, int, RunShape]]] = {}
        for number, line in enumerate(self._lines):
            for place, run in enumerate(line.numbers()):
                if run.space == COMPUTED:
                    read = self._line_of[_grid(line, place, run).ravel()]
                    if read.min() != read.max():
                        groups.join(numpy.unique(read).tolist())
                    readers.setdefault(int(read[0]), []).append((number, place, run))
        members: dict[int, list[int]] = {}
        for number in range(len(self._lines)):
            members.setdefault(groups.root(number), []).append(number)
        self.operands = [[_NOWHERE] * (len(line.starts) - 1) for line in self._lines]
        self.result = [_NOWHERE] * len(self._lines)
        self._array_of = [_NOWHERE[0]] * len(self._lines)
        for count, numbers in enumerate(members.values()):
            self._place_array(count, numbers, [reader for number in numbers for reader in readers.get(number, ())])

    def _place_array(self, count: int, writers: list[int], readers: list[tuple[int, int, RunShape]]) -> None:
        """Place the results of some lines in one array."""
        lines = self._lines
        written = numpy.sort(numpy.concatenate([_grid(lines[number], -1).ravel() for number in writers]))
        self._index_of[written] = numpy.arange(len(written))
        users = [(number, -1, _SINGLE) for number in writers] + readers
        indices = [_affine(self._index_of[_grid(lines[number], place, run)]) for number, place, run in users]
        size = len(written)
        if None in indices:
            distances = [int(step) for number, place, run in users for step in (*lines[number].starts[place][1:], run.step)]
            distance = gcd(*distances, *(written - written[0]).tolist())
            self._index_of[written] = (written - written[0]) // distance
            size = int(self._index_of[written[-1]]) + 1
            indices = [_affine(self._index_of[_grid(lines[number], place, run)]) for number, place, run in users]
        array = Array(Kind.COMPUTED, size, count)
        for (number, place, _), index in zip(users, indices, strict=True):
            assert index is not None, "multiples of a common divisor are as far apart as the positions"
            if place < 0:
                self.result[number] = array, index
                self._array_of[number] = array
            else:
                self.operands[number][place] = array, index

    def _constant(self, line: Line, place: int, run: RunShape) -> Placed:
        return self._table(self._constants[_grid(line, place, run)])

    def _table(self, numbers: Numbers) -> Placed:
        """Constants, of which those that recur along a counter are stated once."""
        kept = []
        for axis in range(numbers.ndim):
            once = numbers.take([0], axis)
            # By bit pattern: 0.0 and -0.0 are two constants, and a nan is one.
            if (once.view(numpy.int64) == numbers.view(numpy.int64)).all():
                numbers = once
            kept.append(numbers.shape[axis] > 1)
        flat = numpy.ascontiguousarray(numbers).ravel()
        array = self._tables.get(flat.tobytes())
        if array is None:
            array = self._tables[flat.tobytes()] = Array(Kind.CONSTANTS, len(flat), constants=tuple(flat.tolist()))
        strides, stride = [], len(flat)
        for axis, varies in enumerate(kept):
            stride //= numbers.shape[axis]
            strides.append(stride if varies else 0)
        return array, _index(0, strides)


_SINGLE = RunShape(COMPUTED, 0, 1)
_NOWHERE: Placed = (Array(Kind.COMPUTED, 0), Index(0))


class _Groups:
    """Numbers that belong together (union and find)."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def root(self, number: int) -> int:
        parent = self._parent
        while parent[number] != number:
            parent[number] = number = parent[parent[number]]
        return number

    def join(self, numbers: Sequence[int]) -> None:
        first = min(map(self.root, numbers))
        for number in numbers:
            self._parent[self.root(number)] = first


def _grid(line: Line, place: int, run: RunShape = _SINGLE) -> Numbers:
    """The indices that a start of a line takes, with an axis for each counter and for that of a run; an axis of length 1 where
    the counter does not move it."""
    base, *steps = line.starts[place].tolist()
    grid = numpy.array(base)
    for step, trips in zip([*steps, run.step], [*line.trips, run.count], strict=True):
        grid = grid[..., None] + (step * numpy.arange(trips) if step else 0)
        if not step:
            grid = grid.reshape(*grid.shape[:-1], -1)
    return grid


def _affine(grid: Numbers) -> Index | None:
    """The index whose numbers these are, one axis for each counter; None if they are not evenly spaced."""
    base = int(grid.ravel()[0])
    steps = []
    expected = numpy.array(base)
    for axis, length in enumerate(grid.shape):
        step = int(grid.ravel()[int(numpy.prod(grid.shape[axis + 1 :]))]) - base if length > 1 else 0
        steps.append(step)
        expected = expected[..., None] + step * numpy.arange(length)
    return _index(base, steps) if (expected == grid).all() else None


def _index(base: int, steps: Sequence[int]) -> Index:
    """An index without the steps of counters further in, which don't move it."""
    n = len(steps)
    while n and not steps[n - 1]:
        n -= 1
    return Index(base, tuple(steps[:n]))


def flags(lines: Sequence[Line], places: Places) -> None:
    """Say of the arrays of computed numbers whether they differ from example to example, and whether parameters move them."""
    changed = True
    while changed:
        changed = False
        for operands, (result, _) in zip(places.operands, places.result, strict=True):
            batched = result.batched or any(array.batched for array, _ in operands)
            active = result.active or any(array.active for array, _ in operands)
            if (batched, active) != (result.batched, result.active):
                result.batched, result.active, changed = batched, active, True


def all_lines(lines: Sequence[Sequence[Line]]) -> list[Line]:
    """Lines one behind the other."""
    return list(chain.from_iterable(lines))
