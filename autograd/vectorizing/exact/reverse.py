"""The reverse pass of an exact program.

A gradient is the sum of its contributions in the order in which a backward pass over ``mean([f(*example) for example in batch])``
meets them: the last example first, and in each the youngest operation first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy

from autograd.engine import graph
from autograd.table.rules import Primitive, Summed
from autograd.vectorizing.exact.forward import ARITHMETIC, ForwardPass
from autograd.vectorizing.grouping.distinct import distinct
from autograd.vectorizing.grouping.groups import Group, Grouping

Numbers = Any  # numpy.ndarray

_Contribution: TypeAlias = tuple[Numbers, Numbers, Numbers, Numbers | None]
"""Which members of a group get something, what, what orders it among others, and where it is `graph.OFF` (None: nowhere)."""


class _Scalar:
    """As much of a Value as a rule's compiled form reads."""

    __slots__ = ("_data", "_first", "_second", "primitive")

    _first: Any
    _second: Any
    primitive: Any

    def __init__(self, data: float) -> None:
        self._data = data


class ReversePass:
    """Computes gradients from what a forward pass left."""

    def __init__(self, grouping: Grouping, forward: ForwardPass) -> None:
        self._grouping = grouping
        self._forward = forward
        self._slots = forward.slots
        self._ticks = {
            group.number: numpy.array([member._tick for member in group.members if member is not None])
            for group in grouping.groups
            if group.slots
        }

    def gradient(self, data: dict[int, Numbers], m: int) -> Numbers:
        """The gradient of the mean loss of m examples.

        Args:
            data: the numbers of each group.
        """
        contributions: dict[int, list[_Contribution]] = {group.number: [] for group in self._grouping.groups}
        number, position = self._grouping.loss
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
        return gradient

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
        """Give the operands of some members of a group their contributions.

        Args:
            off: which adjoints are `graph.OFF`.
        """
        slots = self._slots[group.number]
        operands = [self._forward.operands(slot, data)[:, members] for slot in slots]
        results = data[group.number][:, members]
        age = -self._ticks[group.number][members].astype(float)
        left_out: list[Numbers] | None = None
        primitive = self._forward.primitives[group.number]
        if group.primitive in ARITHMETIC:
            downstream = [adjoint * local for local in primitive.local_derivatives(None, operands, results)]
        elif isinstance(primitive, Summed):
            each_term = primitive.term_derivatives(None, *operands, results[:, :, None])
            downstream = [numpy.broadcast_to(adjoint[:, :, None] * local, operands[0].shape) for local in each_term]
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
        primitive: Primitive,
        operands: Sequence[Numbers],
        results: Numbers,
        adjoint: Numbers,
        off: Numbers | None,
    ) -> tuple[list[Numbers], list[Numbers] | None]:
        rows = self._forward.as_rows(group, operands)
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
        """What the rules gave for each operand of each member, slot by slot."""
        flat = each.reshape(*adjoint.shape, -1)
        split: list[Numbers] = []
        start = 0
        for slot in self._slots[group.number]:
            split.append(flat[:, :, start : start + slot.length] if slot.many else flat[:, :, start])
            start += slot.length
        return split


def _node(primitive: Any, row: tuple[Any, ...], result: float) -> Any:
    node = _Scalar(result)
    node.primitive = primitive
    groups = [tuple(map(_Scalar, group)) if isinstance(group, tuple) else _Scalar(group) for group in row]
    node._first = groups[0]
    node._second = groups[1] if len(groups) > 1 else None
    return node


def _contributions(node: Any, upstream: float) -> Any:
    if upstream is graph.OFF or node.primitive.arity not in (1, 2):
        return graph.contributions(node, upstream)
    return [(None, pull(node, upstream)) for pull in node.primitive.pulls]


def _joined(parts: list[_Contribution]) -> tuple[Numbers, Numbers, Numbers, Numbers | None]:
    """All contributions by target, then with the youngest operation first, then in the order of operands; and their ranks.

    The last array says which contributions are `graph.OFF`; it is None if none of them is.
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
    """The members that have a gradient, their gradients for each example, and where nothing but `graph.OFF` has arrived."""
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
    """Add up the gradients of parameters, with the contributions of the last example first."""
    positions, numbers, rank, _ = _joined(parts)
    for example in range(m - 1, -1, -1):
        for step in range(int(rank.max()) + 1):
            chosen = rank == step
            if step == 0 and example == m - 1:
                gradient[positions[chosen]] = numbers[example, chosen]
            else:
                gradient[positions[chosen]] += numbers[example, chosen]
