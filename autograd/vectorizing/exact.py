"""Exact programs: groups of scalars computed for all examples at once, with every sum in the order of the eager engine.

Additions and multiplications of arrays give the bits that those of floats give; other functions are applied element by
element by the very functions of the eager engine. A gradient is the sum of its contributions in the order in which a
backward pass over ``mean([f(*example) for example in batch])`` meets them: the last example first, and in each the youngest
operation first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, cycle
from typing import Any

import numpy

from autograd.engine import graph
from autograd.table.primitives import TABLE
from autograd.vectorizing.grouping.distinct import distinct
from autograd.vectorizing.grouping.groups import Group, Grouping, Located, Operands, Rows
from autograd.vectorizing.run.runtime import UnmetDemandError

Numbers = Any  # numpy.ndarray
# Which members of a group get something, what, what orders it among others, and where it is `graph.OFF` (None: nowhere).
_Contribution = tuple[Numbers, Numbers, Numbers, Numbers | None]

_AS_ARRAYS = {"add": numpy.add, "subtract": numpy.subtract, "multiply": numpy.multiply}


class _Node:
    """As much of a Value as a rule's compiled form reads."""

    __slots__ = ("_data", "_first", "_second", "primitive")

    _first: Any
    _second: Any
    primitive: Any

    def __init__(self, data: float) -> None:
        self._data = data


@dataclass
class _Slot:
    """The operands of a group in one slot: for each member, or for each member and place in its sequence.

    Attributes:
        parts: groups, positions in them, and the places in the sequence; for one operand a member, one part.
        many: whether the slot holds sequences.
        length: of the sequences.
    """

    parts: list[tuple[int, Numbers, slice]]
    many: bool
    length: int


