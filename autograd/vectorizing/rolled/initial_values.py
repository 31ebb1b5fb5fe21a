"""Joining the first repetition of a recurrence to its loop.

The first repetition differs from the others in one thing: it reads initial values where they read what the repetition before has
computed. Where that is all, the initial values are copied to where a repetition before the first would have left them, and the
loop begins one repetition earlier:

    h[0] = tanh(w · x[0] + u · start)                     h[0] = start
    for t in range(199):                                  for t in range(200):
        h[t + 1] = tanh(w · x[t + 1] + u · h[t])              h[t + 1] = tanh(w · x[t] + u · h[t])

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
from autograd.vectorizing.rolled.lines import Line, Repeated, TextItem, indices
from autograd.vectorizing.rolled.shapes import Numbers, OperationShape, RunShape

_TOTAL = TABLE["total"]


class _DifferentError(Exception):
    """Two repetitions differ in more than initial values."""


@dataclass
class _Copy:
    """Initial values that are to be copied.

    Attributes:
        result: the row of where they go.
        source: the row of where they are.
        space: the space that they are in.
        counts: how many there are for each counter further in than the loops around.
        readers: the lines that read them, and which operand or run they are there.
    """

    result: list[int]
    source: list[int]
    space: int
    counts: list[int]
    readers: list[tuple[Line, int]] = field(default_factory=list)


class Joining:
    """Joins first repetitions to loops.

    Args:
        constants: the numbers of the constants, by index.

    Attributes:
        constants: the same with those of the new loops.
    """

    def __init__(self, constants: Numbers) -> None:
        self.constants = constants

    def join(self, items: list[TextItem], around: tuple[int, ...] = ()) -> None:
        """Change the text of items in place.

        Args:
            items: the text.
            around: the trips of the loops around it.
        """
        for item in items:
            if isinstance(item, Repeated):
                self.join(item.body, (*around, item.trips))
        place = 0
        while place < len(items):
            item = items[place]
            if isinstance(item, Repeated):
                place = self._join_to(items, place, item, around)
            place += 1

    def _join_to(self, items: list[TextItem], place: int, loop: Repeated, around: tuple[int, ...]) -> int:
        """Join what stands around a loop to it, if it can be; the loop's place afterwards."""
        period, depth = len(loop.body), len(around)
        repetition = _Repetition(self, depth)
        n_before = 0
        while n_before < min(period, place):
            if not repetition.matches(items[place - 1 - n_before], loop.body[period - 1 - n_before], -1):
                break
            n_before += 1
        n_after = period - n_before
        if not n_before or place + n_after >= len(items) + (n_after == 0):
            return place
        for item, of_body in zip(items[place + 1 : place + 1 + n_after], loop.body, strict=False):
            if not repetition.matches(item, of_body, loop.trips):
                return place
        copies = repetition.copies(around)
        if copies is None:
            return place
        repetition.extend()
        loop.body[:] = loop.body[n_after:] + loop.body[:n_after]
        loop.trips += 1
        items[place - n_before : place + 1 + n_after] = [*copies, loop]
        return place - n_before + len(copies)


