"""Comparing a repetition next to a loop with the loop: whether it is what one before the first, or after the last, would be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from autograd.vectorizing.rolled.addresses import COMPUTED, CONSTANTS
from autograd.vectorizing.rolled.constants import Constants
from autograd.vectorizing.rolled.initial_values import DifferentError, InitialValues
from autograd.vectorizing.rolled.lines import Line, Repeated, TextItem, indices, lines_of
from autograd.vectorizing.rolled.shapes import Numbers, RunShape


class Repetition:
    """A repetition next to a loop.

    It may differ from those of the loop in that it reads initial values, and in that it computes more, if that does not depend on
    anything of the repetition: what is the same in all repetitions is computed in the first one alone.

    Args:
        constants: the constants.
        around: the trips of the loops around the loop.

    Attributes:
        more: what it computes more, if it stands before the loop; the last first.
    """

    def __init__(self, constants: Constants, around: tuple[int, ...]) -> None:
        self._constants = constants
        self._around = around
        self._depth = len(around)
        self._initial = InitialValues(constants, self._depth)
        self._pairs: list[tuple[Line, Line, int]] = []
        self.more: list[TextItem] = []

    def matches(self, item: TextItem, of_body: TextItem, trip: int) -> bool:
        """Whether an item is what an item of the loop's body would be.

        Args:
            item: of the repetition.
            of_body: of the loop.
            trip: the number of the repetition: -1, or the loop's trips.
        """
        more = self._more_than(item, of_body, trip)
        self.more += reversed(more or ())
        return more is not None

    def _more_than(self, item: TextItem, of_body: TextItem, trip: int) -> list[TextItem] | None:
        """What an item computes more than that of the loop's body; None if they don't match."""
        n_pairs = len(self._pairs)
        try:
            return self._compared(item, of_body, trip)
        except DifferentError:
            self._initial.forget({id(of_body) for _, of_body, _ in self._pairs[n_pairs:]})
            del self._pairs[n_pairs:]
            return None

    def _compared(self, item: TextItem, of_body: TextItem, trip: int) -> list[TextItem]:
        if isinstance(item, Line) and isinstance(of_body, Line):
            self._compare_lines(item, of_body, trip)
            return []
        if isinstance(item, Line) or isinstance(of_body, Line):
            raise DifferentError
        _same(item.trips, of_body.trips)
        rest = list(of_body.body)
        more: list[TextItem] = []
        for one in reversed(item.body):
            found = self._more_than(one, rest[-1], trip) if rest else None
            if found is None:
                more.insert(0, one)
            else:
                rest.pop()
                more[:0] = found
        if rest or (more and trip > 0):
            raise DifferentError
        return [Repeated(item.trips, more)] if more else []

    def _compare_lines(self, line: Line, of_body: Line, trip: int) -> None:
        runs, runs_of_body = line.shape.runs(), of_body.shape.runs()
        _same(line.shape.primitive, of_body.shape.primitive)
        _same(line.reader is None, of_body.reader is None)
        _same(line.initial.keys(), of_body.initial.keys())
        _same(_lengths(line), _lengths(of_body))
        _same(line.starts[-1], self._at(of_body.starts[-1], trip))
        self._pairs.append((line, of_body, trip))
        for place, (run, other) in enumerate(zip(runs, runs_of_body, strict=True)):
            row = of_body.starts[place]
            _same(run.count, other.count)
            if other.space == CONSTANTS:
                _same(run.space, CONSTANTS)
            elif isinstance(row[1 + self._depth], tuple):
                # In the table, there is a place for any other one.
                _same(run, other)
                _same(line.starts[place][1:], [*row[1 : 1 + self._depth], *row[2 + self._depth :]])
            elif run != other or line.starts[place] != self._at(row, trip):
                if trip > 0 or other.space != COMPUTED or place in of_body.initial or not row[1 + self._depth]:
                    raise DifferentError
                self._initial.note(line, place, run, of_body, other, self._at(row, trip))

    def _at(self, row: Sequence[Any], trip: int) -> list[Any]:
        """A row in one repetition."""
        motion = row[1 + self._depth]
        if isinstance(motion, tuple):
            raise DifferentError
        return [row[0] + trip * motion, *row[1 : 1 + self._depth], *row[2 + self._depth :]]

    def copies(self) -> list[Line]:
        """Lines that copy the initial values.

        Raises:
            DifferentError: the repetition can't join the loop, or had better not.
        """
        compared = {id(of_body) for _, of_body, _ in self._pairs}
        if any(id(copy) not in compared for _, of_body, _ in self._pairs for _, copy in of_body.initial.values()):
            raise DifferentError
        joined = numpy.concatenate([indices(line, -1).ravel() for line, _, trip in self._pairs if trip < 0])
        self._see_that_more_comes_first(joined)
        self._note_chance_neighbours(joined)
        lines = self._initial.copies(self._around, joined)
        if len(lines) >= len(self._pairs):
            raise DifferentError
        return lines

    def _see_that_more_comes_first(self, joined: Numbers) -> None:
        for line in lines_of(self.more):
            if line.initial or line.reader is not None:
                raise DifferentError
            for place, run in enumerate(line.shape.runs()):
                if run.space == COMPUTED and numpy.isin(indices(line, place, run), joined).any():
                    raise DifferentError

    def _note_chance_neighbours(self, joined: Numbers) -> None:
        """Copy also such initial values as chance to be where a repetition before the first would have left them."""
        for line, of_body, trip in self._pairs:
            for place, (run, other) in enumerate(zip(line.shape.runs(), of_body.shape.runs(), strict=True)):
                row = of_body.starts[place]
                motion = row[1 + self._depth]
                is_fixed = other.space != COMPUTED or not motion or isinstance(motion, tuple)
                if trip > 0 or is_fixed or place in of_body.initial or self._initial.is_noted(of_body, place):
                    continue
                first = Line(line.shape, line.trips, [self._at(row, 0)])
                if numpy.isin(indices(first, 0, other), joined).any():
                    self._initial.note(line, place, run, of_body, other, self._at(row, trip))

    def join(self) -> None:
        """Make the lines of the loop begin one repetition earlier, or end one later."""
        self._initial.tell_readers()
        for line, of_body, trip in self._pairs:
            for place, run in enumerate(of_body.shape.runs()):
                if run.space == CONSTANTS:
                    of_body.starts[place] = self._joined_constants(line, of_body, place, run, trip)
                else:
                    of_body.starts[place] = self._joined_row(line.starts[place], of_body.starts[place], trip)
            of_body.starts[-1] = self._joined_row(line.starts[-1], of_body.starts[-1], trip)
            trips = of_body.trips
            of_body.trips = (*trips[: self._depth], trips[self._depth] + 1, *trips[self._depth + 1 :])

    def _joined_row(self, row: Sequence[Any], of_body: Sequence[Any], trip: int) -> list[Any]:
        """A row of the loop with that of the repetition."""
        motion = of_body[1 + self._depth]
        if not isinstance(motion, tuple):
            return [of_body[0] - motion if trip < 0 else of_body[0], *of_body[1:]]
        far = row[0] - of_body[0]
        moved = (0, *(one - far for one in motion)) if trip < 0 else (*motion, far)
        base = row[0] if trip < 0 else of_body[0]
        return [base, *of_body[1 : 1 + self._depth], moved, *of_body[2 + self._depth :]]

    def _joined_constants(self, line: Line, of_body: Line, place: int, run: RunShape, trip: int) -> list[int]:
        """The row of the loop's constants with those of the repetition."""
        new = numpy.expand_dims(self._constants.read(line, place, run), self._depth)
        known = self._constants.read(of_body, place, run)
        numbers = numpy.concatenate([new, known] if trip < 0 else [known, new], axis=self._depth)
        return self._constants.enter(numbers)[:-1]


def _lengths(line: Line) -> list[int]:
    """How many runs there are in each slot; 0 for a single operand."""
    return [len(slot) if isinstance(slot, tuple) else 0 for slot in line.shape.slots]


def _same(one: object, other: object) -> None:
    if one != other:
        raise DifferentError
