"""The forward pass of a laid-out graph: an array operation, or a few, for each group."""

from __future__ import annotations

from typing import Any

import numpy

from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays.array_graph import Array, ArrayGraph, Literal
from autograd.vectorizing.arrays.views import View, find_view
from autograd.vectorizing.grouping.distinct import distinct
from autograd.vectorizing.grouping.groups import Group, Grouping
from autograd.vectorizing.layout.plans import ArrayLayout, Elements, Indices, Plan

LOOK_UPS = ("look-up", "look-up by columns")
PRODUCTS = ("outer product", "row product")
BEATS = {"maximum of two": "greater", "minimum of two": "less"}


class Forward:
    """Computes the groups of a graph, operands first.

    Attributes:
        arrays: of the groups computed so far, by number.
        taken: what each group's operation took; the reverse pass needs it again.
        limits: for each input array how many rows its numbers choose from; None for plain numbers.
    """

    def __init__(self, grouping: Grouping, layout: ArrayLayout, graph: ArrayGraph) -> None:
        self.grouping = grouping
        self.layout = layout
        self.graph = graph
        self.limits = index_limits(grouping, layout)
        n_theta = len(layout.theta)
        self.theta = graph.make("theta", (), shape=(n_theta,))
        self.blocks = [graph.make("block", (), number, shape=block.shape) for number, block in enumerate(layout.blocks)]
        self._starts = numpy.array([block.offset for block in layout.blocks])
        self.arrays: dict[int, Any] = {}
        for group in grouping.groups:
            if group.input >= 0:
                kind = "float" if self.limits[group.input] is None else "index"
                self.arrays[group.number] = graph.make(
                    "input", (), group.input, shape=layout.shapes[group.number], batched=True, kind=kind
                )
        self.taken: dict[int, list[Any]] = {}

    def target(self, number: int, indices: Indices) -> tuple[Any, Array, View] | None:
        """The array that elements of a group are taken from, and how."""
        if number == Grouping.CONSTANTS:
            return None
        if number == Grouping.PARAMETERS:
            block = int(numpy.searchsorted(self._starts, indices.min(), "right")) - 1
            if indices.max() < self.layout.blocks[block].offset + self.layout.blocks[block].size:
                place = self.layout.blocks[block]
                return ("block", block), self.blocks[block], find_view(indices - place.offset, place.shape)
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
        return self.graph.make("concatenate", full, shape=operand.shape, batched=batched)

    def _fetch_part(self, number: int, indices: Indices) -> Any:
        found = self.target(number, indices)
        if found is not None:
            _, array, view = found
            if array.operation == "broadcast" and not isinstance(array.operands[0], Array):
                # What turned out to be the same number everywhere is that number to those who use it.
                return Literal(array.operands[0], self.graph)
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

    def forward(self, plan: Plan, group: Group) -> Any:
        """The array of a group."""
        graph = self.graph
        if plan.kind == "elementwise":
            operands = [self.fetch(operand) for operand in plan.operands]
            if group.primitive == "where":
                result = graph.choose(*operands)
            elif group.primitive in BEATS:
                a, b = operands
                # Of equal ones the first; a nan replaces nothing and is replaced by nothing.
                result = graph.choose(graph.elementwise(BEATS[group.primitive], b, a), b, a)
            elif graph.composite:
                result = graph.elementwise(group.primitive, *operands)
            else:
                result = TABLE[group.primitive].forward(graph, *operands)
            if isinstance(result, Array) and result.kind == "bool":
                result = graph.as_float(result)
            self.taken[plan.group] = [*operands, result]
            return result
        if plan.kind == "concatenation":
            return self.fetch(plan.operands[0])
        if plan.kind in PRODUCTS:
            left, right = (self.fetch_full(self._squeezed(operand, plan)) for operand in plan.operands)
            axes_left, axes_right, axes = self._axes(plan, left, right)
            self.taken[plan.group] = [left, right]
            return graph.contract(right, left, axes_right, axes_left, axes)
        if plan.kind in LOOK_UPS:
            table = self.fetch_full(plan.operands[0])
            if plan.kind == "look-up by columns":
                table = graph.view(table, View(table.shape[::-1], order=(1, 0)))
            index = self._index(plan.operands[1], table.shape[0])
            self.taken[plan.group] = [table, index]
            shape = (*index.shape, *table.shape[1:])
            result = graph.make("look up", (table, index), shape=shape, batched=index.batched)
            return graph.reshaped(result, plan.shape)
        return self._forward_rows(plan, group)

    def _forward_rows(self, plan: Plan, group: Group) -> Array:
        graph = self.graph
        if group.primitive == "total":
            axis = self._term_axis(plan)
            terms = self.fetch_full(with_axis_moved(plan.operands[0], axis))
            return graph.sum(terms, (axis,))
        rows = self.fetch_full(plan.operands[0])
        if plan.kind == "running":
            result = graph.make(group.primitive, (rows,), shape=plan.shape, batched=rows.batched)
            self.taken[plan.group] = [rows, result]
            return result
        if group.primitive == "pick":
            index = self._index(plan.operands[1], rows.shape[-1])
        elif group.primitive in ("maximum", "minimum", "argmax", "argmin"):
            name = {"maximum": "argmax", "minimum": "argmin"}.get(group.primitive, group.primitive)
            index = graph.make(name, (rows,), shape=plan.shape, batched=rows.batched, kind="index")
            if name == group.primitive:
                return graph.make("as number", (index,), shape=plan.shape, batched=rows.batched)
        else:
            result = graph.make(group.primitive, (rows,), shape=plan.shape, batched=rows.batched)
            self.taken[plan.group] = [rows, result]
            return result
        self.taken[plan.group] = [rows, index]
        return graph.make("choose", (rows, index), shape=plan.shape, batched=rows.batched or index.batched)

    def _index(self, operand: Elements, n_rows: int) -> Array:
        fetched = self.fetch_full(operand)
        if fetched.kind == "index":
            return fetched
        return self.graph.make("as index", (fetched,), n_rows, shape=fetched.shape, batched=fetched.batched, kind="index")

    def _term_axis(self, plan: Plan) -> int:
        """Where to put the axis of the terms so that the array that holds them need not be transposed."""
        rank = len(plan.shape)
        if len(plan.operands[0].parts) == 1:
            for axis in range(rank, -1, -1):
                number, indices = with_axis_moved(plan.operands[0], axis).parts[0]
                found = self.target(number, indices)
                if found is None or (found[2].order is None and found[2].gathered is None):
                    return axis
        return rank

    def _squeezed(self, operand: Elements, plan: Plan) -> Elements:
        """Rows of a product without axes of one row."""
        number, indices = operand.parts[0]
        shape = tuple([length for length in indices.shape[:-1] if length > 1])
        return Elements([(number, indices.reshape(*shape, indices.shape[-1]))])

    def _axes(self, plan: Plan, left: Array, right: Array) -> tuple[str, str, str]:
        if plan.kind == "row product":
            names = ["s", "s"] if plan.shape else ["", ""]
        else:
            of_left, of_right = (operand.parts[0][1].shape[:-1] for operand in plan.operands)
            stack = "k" if len(of_left) == 2 and of_left[0] > 1 else ""
            names = [stack + ("l" if of_left[-1] > 1 else ""), stack + ("r" if of_right[-1] > 1 else "")]
        prefix = ["m" if array.batched else "" for array in (left, right)]
        result = "".join(dict.fromkeys(max(prefix) + names[1] + names[0]))
        return prefix[0] + names[0] + "n", prefix[1] + names[1] + "n", result


def with_axis_moved(operand: Elements, axis: int) -> Elements:
    """The same elements with the last axis elsewhere."""
    return Elements([(number, numpy.moveaxis(indices, -1, axis)) for number, indices in operand.parts])


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
