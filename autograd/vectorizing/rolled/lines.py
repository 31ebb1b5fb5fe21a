"""Items with their loops taken apart: the lines of the text, each with the loops around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy

from autograd.vectorizing.rolled.items import Items
from autograd.vectorizing.rolled.shapes import LoopShape, Numbers, OperationShape, RunShape, Shapes


@dataclass(eq=False, slots=True)
class Line:
    """An operation in the text.

    Attributes:
        shape: what it computes.
        trips: the trips of the loops around it, outermost first.
        starts: for each operand, run or result, in a row, where it starts and how far each counter moves it.
    """

    shape: OperationShape
    trips: tuple[int, ...]
    starts: Numbers

    def numbers(self) -> list[RunShape]:
        """The space of each of its starts, and how many there are for a further counter: runs of one for single operands."""
        found: list[RunShape] = []
        for slot in self.shape.slots:
            found += slot if isinstance(slot, tuple) else (RunShape(slot, 0, 1),)
        return found


@dataclass(eq=False, slots=True)
class Repeated:
    """A loop in the text."""

    trips: int
    body: list[TextItem]


TextItem: TypeAlias = Line | Repeated


def text_of(items: Items, shapes: Shapes) -> list[TextItem]:
    """The text of items."""
    columns = items.starts[:, None]
    return _text(shapes, items.shape.tolist(), items.first.tolist(), columns, ())


def _text(shapes: Shapes, numbers: list[int], first: list[int], starts: Numbers, trips: tuple[int, ...]) -> list[TextItem]:
    text: list[TextItem] = []
    for number, low, high in zip(numbers, first, first[1:], strict=False):
        shape = shapes[number]
        if isinstance(shape, LoopShape):
            steps = numpy.frombuffer(shape.steps, numpy.int64)
            inner = numpy.concatenate([starts[low:high], steps[:, None]], axis=1)
            bounds = [0]
            for one in shape.body:
                bounds.append(bounds[-1] + shapes.n_starts[one])
            text.append(Repeated(shape.trips, _text(shapes, list(shape.body), bounds, inner, (*trips, shape.trips))))
        else:
            text.append(Line(shape, trips, starts[low:high]))
    return text
