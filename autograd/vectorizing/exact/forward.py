"""The forward pass of an exact program: the groups of a graph, interpreted one after the other.

Additions and multiplications of arrays give the bits that those of floats give; other functions are applied element by element
by the very functions of the eager engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy

from autograd.table.primitives import TABLE
from autograd.table.rules import Summed
from autograd.vectorizing.grouping.groups import Group, Grouping, Operands, Rows
from autograd.vectorizing.run.runtime import UnmetDemandError

Numbers = Any  # numpy.ndarray

# Their rules are arithmetic and nothing else, so that the table's own lines can be read on arrays.
ARITHMETIC = ("add", "subtract", "multiply")
_OF_TWO = {"maximum of two": "maximum", "minimum of two": "minimum"}


@dataclass
class Slot:
    """The operands of a group in one slot: one of each member, or a sequence of each member.

    Attributes:
        parts: groups, positions in them, and the places in the sequence; a single part where each member has one operand.
        many: whether the slot holds sequences.
        length: the length of the sequences.
    """

    parts: list[tuple[int, Numbers, slice]]
    many: bool
    length: int


class ForwardPass:
    """Interprets groups.

    Attributes:
        slots: the operands of each group, by its number.
        primitives: what computes each group, by its number.
    """

    def __init__(self, grouping: Grouping) -> None:
        self._grouping = grouping
        computed = [group for group in grouping.groups if group.slots]
        self.slots = {group.number: [_slot_of(slot) for slot in group.slots] for group in computed}
        self.primitives = {group.number: TABLE[_OF_TWO.get(group.primitive, group.primitive)] for group in computed}
        constants = grouping.groups[Grouping.CONSTANTS].members
        self._constants = numpy.array([member._data for member in constants if member is not None])

    def run(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> dict[int, Numbers]:
        """The numbers of each group: an array (examples, members)."""
        data: dict[int, Numbers] = {}
        for group in self._grouping.groups:
            if group.number == Grouping.PARAMETERS:
                data[group.number] = numpy.broadcast_to(theta[: len(group.members)], (m, len(group.members)))
            elif group.number == Grouping.CONSTANTS:
                data[group.number] = numpy.broadcast_to(self._constants, (m, len(self._constants)))
            elif group.input >= 0:
                data[group.number] = arrays[group.input].reshape(m, -1)
            else:
                data[group.number] = self._computed(group, data, m)
        for demand, (number, position) in enumerate(self._grouping.demands):
            unmet = numpy.flatnonzero(~(numpy.abs(data[number][:, position]) > 0.0))
            if len(unmet):
                raise UnmetDemandError((demand,), int(unmet[0]))
        return data

    def operands(self, slot: Slot, data: dict[int, Numbers]) -> Numbers:
        """An array (m, members), or (m, members, length of the sequences)."""
        if not slot.many:
            number, positions, _ = slot.parts[0]
            return data[number][:, positions]
        return numpy.concatenate([data[number][:, positions] for number, positions, _ in slot.parts], axis=2)

    def _computed(self, group: Group, data: dict[int, Numbers], m: int) -> Numbers:
        operands = [self.operands(slot, data) for slot in self.slots[group.number]]
        primitive = self.primitives[group.number]
        if group.primitive in ARITHMETIC:
            return primitive.forward(None, *operands)
        if isinstance(primitive, Summed):
            # Adds from left to right, as its name promises; −0.0 is where the eager engine starts.
            return -0.0 + numpy.add.accumulate(primitive.term(None, *operands), axis=2)[:, :, -1]
        # Of each member: some may be of a recorded derivative, which gives inf or nan where others raise.
        calculates = cycle([member.primitive.calculate for member in group.members if member is not None])
        rows = self.as_rows(group, operands)
        results = [calculate(*row) for calculate, row in zip(calculates, rows, strict=False)]
        return numpy.array(results).reshape(m, len(group.members))

    def as_rows(self, group: Group, operands: Sequence[Numbers]) -> list[tuple[Any, ...]]:
        """The operand groups of each member of each example, as the rules take them."""
        flat = [
            [tuple(row) for row in array.reshape(-1, array.shape[2]).tolist()] if slot.many else array.ravel().tolist()
            for slot, array in zip(self.slots[group.number], operands, strict=True)
        ]
        rows = list(zip(*flat, strict=True))
        return [(row,) for row in rows] if group.primitive in ("where", *_OF_TWO) else rows


def _slot_of(slot: Operands | Rows) -> Slot:
    if isinstance(slot, Operands):
        return Slot([(slot.group, numpy.array(slot.position, numpy.intp), slice(0, 1))], False, 1)
    matrix = slot.matrix()[slot.position]
    return Slot([(number, matrix[:, span], span) for number, span in slot.spans()], True, slot.length)
