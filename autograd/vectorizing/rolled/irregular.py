"""Loops over what repeats without a pattern in its operands: permutations, sparse graphs, observations of numbered things.

The same operations are computed again and again, but the distances between their operands differ. They can be a loop that looks
places up in a table. That takes longer than what stands line after line, and is worth it where the text gets much shorter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy

from autograd.vectorizing.rolled.periods import FEWEST_TRIPS, mixed, periods, rows
from autograd.vectorizing.rolled.shapes import Motion, Numbers, Shapes

# How many operations such a loop must save in the text.
_FEWEST_SAVED = 64
_WINDOWS = (1, 4, 32, 256)


@dataclass(frozen=True)
class Part:
    """Neighbouring items that stand for themselves, or the repetitions of a loop.

    Attributes:
        start: the first item.
        period: how many items there are, in one repetition if it is a loop.
        motions: how each start of the first repetition moves from one repetition to the next; None for what is no loop.
        trips: the number of repetitions.
    """

    start: int
    period: int
    motions: list[Motion] | None = None
    trips: int = 1


def parts(
    shapes: Shapes, numbers: Sequence[int], first: Sequence[int], bases: Numbers, motions: Sequence[Sequence[Motion]]
) -> list[Part]:
    """Items in a row, with loops where only tables can say where the operands are.

    Args:
        shapes: the shapes.
        numbers: the number of each item's shape.
        first: where the starts of each item begin.
        bases: the starts, where all counters are 0.
        motions: for each loop around the items, how it moves the starts.
    """
    lines = numpy.concatenate([[0], numpy.cumsum([shapes.n_lines[number] for number in numbers])])
    if lines[-1] <= _FEWEST_SAVED:
        return [Part(0, len(numbers))]
    code = _codes(numbers, first, motions)
    best: list[Part] = []
    most = 0
    for period in chain.from_iterable(periods(code, _WINDOWS)):
        found = list(_loops(shapes, numbers, first, bases, code, lines, period))
        saved = sum([(loop.trips - 1) * int(lines[loop.start + period] - lines[loop.start]) for loop in found])
        if saved > most:
            best, most = found, saved
    whole: list[Part] = []
    end = 0
    for loop in best:
        if loop.start > end:
            whole.append(Part(end, loop.start - end))
        whole.append(loop)
        end = loop.start + loop.period * loop.trips
    if end < len(numbers):
        whole.append(Part(end, len(numbers) - end))
    return whole


def _codes(numbers: Sequence[int], first: Sequence[int], motions: Sequence[Sequence[Motion]]) -> Numbers:
    """A code for each item: of its shape and of how the loops around it move its starts."""
    if motions:
        number_of: dict[object, int] = {}
        keys = [
            (number, *(tuple(row[low:high]) for row in motions))
            for number, low, high in zip(numbers, first, first[1:], strict=False)
        ]
        numbers = [number_of.setdefault(key, len(number_of)) for key in keys]
    return mixed(numpy.array(numbers, numpy.uint64))


def _loops(
    shapes: Shapes,
    numbers: Sequence[int],
    first: Sequence[int],
    bases: Numbers,
    code: Numbers,
    lines: Numbers,
    period: int,
) -> Iterator[Part]:
    """The loops of a period."""
    begin, stop = rows(code[period:] == code[:-period])
    long_enough = stop - begin >= (FEWEST_TRIPS - 1) * period
    free = 0
    for start, end in zip(begin[long_enough].tolist(), stop[long_enough].tolist(), strict=True):
        start = max(start, free)
        trips = (end + period - start) // period
        if trips < FEWEST_TRIPS or (trips - 1) * (lines[start + period] - lines[start]) < _FEWEST_SAVED:
            continue
        starts = bases[first[start] : first[start + trips * period]].reshape(trips, -1)
        moved = starts - starts[0]
        even = (moved == numpy.arange(trips)[:, None] * moved[1]).all(0)
        # What is written is written in turn.
        is_result = numpy.concatenate([shapes.is_result(number) for number in numbers[start : start + period]])
        if even[is_result].all():
            steps = moved[1].tolist()
            tables = {place: tuple(moved[:, place].tolist()) for place in numpy.flatnonzero(~even).tolist()}
            yield Part(start, period, [tables.get(place, step) for place, step in enumerate(steps)], trips)
            free = start + trips * period