class ExactProgram:
    """An interpreter of groups."""

    def __init__(self, grouping: Grouping) -> None:
        self._grouping = grouping
        self._slots = {group.number: [_slot_of(slot) for slot in group.slots] for group in grouping.groups}
        self._ticks = {
            group.number: numpy.array([member._tick for member in group.members if member is not None])
            for group in grouping.groups
            if group.slots
        }
        self._constants = numpy.array(
            [member._data for member in grouping.groups[Grouping.CONSTANTS].members if member is not None]
        )
        self._primitives = {
            group.number: TABLE[_NAMES.get(group.primitive, group.primitive)] for group in grouping.groups if group.slots
        }

    @property
    def source(self) -> str:
        """A description: an exact program is interpreted, group by group."""
        lines = ["# An exact program is not emitted as statements: these groups are computed one after the other."]
        for group in self._grouping.groups:
            operands = ", ".join(f"group {number}" for number in group.operand_groups())
            lines.append(
                f"# group {group.number}: {len(group.members)} × {group.primitive}" + (f" of {operands}" if operands else "")
            )
        return "\n".join(lines) + "\n"

    # ------------------------------------------------------------------------------------------------- forward

    def losses(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> Numbers:
        """The loss of each example."""
        number, position = self._grouping.loss
        return self._forward(theta, arrays, m)[number][:, position].copy()

    def outputs(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> dict[str, Numbers]:
        """The named outputs of each example."""
        data = self._forward(theta, arrays, m)

        def taken(located: list[Located]) -> Numbers:
            return numpy.stack([data[number][:, position] for number, position in located], axis=1)

        return {name: taken(located) for name, located in self._grouping.outputs.items()}

    def _forward(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> dict[int, Numbers]:
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

    def _operands(self, slot: _Slot, data: dict[int, Numbers]) -> Numbers:
        """An array (m, members), or (m, members, length of the sequences)."""
        if not slot.many:
            number, positions, _ = slot.parts[0]
            return data[number][:, positions]
        return numpy.concatenate([data[number][:, positions] for number, positions, _ in slot.parts], axis=2)

    def _computed(self, group: Group, data: dict[int, Numbers], m: int) -> Numbers:
        operands = [self._operands(slot, data) for slot in self._slots[group.number]]
        if group.primitive in _AS_ARRAYS:
            return _AS_ARRAYS[group.primitive](*operands)
        if group.primitive in ("dot", "total"):
            terms = operands[0] * operands[1] if group.primitive == "dot" else operands[0]
            # Adds from left to right, as its name promises; −0.0 is where the eager engine starts.
            return -0.0 + numpy.add.accumulate(terms, axis=2)[:, :, -1]
        # Of each member: some may be of a recorded derivative, which gives inf or nan where others raise.
        calculates = cycle([member.primitive.calculate for member in group.members if member is not None])
        rows = self._as_rows(group, operands)
        results = [calculate(*row) for calculate, row in zip(calculates, rows, strict=False)]
        return numpy.array(results).reshape(m, len(group.members))

    def _as_rows(self, group: Group, operands: Sequence[Numbers]) -> list[tuple[Any, ...]]:
        """The operand groups of each member of each example, as the rules take them."""
        flat = [
            [tuple(row) for row in array.reshape(-1, array.shape[2]).tolist()] if slot.many else array.ravel().tolist()
            for slot, array in zip(self._slots[group.number], operands, strict=True)
        ]
        rows = list(zip(*flat, strict=True))
        return [(row,) for row in rows] if group.primitive in ("where", *_NAMES) else rows

    # ------------------------------------------------------------------------------------------------ backward

    def value_and_grad(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> tuple[float, Numbers]:
        """The mean loss and its gradient."""
        data = self._forward(theta, arrays, m)
        number, position = self._grouping.loss
        losses = data[number][:, position]
        value = float((-0.0 + numpy.add.accumulate(losses)[-1]) / m)
        contributions: dict[int, list[_Contribution]] = {group.number: [] for group in self._grouping.groups}
        weight = numpy.full((m, 1), 1.0 / m)
        # The mean is younger than everything, so what it contributes comes first.
        contributions[number].append((numpy.array([position]), weight, numpy.array([[-numpy.inf], [0.0]]), None))
        for group in reversed(self._grouping.groups):
            if group.slots and contributions[group.number]:
                positions, adjoint, off = _summed(contributions[group.number], m, len(group.members))
                self._reverse(group, positions, adjoint, off, data, contributions, m)
        gradient = numpy.zeros(len(self._grouping.groups[Grouping.PARAMETERS].members))
        if contributions[Grouping.PARAMETERS]:
            _sum_over_examples(contributions[Grouping.PARAMETERS], m, gradient)
        return value, gradient

    def _reverse(
        self,
        group: Group,
        members: Numbers,
        adjoint: Numbers,
        off: Numbers | None,
        data: dict[int, Numbers],
        contributions: dict[int, Any],
        m: int,
    ) -> None:
        """Give the operands of some members of a group their contributions; `off` says which adjoints are `graph.OFF`."""
        slots = self._slots[group.number]
        operands = [self._operands(slot, data)[:, members] for slot in slots]
        results = data[group.number][:, members]
        age = -self._ticks[group.number][members].astype(float)
        primitive = self._primitives[group.number]
        left_out: list[Numbers] | None = None
        if group.primitive == "dot":
            downstream = [adjoint[:, :, None] * operands[1], adjoint[:, :, None] * operands[0]]
        elif group.primitive == "total":
            downstream = [numpy.repeat(adjoint[:, :, None], slots[0].length, axis=2)]
        elif group.primitive == "multiply":
            downstream = [adjoint * operands[1], adjoint * operands[0]]
        elif group.primitive in ("add", "subtract"):
            downstream = [adjoint, adjoint if group.primitive == "add" else -adjoint]
        else:
            downstream, left_out = self._by_rules(group, primitive, operands, results, adjoint, off)
        if off is not None and left_out is None:
            left_out = [
                numpy.broadcast_to(off[:, :, None] if slot.many else off, n.shape)
                for slot, n in zip(slots, downstream, strict=True)
            ]
            downstream = [numpy.where(left, 0.0, numbers) for left, numbers in zip(left_out, downstream, strict=True)]
        n_slots = len(slots)
        for place, (slot, numbers) in enumerate(zip(slots, downstream, strict=True)):
            left_of_slot = None if left_out is None else left_out[place]
            start = place
            for target, positions, places in slot.parts:
                if not self._grouping.groups[target].active and target != Grouping.PARAMETERS:
                    continue
                if slot.many:
                    part = numbers[:, :, places]
                    # A dot product's operands alternate; other sequences stand one behind the other.
                    order = (
                        numpy.arange(slot.length)[places] * n_slots + start
                        if group.primitive == "dot"
                        else numpy.arange(slot.length)[places]
                    )
                    keys = numpy.stack([numpy.repeat(age, part.shape[2]), numpy.tile(order, len(members)).astype(float)])
                    left = None if left_of_slot is None else left_of_slot[:, :, places].reshape(m, -1)
                    contributions[target].append((positions[members].ravel(), part.reshape(m, -1), keys, left))
                else:
                    after = sum(other.length for other in slots[:place])
                    keys = numpy.stack([age, numpy.full(len(members), float(after))])
                    contributions[target].append((positions[members], numbers, keys, left_of_slot))

    def _by_rules(
        self,
        group: Group,
        primitive: Any,
        operands: Sequence[Numbers],
        results: Numbers,
        adjoint: Numbers,
        off: Numbers | None,
    ) -> tuple[list[Numbers], list[Numbers] | None]:
        rows = self._as_rows(group, operands)
        upstreams = adjoint.ravel().tolist()
        if off is not None:
            upstreams = [graph.OFF if left else upstream for left, upstream in zip(off.ravel(), upstreams, strict=True)]
        each: list[list[float]] = []
        for row, result, upstream in zip(rows, results.ravel().tolist(), upstreams, strict=True):
            node = _node(primitive, row, result)
            contributed = [number for _, number in _contributions(node, upstream)]
            each.append(contributed)
        if off is None and not primitive.selects:
            return self._split(group, numpy.array(each, float), adjoint), None
        left_out = numpy.array([[number is graph.OFF for number in contributed] for contributed in each])
        return self._split(group, numpy.array(each, float), adjoint), self._split(group, left_out, adjoint)

    def _split(self, group: Group, each: Numbers, adjoint: Numbers) -> list[Numbers]:
        """What the rules gave for each operand of each member, by slots."""
        flat = each.reshape(*adjoint.shape, -1)
        split: list[Numbers] = []
        start = 0
        for slot in self._slots[group.number]:
            split.append(flat[:, :, start : start + slot.length] if slot.many else flat[:, :, start])
            start += slot.length
        return split


_NAMES = {"maximum of two": "maximum", "minimum of two": "minimum"}


def _slot_of(slot: Operands | Rows) -> _Slot:
    if isinstance(slot, Operands):
        return _Slot([(slot.group, numpy.array(slot.position, numpy.intp), slice(0, 1))], False, 1)
    matrix = numpy.fromiter(chain.from_iterable(slot.number_of), numpy.intp).reshape(len(slot.number_of), slot.length)[
        slot.position
    ]
    parts = []
    start = 0
    for number, length in slot.runs:
        parts.append((number, matrix[:, start : start + length], slice(start, start + length)))
        start += length
    return _Slot(parts, True, slot.length)


def _node(primitive: Any, row: tuple[Any, ...], result: float) -> Any:
    node = _Node(result)
    node.primitive = primitive
    groups = [tuple(map(_Node, group)) if isinstance(group, tuple) else _Node(group) for group in row]
    node._first = groups[0]
    node._second = groups[1] if len(groups) > 1 else None
    return node


def _contributions(node: Any, upstream: float) -> Any:
    if upstream is graph.OFF or node.primitive.arity not in (1, 2):
        return graph.contributions(node, upstream)
    return [(None, pull(node, upstream)) for pull in node.primitive.pulls]


def _joined(parts: list[_Contribution]) -> tuple[Numbers, Numbers, Numbers, Numbers | None]:
    """All contributions in order: by target, then the youngest operation first, then in operand order; and each one's rank.

    The last array says which contributions are `graph.OFF`; None if none is.
    """
    positions = numpy.concatenate([part[0] for part in parts])
    numbers = numpy.concatenate([part[1] for part in parts], axis=1)
    keys = numpy.concatenate([part[2] for part in parts], axis=1)
    order = numpy.lexsort((keys[1], keys[0], positions))
    positions, numbers = positions[order], numbers[:, order]
    first = numpy.flatnonzero(numpy.concatenate([[True], positions[1:] != positions[:-1]]))
    rank = numpy.arange(len(positions)) - numpy.repeat(first, numpy.diff(numpy.append(first, len(positions))))
    if all(part[3] is None for part in parts):
        return positions, numbers, rank, None
    left_out = [numpy.zeros(part[1].shape, bool) if part[3] is None else part[3] for part in parts]
    return positions, numbers, rank, numpy.concatenate(left_out, axis=1)[:, order]


def _summed(parts: list[_Contribution], m: int, size: int) -> tuple[Numbers, Numbers, Numbers | None]:
    """The members that have a gradient, and it, for each example; and where nothing but `graph.OFF` has arrived, if anywhere."""
    positions, numbers, rank, left_out = _joined(parts)
    total = numpy.zeros((m, size))
    off = None if left_out is None else numpy.ones((m, size), bool)
    for step in range(int(rank.max()) + 1):
        chosen = rank == step
        if step == 0:
            total[:, positions[chosen]] = numbers[:, chosen]
        else:
            total[:, positions[chosen]] += numbers[:, chosen]
        if off is not None and left_out is not None:
            off[:, positions[chosen]] &= left_out[:, chosen]
    members = distinct(positions)
    return members, total[:, members], None if off is None else off[:, members]


def _sum_over_examples(parts: list[_Contribution], m: int, gradient: Numbers) -> None:
    """The gradients of parameters: contributions of the last example first."""
    positions, numbers, rank, _ = _joined(parts)
    for example in range(m - 1, -1, -1):
        for step in range(int(rank.max()) + 1):
            chosen = rank == step
            if step == 0 and example == m - 1:
                gradient[positions[chosen]] = numbers[example, chosen]
            else:
                gradient[positions[chosen]] += numbers[example, chosen]
