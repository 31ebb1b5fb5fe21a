"""Groups whose members are computed from sequences: an array operation each, with the way its gradient takes back beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy

from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.adjoints import Adjoint, Adjoints, is_one_number
from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.sources import Sources
from autograd.vectorizing.arrays.views import View
from autograd.vectorizing.grouping.groups import Group
from autograd.vectorizing.layout.layout import Operand, Plan


class Rows:
    """What groups of sequences have in common: how their gradient is brought into the shape of their result."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        self.plan = plan
        self.batched = group.batched
        self.sources = sources
        self.graph = sources.graph

    def shared(self, upstream: Adjoint, taken: Sequence[Array]) -> Adjoint:
        """The gradient of an operation on arrays, summed over the examples if the operation turned out to be one for all.

        That is so where what the examples differ in was found to be the same number in all of them.
        """
        if self.batched and not any(array.batched for array in taken):
            self.batched = False
            return self.graph.sum(self.graph.broadcast(upstream, self.plan.shape, True), (), over_examples=True)
        return upstream

    def in_full(self, adjoint: Adjoint) -> Array:
        """A gradient in the shape of the result."""
        return self.graph.broadcast(adjoint, self.plan.shape, self.batched)

    def in_full_or_one_number(self, adjoint: Adjoint) -> Adjoint:
        """A gradient in the shape of the result, unless it is one number."""
        return adjoint if is_one_number(adjoint) else self.in_full(adjoint)


class Total:
    """Sums of the elements of sequences, whose derivatives are 1."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        self._rows = Rows(plan, group, sources)
        self._axis = _term_axis(plan, sources)
        self._terms = _with_axis_moved(plan.operands[0], self._axis)
        self.result = sources.graph.sum(sources.fetch_full(self._terms), (self._axis,))

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Give each term the gradient of its sum."""
        full = self._rows.in_full_or_one_number(upstream)
        each = full if is_one_number(upstream) else self._rows.graph.expanded(full, (self._axis,))
        adjoints.push(self._terms, each, self._rows.batched)


class Products:
    """Dot products as a product of matrices, or of rows with rows: the derivative by one factor is the other."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        self._rows = Rows(plan, group, sources)
        self._operands = [_without_single_rows(operand) for operand in plan.operands]
        self._left, self._right = (sources.fetch_full(operand) for operand in self._operands)
        self._axes = _axes_of_product(plan, self._left, self._right)
        axes_left, axes_right, axes = self._axes
        self.result = sources.graph.contract(self._right, self._left, axes_right, axes_left, axes)

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Give each factor the product of the gradient with the other."""
        rows, left, right = self._rows, self._left, self._right
        full = rows.in_full(rows.shared(upstream, [left, right]))
        axes_left, axes_right, axes = self._axes
        if rows.sources.is_active(self._operands[0]):
            product = rows.graph.contract(full, right, axes, axes_right, axes_left)
            adjoints.push(self._operands[0], product, left.batched)
        if rows.sources.is_active(self._operands[1]):
            product = rows.graph.contract(full, left, axes, axes_left, axes_right)
            adjoints.push(self._operands[1], product, right.batched)


class LookUp:
    """Rows of a table that indices choose; the table may be given by columns."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        self._rows = Rows(plan, group, sources)
        self._by_columns = plan.kind == "look-up by columns"
        graph = sources.graph
        table = sources.fetch_full(plan.operands[0])
        self._table = graph.view(table, View(table.shape[::-1], order=(1, 0))) if self._by_columns else table
        self._index = sources.fetch_index(plan.operands[1], self._table.shape[0])
        self._shape = (*self._index.shape, *self._table.shape[1:])
        rows = graph.make(op.LookUp(), (self._table, self._index), shape=self._shape, batched=self._index.batched)
        self.result = graph.reshaped(rows, plan.shape)

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Add the gradient to the rows that were chosen."""
        rows, graph, table = self._rows, self._rows.graph, self._table
        upstream = rows.shared(upstream, [table, self._index])
        operand = rows.plan.operands[0]
        if not rows.sources.is_active(operand):
            return
        gradient = graph.reshaped(rows.in_full(upstream), self._shape)
        if self._by_columns:
            added = adjoints.chosen("rows", self._index, gradient, table.shape, False)
            adjoints.push(operand, graph.view(added, View(table.shape[::-1], order=(1, 0))), False)
        else:
            adjoints.push_indexed("rows", operand, self._index, gradient, False)


class Choice:
    """One element of each row: at a given position, or the largest or smallest. The others take no part in the gradient."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        self._rows = Rows(plan, group, sources)
        graph = sources.graph
        self._from = rows = sources.fetch_full(plan.operands[0])
        if group.primitive == "pick":
            self._index = sources.fetch_index(plan.operands[1], rows.shape[-1])
        else:
            self._index = _place_of_extreme(plan, rows, "argmax" if group.primitive == "maximum" else "argmin", sources)
        batched = rows.batched or self._index.batched
        self.result = graph.make(op.Choose(), (rows, self._index), shape=plan.shape, batched=batched)

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Add the gradient to the elements that were chosen."""
        rows = self._rows
        full = rows.in_full_or_one_number(rows.shared(upstream, [self._from, self._index]))
        if rows.sources.is_active(rows.plan.operands[0]):
            adjoints.push_indexed("choice", rows.plan.operands[0], self._index, full, self._from.batched)


