"""Giving each number of a text a place: an array, and an index in it.

Computed numbers are in one array where one line reads them in turn, whichever lines computed them; otherwise each line has an
array of its own. The numbers of an array are without gaps in the order of recording, if all its readers can count them so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy

from autograd.vectorizing.rolled.addresses import COMPUTED, CONSTANTS, FIRST_INPUT, PARAMETERS
from autograd.vectorizing.rolled.lines import SINGLE, Line, indices
from autograd.vectorizing.rolled.program import Array, Index, Kind, Place
from autograd.vectorizing.rolled.shapes import Motion, Numbers, RunShape


class Places:
    """The places of all numbers of a text.

    Args:
        lines: the lines in order.
        n_positions: how many scalars were recorded.
        parameters: the array of parameters.
        inputs: the input arrays.
        constants: the numbers of the constants, by index.

    Attributes:
        operands: for each line, the place of each operand or run. The index of a run has a step for the run's own counter.
        result: for each line, the place of its result.

    Raises:
        CollisionError: initial values would be copied to where something else is.
    """

    def __init__(
        self, lines: Sequence[Line], n_positions: int, parameters: Array, inputs: Sequence[Array], constants: Numbers
    ) -> None:
        self._lines = lines
        # Lines of one shape share what is said of it: its runs, and whether each of them is of one number.
        shapes = {id(line.shape): line.shape for line in lines}
        runs_of = {number: shape.runs() for number, shape in shapes.items()}
        is_single = {shape: all(run.count == 1 for run in runs) for shape, runs in runs_of.items()}
        self._runs = [runs_of[id(line.shape)] for line in lines]
        self._is_plain = [not line.trips and is_single[id(line.shape)] for line in lines]
        self._given = {PARAMETERS: parameters} | {FIRST_INPUT + number: array for number, array in enumerate(inputs)}
        self._constants = constants
        self._tables: dict[bytes, Array] = {}
        # Of each computed scalar: the line that computes it, and its index in the array.
        self._line_of = numpy.full(n_positions, -1)
        self._index_of = numpy.zeros(n_positions, numpy.int64)
        self.operands: list[list[Place]] = [[_NOWHERE] * len(runs) for runs in self._runs]
        self.result: list[Place] = [_NOWHERE] * len(lines)
        self._place_computed()
        self._place_others()

    def constant(self, number: float) -> Place:
        """The place of a constant that is not an operand."""
        return self._table(numpy.array(number))

    def computed(self, position: int) -> Place:
        """The place of a computed scalar."""
        return Place(self.result[self._line_of[position]].array, Index(int(self._index_of[position])))

    def _place_computed(self) -> None:
        lines = self._lines
        number_of = {line: number for number, line in enumerate(lines)}
        straight = [number for number, line in enumerate(lines) if not line.trips and line.reader is None]
        self._line_of[[lines[number].starts[-1][0] for number in straight]] = straight
        for number, line in enumerate(lines):
            if line.trips and line.reader is None:
                self._line_of[indices(line, -1).ravel()] = number
        groups = _Groups(len(lines))
        readers: dict[int, list[tuple[int, int, RunShape]]] = {}
        for number, line in enumerate(lines):
            if self._is_plain[number]:
                continue
            for place, run in enumerate(self._runs[number]):
                if run.space == COMPUTED and (line.trips or run.count > 1):
                    grid = indices(line, place, run)
                    copies = []
                    if place in line.initial:
                        axis, copy = line.initial[place]
                        grid = numpy.delete(grid, 0, axis)
                        copies = [number_of[copy]]
                    read = self._line_of[grid.ravel()]
                    if copies or (read[0] != read).any():
                        groups.join([*numpy.unique(read).tolist(), *copies])
                    readers.setdefault(int(read[0]), []).append((number, place, run))
        for count, numbers in enumerate(groups.members()):
            number = numbers[0]
            if len(numbers) == 1 and not lines[number].trips and number not in readers:
                self.result[number] = Place(Array(Kind.COMPUTED, 1, count), _FIRST)
            else:
                self._place_array(count, numbers, [reader for number in numbers for reader in readers.get(number, ())])

    def _place_others(self) -> None:
        """Place what is not computed, and what is read by lines in no loop."""
        line_of, index_of = self._line_of.tolist(), self._index_of.tolist()
        lines, result = self._lines, self.result

        def of_position(position: int) -> Place:
            number = line_of[position]
            return result[number] if not lines[number].trips else Place(result[number].array, Index(index_of[position]))

        bits = self._constants.tobytes()
        single_constants: dict[bytes, Place] = {}
        given = {space: [_NOWHERE] * array.size for space, array in self._given.items()}
        for line, runs, placed, is_plain in zip(lines, self._runs, self.operands, self._is_plain, strict=True):
            for place, run in enumerate(runs):
                space, row = run.space, line.starts[place]
                start = row[0]
                if space == COMPUTED:
                    if placed[place] is _NOWHERE:
                        placed[place] = of_position(start)
                elif not is_plain:
                    if space == CONSTANTS:
                        placed[place] = self._table(self._constants[indices(line, place, run)])
                    else:
                        placed[place] = Place(self._given[space], _index(start, [*row[1:], run.step]))
                elif space == CONSTANTS:
                    content = bits[8 * start : 8 * start + 8]
                    known = single_constants.get(content)
                    if known is None:
                        known = single_constants[content] = self._table(self._constants[start])
                    placed[place] = known
                else:
                    known = given[space][start]
                    if known is _NOWHERE:
                        known = given[space][start] = Place(self._given[space], Index(start))
                    placed[place] = known

    def _place_array(self, count: int, writers: list[int], readers: list[tuple[int, int, RunShape]]) -> None:
        """Place the results of some lines in one array."""
        lines = self._lines
        written = numpy.sort(numpy.concatenate([indices(lines[number], -1).ravel() for number in writers]))
        if (written[1:] == written[:-1]).any():
            raise CollisionError
        users = [(number, -1, SINGLE) for number in writers] + readers
        numbers = numpy.arange(len(written))
        found = [self._index(*user, written, numbers) for user in users]
        if None in found:
            distances = [written[1:] - written[0]]
            for number, place, run in users:
                for motion in (*lines[number].starts[place][1:], run.step):
                    distances.append(numpy.array(motion).ravel())
            numbers = (written - written[0]) // int(numpy.gcd.reduce(numpy.concatenate(distances)))
            found = [self._index(*user, written, numbers) for user in users]
        for number in writers:
            if lines[number].reader is None:
                grid = indices(lines[number], -1).ravel()
                self._index_of[grid] = numbers[numpy.searchsorted(written, grid)]
        size = int(numbers[-1]) + 1
        array = Array(Kind.COMPUTED, size, count)
        for (number, place, _), index in zip(users, found, strict=True):
            assert index is not None, "multiples of a common divisor are as far apart as the positions"
            if place < 0:
                self.result[number] = Place(array, index)
            else:
                self.operands[number][place] = Place(array, index)

    def _index(self, number: int, place: int, run: RunShape, written: Numbers, numbers: Numbers) -> Index | None:
        """The index of what starts at a place of a line, in its array; None if a counter no longer moves it by a constant.

        Args:
            number, place, run: the line, the place, and what starts there.
            written: the scalars in the array, by their places in the order of recording.
            numbers: their indices in the array.
        """
        line = self._lines[number]
        grid = numbers[numpy.searchsorted(written, indices(line, place, run))]
        motions = _motions(grid)
        if motions is None:
            return None
        even = zip(motions, (*line.starts[place][1:], run.step), strict=True)
        if any(motion.__class__ is tuple and before.__class__ is not tuple for motion, before in even):
            return None
        return _index(int(grid.ravel()[0]), motions)

    def _table(self, numbers: Numbers) -> Place:
        """Constants, of which those that recur along a counter are stated once."""
        if not numbers.ndim:
            return Place(self._array_of_constants(numbers), _FIRST)
        kept = []
        for axis in range(numbers.ndim):
            once = numbers.take([0], axis)
            # By bit pattern: 0.0 and -0.0 are two constants, and a nan is one.
            if (once.view(numpy.int64) == numbers.view(numpy.int64)).all():
                numbers = once
            kept.append(numbers.shape[axis] > 1)
        strides, stride = [], numbers.size
        for axis, varies in enumerate(kept):
            stride //= numbers.shape[axis]
            strides.append(stride if varies else 0)
        return Place(self._array_of_constants(numbers), _index(0, strides))

    def _array_of_constants(self, numbers: Numbers) -> Array:
        content = numbers.tobytes()
        array = self._tables.get(content)
        if array is None:
            array = self._tables[content] = Array(Kind.CONSTANTS, numbers.size, constants=tuple(numbers.ravel().tolist()))
        return array


_FIRST = Index(0)
_NOWHERE = Place(Array(Kind.COMPUTED, 0), _FIRST)


class CollisionError(Exception):
    """Initial values would be copied to where something else is."""


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

    def members(self) -> Iterable[list[int]]:
        """The numbers that belong together, each set in order."""
        found: dict[int, list[int]] = {}
        for number, parent in enumerate(self._parent):
            if parent == number:
                # The first of its set comes first.
                found[number] = [number]
            else:
                found[self.root(number)].append(number)
        return found.values()


def _motions(grid: Numbers) -> list[Motion] | None:
    """How each counter moves an index that takes these numbers; None if they do so together only."""
    flat = grid.ravel()
    expected = flat[:1]
    motions: list[Motion] = []
    stride = len(flat)
    for length in grid.shape:
        stride //= length
        if length == 1:
            motions.append(0)
            continue
        moved = flat[: length * stride : stride] - flat[0]
        step = int(moved[1])
        even = (moved == step * numpy.arange(length)).all()
        motions.append(step if even else tuple(moved.tolist()))
        expected = (expected[:, None] + moved).ravel()
    return motions if (expected == flat).all() else None


def _index(base: int, motions: Sequence[Motion]) -> Index:
    """An index without the steps of counters further in, which don't move it."""
    n = len(motions)
    while n and not motions[n - 1]:
        n -= 1
    steps = [0 if isinstance(motion, tuple) else motion for motion in motions[:n]]
    looked_up = [place for place, motion in enumerate(motions[:n]) if isinstance(motion, tuple)]
    if not looked_up:
        return Index(base, tuple(steps))
    # One table for all counters that look something up.
    table = numpy.zeros(1, numpy.int64)
    table_steps = [0] * n
    for place in looked_up:
        moved = numpy.array(motions[place])
        table_steps = [step * len(moved) for step in table_steps]
        table_steps[place] = 1
        table = (table[:, None] + moved).ravel()
    return Index(base, tuple(steps), tuple(table.tolist()), tuple(table_steps))


def flags(lines: Sequence[Line], places: Places) -> None:
    """Say of the arrays of computed numbers whether they differ from example to example, and whether parameters move them."""
    changed = True
    while changed:
        changed = False
        for operands, place in zip(places.operands, places.result, strict=True):
            result = place.array
            batched, active = result.batched, result.active
            for operand in operands:
                array = operand.array
                batched, active = batched or array.batched, active or array.active
            if batched is not result.batched or active is not result.active:
                result.batched, result.active, changed = batched, active, True
