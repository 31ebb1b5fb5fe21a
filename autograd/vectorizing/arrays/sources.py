"""Where the operands of groups come from: elements of the arrays of other groups, of parameters, and of captured constants."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy

from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, Literal
from autograd.vectorizing.arrays.array_graph import ArrayGraph
from autograd.vectorizing.arrays.views import View, find_view
from autograd.vectorizing.grouping.distinct import distinct
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.plans import ArrayLayout, Elements, Indices

Key: TypeAlias = Any
"""What has a gradient: the number of a group, ("block", number) for parameters, or "theta" if these are of several blocks."""


class Sources:
    """The arrays computed so far, and how operands are taken from them.

    Attributes:
        grouping, layout: the graph, and where its scalars stand.
        graph: what arrays are made in.
        arrays: those of the groups computed so far, by number.
        limits: for each input array how many rows its numbers choose from; None for plain numbers.
        theta: the vector of parameters.
    """

    def __init__(self, grouping: Grouping, layout: ArrayLayout, graph: ArrayGraph) -> None:
        self.grouping = grouping
        self.layout = layout
        self.graph = graph
        self.limits = index_limits(grouping, layout)
        self.theta = graph.make(op.GivenNumbers.THETA, shape=(len(layout.theta),))
        self._blocks = [graph.make(op.ParameterBlock(n), shape=block.shape) for n, block in enumerate(layout.blocks)]
        self._starts = numpy.array([block.offset for block in layout.blocks])
        self.arrays: dict[int, Any] = {}
        for group in grouping.groups:
            if group.input >= 0:
                self.arrays[group.number] = graph.make(
                    op.Input(group.input),
                    shape=layout.shapes[group.number],
                    batched=True,
                    kind="float" if self.limits[group.input] is None else "index",
                )

    def is_active(self, operand: Elements) -> bool:
        """Whether any element of an operand depends on parameters."""
        return any(self.grouping.groups[number].active for number, _ in operand.parts)

    def target(self, number: int, indices: Indices) -> tuple[Key, Array, View] | None:
        """The array that elements of a group are taken from, and how; None for constants."""
        if number == Grouping.CONSTANTS:
            return None
        if number == Grouping.PARAMETERS:
            n = int(numpy.searchsorted(self._starts, indices.min(), "right")) - 1
            block = self.layout.blocks[n]
            if indices.max() < block.offset + block.size:
                return ("block", n), self._blocks[n], find_view(indices - block.offset, block.shape)
            return "theta", self.theta, find_view(indices, self.theta.shape)
        return number, self.arrays[number], find_view(indices, self.layout.shapes[number])

    def fetch(self, operand: Elements) -> Any:
        """An operand as an array, or as a number if all its elements are the same constant."""
        parts = [self._fetch_part(number, indices) for number, indices in operand.parts]
        if len(parts) == 1:
            return parts[0]
        batched = any(isinstance(part, Array) and part.batched for part in parts)
        full = tuple(
            [self.graph.broadcast(part, indices.shape, batched) for part, (_, indices) in zip(parts, operand.parts, strict=True)]
        )
        return self.graph.make(op.Plain.CONCATENATE, full, shape=operand.shape, batched=batched)

    def _fetch_part(self, number: int, indices: Indices) -> Any:
        found = self.target(number, indices)
        if found is not None:
            _, array, view = found
            if array.operation is op.Plain.BROADCAST and not array.arrays:
                # What turned out to be the same number everywhere is that number to those who use it.
                return Literal(float(array.operands[0]), self.graph)  # type: ignore[arg-type]
            return self.graph.view(array, view)
        members = self.grouping.groups[Grouping.CONSTANTS].members
        different = distinct(indices)
        if len(different) == 1:
            return Literal(members[int(different[0])]._data, self.graph)  # type: ignore[union-attr]
        data = numpy.array([member._data for member in members])  # type: ignore[union-attr]
        return self.graph.constant(data[indices])

    def fetch_full(self, operand: Elements) -> Array:
        """An operand as an array without repeated axes left out."""
        fetched = self.fetch(operand)
        return self.graph.broadcast(fetched, operand.shape, isinstance(fetched, Array) and fetched.batched)

    def fetch_index(self, operand: Elements, length: int) -> Array:
        """An operand as indices of a sequence of a length."""
        fetched = self.fetch_full(operand)
        if fetched.kind == "index":
            return fetched
        return self.graph.make(op.FloatAsIndex(length), (fetched,), shape=fetched.shape, batched=fetched.batched, kind="index")


def index_limits(grouping: Grouping, layout: ArrayLayout) -> list[int | None]:
    """For each input array the number of rows its numbers choose from, if that is all they are used for."""
    inputs = {group.number: group.input for group in grouping.groups if group.input >= 0}
    limits: dict[int, set[int]] = {number: set() for number in inputs}
    roots = [grouping.loss, *(one for some in grouping.outputs.values() for one in some), *grouping.demands]
    plain: set[int] = {number for number, _ in roots}
    for plan in layout.plans:
        for place, operand in enumerate(plan.operands):
            for number, _ in operand.parts:
                if number in inputs:
                    if grouping.groups[plan.group].primitive == "pick" and place == 1:
                        rows = plan.operands[0].shape
                        limits[number].add(rows[0] if plan.kind == "look-up" else rows[-1])
                    else:
                        plain.add(number)
    return [next(iter(limits[number])) if len(limits[number]) == 1 and number not in plain else None for number in inputs]