class PlaceOfExtreme:
    """The position of the largest or smallest element of each row."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        rows = sources.fetch_full(plan.operands[0])
        index = _place_of_extreme(plan, rows, "argmax" if group.primitive == "argmax" else "argmin", sources)
        self.result = sources.graph.make(op.IndexAsFloat(), (index,), shape=plan.shape, batched=rows.batched)

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Pass nothing on: a position has the derivative 0."""


class RunningGroup:
    """The chain of sums or products of the elements of a sequence up to each."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        self._rows = Rows(plan, group, sources)
        self._name: Literal["sum", "product"] = "sum" if group.primitive == "running sum" else "product"
        self._elements = rows = sources.fetch_full(plan.operands[0])
        self.result = sources.graph.make(op.Running(self._name), (rows,), shape=plan.shape, batched=rows.batched)

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Give each element the gradients of all results that it is in."""
        needed = [] if self._name == "sum" else [self._elements, self.result]
        operands = tuple([self._rows.in_full(one) for one in (upstream, *needed)])
        gradient = self._rows.graph.make(
            op.RunningGradient(self._name), operands, shape=self._rows.plan.shape, batched=self._rows.batched
        )
        adjoints.push(self._rows.plan.operands[0], gradient, self._rows.batched)


class LogSumExp:
    """A function of whole rows, whose derivative is read off the table."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        self._rows = Rows(plan, group, sources)
        self._elements = rows = sources.fetch_full(plan.operands[0])
        self.result = sources.graph.make(op.OfRows("logsumexp"), (rows,), shape=plan.shape, batched=rows.batched)

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Give each element upstream × local derivative."""
        rows, graph = self._rows, self._rows.graph
        upstream = rows.shared(upstream, [self._elements])
        full = rows.in_full_or_one_number(upstream)
        derivative = TABLE["logsumexp"].derivatives(graph, self._elements, self.result)
        each = full if is_one_number(upstream) else graph.expanded(full, (len(rows.plan.shape),))
        adjoints.push(rows.plan.operands[0], graph.elementwise("multiply", derivative, each), rows.batched)


class BySequenceRule:
    """Any other primitive of one sequence: its rules are read with the elements of the sequences as arrays."""

    def __init__(self, plan: Plan, group: Group, sources: Sources) -> None:
        self._rows = Rows(plan, group, sources)
        self._primitive = TABLE[group.primitive]
        rows = sources.fetch_full(plan.operands[0])
        before = (None,) * len(plan.shape)
        views = [View(plan.shape, slices=(*before, k), whole=False) for k in range(rows.shape[-1])]
        self._elements = [sources.graph.view(rows, view) for view in views]
        self.result = sources.graph.as_float(self._primitive.forward(sources.graph, self._elements))

    def reverse(self, upstream: Adjoint, adjoints: Adjoints) -> None:
        """Give each element upstream × local derivative."""
        rows, graph = self._rows, self._rows.graph
        derivatives = self._primitive.local_derivatives(graph, [self._elements], self.result)
        shares = [graph.elementwise("multiply", upstream, derivative) for derivative in derivatives]
        shape = (*rows.plan.shape, 1)
        parts = tuple([graph.reshaped(rows.in_full(share), shape) for share in shares])
        joined = graph.make(op.Concatenate(), parts, shape=rows.plan.operands[0].shape, batched=rows.batched)
        adjoints.push(rows.plan.operands[0], joined, rows.batched)


def _place_of_extreme(plan: Plan, rows: Array, name: Literal["argmax", "argmin"], sources: Sources) -> Array:
    return sources.graph.make(op.OfRows(name), (rows,), shape=plan.shape, batched=rows.batched, kind="index")


def _with_axis_moved(operand: Operand, axis: int) -> Operand:
    """The same elements with the last axis elsewhere."""
    return Operand([(number, numpy.moveaxis(indices, -1, axis)) for number, indices in operand.parts])


def _term_axis(plan: Plan, sources: Sources) -> int:
    """Where to put the axis of the terms so that the array that holds them need not be transposed."""
    rank = len(plan.shape)
    if len(plan.operands[0].parts) == 1:
        for axis in range(rank, -1, -1):
            number, indices = _with_axis_moved(plan.operands[0], axis).parts[0]
            found = sources.target(number, indices)
            if found is None or (found[2].order is None and found[2].gathered is None):
                return axis
    return rank


def _without_single_rows(operand: Operand) -> Operand:
    """The rows of a product without axes of one row."""
    number, indices = operand.parts[0]
    shape = tuple([length for length in indices.shape[:-1] if length > 1])
    return Operand([(number, indices.reshape(*shape, indices.shape[-1]))])


def _axes_of_product(plan: Plan, left: Array, right: Array) -> tuple[str, str, str]:
    """The axes of the left and the right factor and of the product, in letters."""
    if plan.kind == "row product":
        names = ["s", "s"] if plan.shape else ["", ""]
    else:
        of_left, of_right = (operand.parts[0][1].shape[:-1] for operand in plan.operands)
        stack = "k" if len(of_left) == 2 and of_left[0] > 1 else ""
        names = [stack + ("l" if of_left[-1] > 1 else ""), stack + ("r" if of_right[-1] > 1 else "")]
    prefix = ["m" if array.batched else "" for array in (left, right)]
    result = "".join(dict.fromkeys(max(prefix) + names[1] + names[0]))
    return prefix[0] + names[0] + "n", prefix[1] + names[1] + "n", result
