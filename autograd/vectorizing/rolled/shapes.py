"""What items have in common that may become repetitions of one loop: everything but where their numbers start.

An item is an operation or a loop. Its *shape* says what is computed and how its operands lie relative to one another; its
*starts* are indices, one for each operand, run of operands or result, where the counters are 0. Two items of one shape differ in
their starts alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy

from autograd.table.rules import Primitive

Numbers: TypeAlias = Any
"""A NumPy array of integers."""

Motion: TypeAlias = int | tuple[int, ...]
"""How a counter moves a start: by so much each time, or by as much as a table says."""


@dataclass(frozen=True, slots=True)
class RunShape:
    """Neighbouring operands of a sequence, each as far from the one before."""

    space: int
    step: int
    count: int


SlotShape: TypeAlias = int | tuple[RunShape, ...]
"""The space of a single operand, or the runs of a sequence."""


@dataclass(frozen=True, slots=True)
class OperationShape:
    """An operation. Its starts are those of its operands, slot by slot and run by run, and that of its result."""

    primitive: Primitive
    slots: tuple[SlotShape, ...]

    def runs(self) -> tuple[RunShape, ...]:
        """What its starts but the last are starts of; a single operand is a run of one."""
        found: list[RunShape] = []
        for slot in self.slots:
            found += slot if isinstance(slot, tuple) else (RunShape(slot, 0, 1),)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class LoopShape:
    """A loop. Its starts are those of its items in the first repetition.

    Attributes:
        trips: how often it is repeated.
        body: the numbers of the shapes of its items.
        steps: how far each start moves from one repetition to the next, as bytes.
    """

    trips: int
    body: tuple[int, ...]
    steps: bytes


Shape: TypeAlias = OperationShape | LoopShape


class Shapes:
    """All shapes of a program, each with a number.

    Attributes:
        n_starts: how many starts an item of each shape has.
        n_lines: how many operations stand in the text of an item of each shape.
    """

    def __init__(self) -> None:
        self._shapes: list[Shape] = []
        self._number_of: dict[Shape, int] = {}
        self.n_starts: list[int] = []
        self.n_lines: list[int] = []
        self._is_result: dict[int, Numbers] = {}

    def __getitem__(self, number: int) -> Shape:
        return self._shapes[number]

    def number_of(self, shape: Shape) -> int:
        """The number of a shape, which is entered where it is new."""
        number = self._number_of.get(shape)
        if number is None:
            number = self._number_of[shape] = len(self._shapes)
            self._shapes.append(shape)
            if isinstance(shape, LoopShape):
                self.n_starts.append(sum([self.n_starts[item] for item in shape.body]))
                self.n_lines.append(sum([self.n_lines[item] for item in shape.body]))
            else:
                self.n_starts.append(1 + sum([len(slot) if isinstance(slot, tuple) else 1 for slot in shape.slots]))
                self.n_lines.append(1)
        return number

    def is_result(self, number: int) -> Numbers:
        """Which starts of an item of a shape are those of results."""
        known = self._is_result.get(number)
        if known is None:
            shape = self._shapes[number]
            if isinstance(shape, LoopShape):
                known = numpy.concatenate([self.is_result(item) for item in shape.body])
            else:
                known = numpy.arange(self.n_starts[number]) == self.n_starts[number] - 1
            self._is_result[number] = known
        return known
