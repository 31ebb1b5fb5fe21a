"""Items with their loops taken apart: the lines of the text, each with the loops around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

import numpy

from autograd.vectorizing.rolled.addresses import COMPUTED
from autograd.vectorizing.rolled.irregular import parts
from autograd.vectorizing.rolled.items import Items
from autograd.vectorizing.rolled.shapes import LoopShape, Motion, Numbers, OperationShape, RunShape, Shapes


@dataclass(eq=False, slots=True)
class Line:
    """An operation in the text.

    Attributes:
        shape: what it computes.
        trips: the trips of the loops around it, outermost first.
        starts: for each operand, run or result, where it starts, and then how each counter moves it.
        initial: the operands and runs that are read from copies where a counter is 0: which counter, and what copies them.
        reader: for a copy of initial values, a line that reads them; None for any other line. Where a copy goes is an index that
            its readers alone know: it may be that of another scalar too.
    """

    shape: OperationShape
    trips: tuple[int, ...]
    starts: list[list[Any]]
    initial: dict[int, tuple[int, Line]] = field(default_factory=dict)
    reader: Line | None = None


@dataclass(eq=False, slots=True)
class Repeated:
    """A loop in the text."""

    trips: int
    body: list[TextItem]


TextItem: TypeAlias = Line | Repeated


def text_of(items: Items, shapes: Shapes, *, is_straight: bool = False) -> list[TextItem]:
    """The text of items.

    Args:
        items: the items.
        shapes: their shapes.
        is_straight: whether it is known that there are no loops.
    """
    write = _Text(shapes).lines if is_straight else _Text(shapes).of
    return write(items.shape.tolist(), items.first.tolist(), items.starts, [], ())


def has_loops(items: Items, shapes: Shapes) -> bool:
    """Whether the text of items that are no loops has loops all the same: such as look places up in tables."""
    found = parts(shapes, items.shape.tolist(), items.first.tolist(), items.starts, [])
    return any(part.motions is not None for part in found)


SINGLE = RunShape(COMPUTED, 0, 1)
"""A run of one."""


def indices(line: Line, place: int, run: RunShape = SINGLE) -> Numbers:
    """The indices that a start of a line takes, with an axis for each counter and for that of a run.

    The axis of a counter that does not move it has length 1.
    """
    base, *motions = line.starts[place]
    grid = numpy.array([base])
    lengths: list[int] = []
    for motion, trips in zip([*motions, run.step], [*line.trips, run.count], strict=True):
        if motion == 0 or trips == 1:
            lengths.append(1)
            continue
        moved = numpy.array(motion) if motion.__class__ is tuple else motion * numpy.arange(trips)
        grid = (grid[:, None] + moved).ravel()
        lengths.append(trips)
    return grid.reshape(lengths)


def lines_of(items: Sequence[TextItem]) -> Iterator[Line]:
    """The lines of a text, in order."""
    for item in items:
        if isinstance(item, Repeated):
            yield from lines_of(item.body)
        else:
            yield item


class _Text:
    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def of(
        self,
        numbers: list[int],
        first: list[int],
        bases: Numbers,
        motions: list[Sequence[Motion]],
        trips: tuple[int, ...],
    ) -> list[TextItem]:
        """The text of items, given by the numbers of their shapes, where their starts begin, and for these: where they are at
        first, and how each of the loops around moves them."""
        text: list[TextItem] = []
        for part in parts(self._shapes, numbers, first, bases, motions):
            end = part.start + part.period
            low, high = first[part.start], first[end]
            of_part = [row[low:high] for row in motions]
            bounds = [place - low for place in first[part.start : end + 1]]
            if part.motions is None:
                text += self.lines(numbers[part.start : end], bounds, bases[low:high], of_part, trips)
            else:
                inner = (*trips, part.trips)
                body = self.of(numbers[part.start : end], bounds, bases[low:high], [*of_part, part.motions], inner)
                text.append(Repeated(part.trips, body))
        return text

    def lines(
        self,
        numbers: list[int],
        first: list[int],
        bases: Numbers,
        motions: list[Sequence[Motion]],
        trips: tuple[int, ...],
    ) -> list[TextItem]:
        """The same for items that repeat no more than their shapes say."""
        text: list[TextItem] = []
        rows = list(map(list, zip(bases.tolist(), *motions, strict=True)))
        shapes = {number: self._shapes[number] for number in set(numbers)}
        for number, (low, high) in zip(numbers, pairwise(first), strict=True):
            shape = shapes[number]
            if isinstance(shape, LoopShape):
                steps = numpy.frombuffer(shape.steps, numpy.int64).tolist()
                bounds = [0]
                for one in shape.body:
                    bounds.append(bounds[-1] + self._shapes.n_starts[one])
                around = [row[low:high] for row in motions]
                inner = (*trips, shape.trips)
                text.append(Repeated(shape.trips, self.of(list(shape.body), bounds, bases[low:high], [*around, steps], inner)))
            else:
                text.append(Line(shape, trips, rows[low:high]))
        return text