class _Repetition:
    """A repetition next to a loop that is being compared with the loop.

    Args:
        joining: holds the constants.
        depth: how many loops there are around the loop.
    """

    def __init__(self, joining: Joining, depth: int) -> None:
        self._joining = joining
        self._depth = depth
        self._pairs: list[tuple[Line, Line, int]] = []
        self._copies: dict[Any, _Copy] = {}

    def matches(self, item: TextItem, of_body: TextItem, trip: int) -> bool:
        """Whether an item is what an item of the loop's body would be in a repetition before its first or after its last."""
        known = len(self._pairs), {key: len(copy.readers) for key, copy in self._copies.items()}
        try:
            self._compare(item, of_body, trip)
        except _DifferentError:
            del self._pairs[known[0] :]
            self._copies = {key: copy for key, copy in self._copies.items() if key in known[1]}
            for key, n_readers in known[1].items():
                del self._copies[key].readers[n_readers:]
            return False
        return True

    def _compare(self, item: TextItem, of_body: TextItem, trip: int) -> None:
        if isinstance(item, Repeated) and isinstance(of_body, Repeated):
            _same(item.trips, of_body.trips)
            _same(len(item.body), len(of_body.body))
            for one, other in zip(item.body, of_body.body, strict=True):
                self._compare(one, other, trip)
        elif isinstance(item, Line) and isinstance(of_body, Line):
            self._compare_lines(item, of_body, trip)
        else:
            raise _DifferentError

    def _compare_lines(self, line: Line, of_body: Line, trip: int) -> None:
        _same(line.shape.primitive, of_body.shape.primitive)
        _same(line.reader is None, of_body.reader is None)
        _same(line.initial.keys(), of_body.initial.keys())
        runs, runs_of_body = line.shape.runs(), of_body.shape.runs()
        _same([len(slot) if isinstance(slot, tuple) else 0 for slot in line.shape.slots],
              [len(slot) if isinstance(slot, tuple) else 0 for slot in of_body.shape.slots])  # fmt: skip
        _same(line.starts[-1], self._at(of_body.starts[-1], trip))
        for place, (run, other) in enumerate(zip(runs, runs_of_body, strict=True)):
            _same(run.count, other.count)
            row = of_body.starts[place]
            if other.space == CONSTANTS:
                _same(run.space, CONSTANTS)
                continue
            if isinstance(row[1 + self._depth], tuple):
                # In the table, there is a place for any other one.
                _same(run, other)
                _same(line.starts[place][1:], [*row[1 : 1 + self._depth], *row[2 + self._depth :]])
                continue
            expected = self._at(row, trip)
            if run != other or line.starts[place] != expected:
                if trip > 0 or other.space != COMPUTED or place in of_body.initial or not row[1 + self._depth]:
                    raise _DifferentError
                self._note_copy(line, of_body, place, run, other, expected)
        self._pairs.append((line, of_body, trip))

    def _at(self, row: Sequence[Any], trip: int) -> list[Any]:
        """A row in one repetition."""
        motion = row[1 + self._depth]
        if isinstance(motion, tuple):
            raise _DifferentError
        return [row[0] + trip * motion, *row[1 : 1 + self._depth], *row[2 + self._depth :]]

    def _note_copy(self, line: Line, of_body: Line, place: int, run: RunShape, other: RunShape, expected: Sequence[Any]) -> None:
        """Note that a line reads initial values."""
        inner = [*line.trips[self._depth :], run.count]
        source = [*line.starts[place], run.step]
        if any(isinstance(motion, tuple) for motion in (*source, *expected)):
            raise _DifferentError
        if run.space == CONSTANTS:
            source = self._constants_once(line, place, run, [*expected[1:], other.step])
        result, kept, counts = [*expected, other.step], [], []
        for axis, count in enumerate(inner, start=1 + self._depth):
            if result[axis] and count > 1:
                kept.append(axis)
                counts.append(count)
            elif source[axis] and count > 1:
                raise _DifferentError  # different values where one is read
        outer = range(1 + self._depth)
        result, source = ([row[axis] for axis in (*outer, *kept)] for row in (result, source))
        key = (tuple(result), tuple(counts))
        known = self._copies.get(key)
        if known is None:
            known = self._copies[key] = _Copy(result, source, run.space, counts)
        elif (known.space, self._numbers_of(known.source, known)) != (run.space, self._numbers_of(source, known)):
            raise _DifferentError
        known.readers.append((of_body, place))

    def _numbers_of(self, source: list[int], copy: _Copy) -> object:
        """What tells whether two sources of a copy are the same: the bits of constants, and the places of other numbers."""
        if copy.space != CONSTANTS:
            return source
        size = prod(copy.counts)
        return source[1:], self._joining.constants[source[0] : source[0] + size].tobytes()

    def _constants_once(self, line: Line, place: int, run: RunShape, motions: Sequence[int]) -> list[int]:
        """A row of new constants, that vary only with the counters that move what they are the initial values of."""
        constants = self._joining.constants
        numbers = constants[_everywhere(line, place, run)]
        for axis, motion in enumerate(motions):
            once = numbers.take([0], axis)
            if not motion and (once.view(numpy.int64) == numbers.view(numpy.int64)).all():
                numbers = once
        strides, stride = [], numbers.size
        for length in numbers.shape:
            stride //= length
            strides.append(stride if length > 1 else 0)
        self._joining.constants = numpy.concatenate([constants, numbers.ravel()])
        return [len(constants), *strides]

    def copies(self, around: tuple[int, ...]) -> list[TextItem] | None:
        """The text that copies the initial values; None if the repetition can't join the loop, or had better not."""
        compared = {id(of_body) for _, of_body, _ in self._pairs}
        if any(id(copy) not in compared for _, of_body, _ in self._pairs for _, copy in of_body.initial.values()):
            return None
        joined = numpy.concatenate([indices(line, -1).ravel() for line, _, trip in self._pairs if trip < 0])
        try:
            self._note_chance_neighbours(joined)
        except _DifferentError:
            return None
        lines: list[Line] = []
        readers: list[tuple[Line, int, Line]] = []
        places: dict[int, tuple[int, int]] = {}
        for copy in sorted(self._copies.values(), key=lambda copy: -prod(copy.counts)):
            shape = OperationShape(_TOTAL, ((RunShape(copy.space, 0, 1),),))
            line = Line(shape, (*around, *copy.counts), [copy.source, copy.result], reader=copy.readers[0][0])
            source = numpy.broadcast_to(indices(line, 0)[..., 0], line.trips)
            if copy.space == COMPUTED and numpy.isin(source, joined).any():
                return None  # not yet computed
            if copy.space == CONSTANTS:
                source = self._joining.constants.view(numpy.int64)[source]
            goes = dict(zip(indices(line, -1).ravel().tolist(), source.ravel().tolist(), strict=True))
            known = [places[place] for place in goes if place in places]
            if not known:
                places |= {place: (len(lines), number) for place, number in goes.items()}
                readers += [(reader, place, line) for reader, place in copy.readers]
                lines.append(line)
                continue
            # What another copy has copied already: the same numbers.
            other = known[0][0]
            same = len(known) == len(goes) and known == [(other, number) for number in goes.values()]
            if not same or lines[other].shape != shape:
                return None
            readers += [(reader, place, lines[other]) for reader, place in copy.readers]
        if len(lines) >= len(self._pairs):
            return None
        for reader, place, line in readers:
            reader.initial[place] = (self._depth, line)
        items: list[TextItem] = []
        for line in lines:
            item: TextItem = line
            for count in reversed(line.trips[self._depth :]):
                item = Repeated(count, [item])
            items.append(item)
        return items

    def _note_chance_neighbours(self, joined: Numbers) -> None:
        """Copy also such initial values as chance to be where a repetition before the first would have left them."""
        noted = {(id(line), place) for copy in self._copies.values() for line, place in copy.readers}
        for line, of_body, trip in self._pairs:
            runs = zip(line.shape.runs(), of_body.shape.runs(), strict=True)
            for place, (run, other) in enumerate(runs):
                row = of_body.starts[place]
                if trip > 0 or other.space != COMPUTED or place in of_body.initial or (id(of_body), place) in noted:
                    continue
                if isinstance(row[1 + self._depth], tuple):
                    continue
                first = Line(line.shape, line.trips, [self._at(row, 0)])
                if row[1 + self._depth] and numpy.isin(indices(first, 0, other), joined).any():
                    self._note_copy(line, of_body, place, run, other, self._at(row, trip))

    def extend(self) -> None:
        """Make the lines of the loop begin or end one repetition earlier or later."""
        for line, of_body, trip in self._pairs:
            rows, runs = of_body.starts, list(of_body.shape.runs())
            for place, run in enumerate(runs):
                if run.space == CONSTANTS:
                    rows[place] = self._joined_constants(line, of_body, place, run, trip)
                else:
                    rows[place] = self._joined_row(line.starts[place], rows[place], trip)
            rows[-1] = self._joined_row(line.starts[-1], rows[-1], trip)
            trips = of_body.trips
            of_body.trips = (*trips[: self._depth], trips[self._depth] + 1, *trips[self._depth + 1 :])

    def _joined_row(self, row: Sequence[Any], of_body: Sequence[Any], trip: int) -> list[Any]:
        """A row of a loop with that of the repetition that joins it."""
        motion = of_body[1 + self._depth]
        if not isinstance(motion, tuple):
            return [of_body[0] - motion if trip < 0 else of_body[0], *of_body[1:]]
        before = row[0] - of_body[0]
        moved = (0, *(one - before for one in motion)) if trip < 0 else (*motion, before)
        base = row[0] if trip < 0 else of_body[0]
        return [base, *of_body[1 : 1 + self._depth], moved, *of_body[2 + self._depth :]]

    def _joined_constants(self, line: Line, of_body: Line, place: int, run: RunShape, trip: int) -> list[int]:
        """The row of a loop's constants with those of the repetition that joins it."""
        constants = self._joining.constants
        new = numpy.expand_dims(constants[_everywhere(line, place, run)], self._depth)
        known = constants[_everywhere(of_body, place, run)]
        numbers = numpy.concatenate([new, known] if trip < 0 else [known, new], axis=self._depth)
        self._joining.constants = numpy.concatenate([constants, numbers.ravel()])
        strides, stride = [], numbers.size
        for length in numbers.shape[:-1]:
            stride //= length
            strides.append(stride)
        return [len(constants), *strides]


def _everywhere(line: Line, place: int, run: RunShape) -> Numbers:
    """The indices that a start of a line takes, with an axis for each counter, whether it moves it or not."""
    return numpy.broadcast_to(indices(line, place, run), (*line.trips, run.count))


def _same(one: object, other: object) -> None:
    if one != other:
        raise _DifferentError
