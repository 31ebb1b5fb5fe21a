"""Layout: an order for the members of each group in which operands are whole arrays, slices and transposes, not gathers.

Groups are laid out operands first. The members of a dot product stand in the order (right row, left row), so that they are a
matrix product, and those of an elementwise group in the order of their first operand. The terms of a sum stand in the order of
the arrays that they are taken from. Parameters are placed in the vector θ by first use, so that what a product takes as a matrix
is one contiguous block.
"""

from __future__ import annotations

from itertools import chain
from math import prod

import numpy

from autograd.vectorizing.grouping.distinct import are_distinct, first_mentions, numbered
from autograd.vectorizing.grouping.groups import Group, Grouping, Rows
from autograd.vectorizing.grouping.running import RUNNING
from autograd.vectorizing.layout.axes import breaks, gathered, shape_with, without_ones
from autograd.vectorizing.layout.plans import ArrayLayout, Block, Elements, Indices, Plan, Shape
from autograd.vectorizing.layout.products import find_product

# Functions of a row whose result doesn't depend on the order of its elements.
_ORDER_FREE = ("total", "logsumexp")


def lay_out(grouping: Grouping, input_shapes: list[Shape]) -> ArrayLayout:
    """Order the members of all groups and the parameters."""
    maker = _Maker(grouping, input_shapes)
    for group in grouping.groups:
        if group.slots:
            maker.plan(group)
    located = [grouping.loss, *chain.from_iterable(grouping.outputs.values()), *grouping.demands]
    parameters = [position for number, position in located if number == Grouping.PARAMETERS]
    maker.place(numpy.array(parameters, numpy.intp))
    return maker.layout


class _Maker:
    def __init__(self, grouping: Grouping, input_shapes: list[Shape]) -> None:
        self.grouping = grouping
        self.layout = ArrayLayout()
        self.ranks = self.layout.ranks
        self.shapes = self.layout.shapes
        n_parameters = len(grouping.groups[Grouping.PARAMETERS].members)
        self.ranks[Grouping.PARAMETERS] = numpy.full(n_parameters, -1, numpy.intp)
        self.ranks[Grouping.CONSTANTS] = numpy.arange(len(grouping.groups[Grouping.CONSTANTS].members))
        for group in grouping.groups:
            if group.input >= 0:
                self.ranks[group.number] = numpy.arange(len(group.members))
                self.shapes[group.number] = input_shapes[group.input]

    # ------------------------------------------------------------------------------------------ parameters

    def place(self, members: Indices, shape: Shape | None = None) -> None:
        """Give those parameters that have no place yet the next places in θ, in the order of first mention."""
        rank = self.ranks[Grouping.PARAMETERS]
        flat = members.ravel()
        new = flat[rank[flat] < 0]
        if not len(new):
            return
        if not are_distinct(new):
            new = first_mentions(new)
        if len(new) < len(flat) or shape is None:
            shape = (len(new),)
        offset = len(self.layout.theta)
        rank[new] = numpy.arange(offset, offset + len(new))
        self.layout.theta += new.tolist()
        self.layout.blocks.append(Block(offset, without_ones(shape)))

    def _ranked(self, number: int, positions: Indices, shape: Shape | None = None) -> Indices:
        if number == Grouping.PARAMETERS:
            self.place(positions, positions.shape if shape is None else shape)
        return self.ranks[number][positions]

    # ---------------------------------------------------------------------------------------------- groups

    def plan(self, group: Group) -> None:
        """Lay out one group."""
        if group.primitive == "dot":
            self._plan_dot(group)
        elif group.primitive == "pick":
            self._plan_pick(group)
        elif group.primitive == "concatenation":
            self._plan_concatenation(group)
        elif group.primitive in RUNNING:
            self._plan_running(group)
        elif isinstance(group.slots[0], Rows):
            self._plan_rows(group)
        else:
            self._plan_elementwise(group)

    def _finish(self, group: Group, kind: str, shape: Shape, order: Indices, operands: list[Elements]) -> None:
        rank = numpy.empty(len(group.members), numpy.intp)
        rank[order] = numpy.arange(len(order))
        self.ranks[group.number] = rank
        self.shapes[group.number] = shape
        self.layout.plans.append(Plan(group.number, kind, shape, operands))

    def _plan_elementwise(self, group: Group) -> None:
        slots = group.singles
        positions = [numpy.array(slot.position, numpy.intp) for slot in slots]
        size = len(group.members)
        known: list[Indices | None] = []
        for slot, position in zip(slots, positions, strict=True):
            unplaced = slot.group == Grouping.PARAMETERS and (self.ranks[slot.group][position] < 0).any()
            if slot.group == Grouping.CONSTANTS or unplaced:
                known.append(None)
            else:
                known.append(self.ranks[slot.group][position])
        order = numpy.arange(size)
        if size > 1:
            leading = [rank for rank in known if rank is not None]
            one_to_one = [
                rank
                for slot, rank in zip(slots, known, strict=True)
                if rank is not None and slot.group != Grouping.PARAMETERS and are_distinct(rank)
            ] or [rank for rank in leading if are_distinct(rank)]
            if one_to_one:
                order = numpy.argsort(one_to_one[0], kind="stable")
            elif leading:
                order = numpy.lexsort(leading[::-1])
        indices = [self._ranked(slot.group, position[order]) for slot, position in zip(slots, positions, strict=True)]
        shape = self._common_shape(size, [slot.group for slot in slots], indices)
        self._finish(
            group, "elementwise", shape, order,
            [Elements([(slot.group, index.reshape(shape))]) for slot, index in zip(slots, indices, strict=True)],
        )  # fmt: skip

    def _common_shape(self, size: int, groups: list[int], indices: list[Indices]) -> Shape:
        """Axes along which all operands run evenly."""
        if size == 1:
            return ()
        lengths: list[int] = []
        for number, index in zip(groups, indices, strict=True):
            natural = self.shapes.get(number, ())
            if prod(natural) == size and index[0] == 0 and (numpy.diff(index) == 1).all():
                lengths += [prod(natural[axis:]) for axis in range(1, len(natural))]
        for number, index in zip(groups, indices, strict=True):
            if number != Grouping.CONSTANTS:
                lengths += breaks(index) or []
        return shape_with(size, lengths)

    def _plan_rows(self, group: Group) -> None:
        slot = group.rows[0]
        runs = self._ranked_runs(slot, slot.matrix()[slot.position])
        if group.primitive in _ORDER_FREE and len(runs) == 1:
            runs = [(runs[0][0], numpy.sort(runs[0][1], axis=1))]
        first = runs[0][1][:, 0]
        order = numpy.argsort(first, kind="stable")
        size = len(order)
        shape = () if size == 1 else shape_with(size, breaks(first[order]) or [])
        operand = Elements([(number, ranked[order].reshape(*shape, -1)) for number, ranked in runs])
        self._finish(group, "rows", shape, order, [operand])

    def _plan_running(self, group: Group) -> None:
        """The chains of running sums or products; there is a member for each element of each row, in the order of the rows."""
        slot = group.rows[0]
        runs = self._ranked_runs(slot, slot.matrix()[slot.position])
        first = runs[-1][1][:, 0]
        rows = numpy.argsort(first, kind="stable")
        outer = () if len(rows) == 1 else shape_with(len(rows), breaks(first[rows]) or [])
        shape = (*outer, slot.length)
        operand = Elements([(number, ranked[rows].reshape(*outer, -1)) for number, ranked in runs])
        order = (rows[:, None] * slot.length + numpy.arange(slot.length)).ravel()
        self._finish(group, "running", shape, order, [operand])

    def _ranked_runs(self, rows: Rows, elements: Indices) -> list[tuple[int, Indices]]:
        return [(number, self._ranked(number, elements[:, span])) for number, span in rows.spans()]

    def _plan_dot(self, group: Group) -> None:
        left, right = group.rows
        numbers = left.runs[0][0], right.runs[0][0]
        rows = self._with_terms_in_order(numbers, [left.matrix(), right.matrix()])
        starts = []
        for number, matrix in zip(numbers, rows, strict=True):
            first = self.ranks[number][matrix[:, 0]]
            as_given = number == Grouping.CONSTANTS or (first < 0).any()
            starts.append(numpy.arange(len(first)) if as_given else numpy.argsort(first, kind="stable"))
        product = find_product(numpy.array(left.position), numpy.array(right.position), starts[0], starts[1])
        indices = [
            self._ranked(number, matrix[chosen])
            for number, matrix, chosen in zip(numbers, rows, (product.left, product.right), strict=True)
        ]
        kind = "outer product" if product.outer else "row product"
        shape = without_ones(product.shape)
        operands = [Elements([(number, index)]) for number, index in zip(numbers, indices, strict=True)]
        self._finish(group, kind, shape, product.order, operands)

    def _with_terms_in_order(self, numbers: tuple[int, ...], rows: list[Indices]) -> list[Indices]:
        """The rows of dot products, with their terms in an order that gathers as little as possible."""
        placed = [
            ranks
            for number, matrix in zip(numbers, rows, strict=True)
            if number != Grouping.CONSTANTS and ((ranks := self.ranks[number][matrix]) >= 0).all()
        ]
        fewest, best = gathered(placed), None
        for ranks in placed if fewest else ():
            order = numpy.argsort(ranks[0], kind="stable")
            count = gathered([other[:, order] for other in placed])
            if count < fewest:
                fewest, best = count, order
        return rows if best is None else [matrix[:, best] for matrix in rows]

    def _plan_concatenation(self, group: Group) -> None:
        """The members of several groups side by side, those of each group in its own order."""
        parts, orders = [], []
        start = 0
        for slot in group.singles:
            ranks = self._ranked(slot.group, numpy.array(slot.position, numpy.intp))
            order = numpy.argsort(ranks, kind="stable")
            parts.append((slot.group, ranks[order]))
            orders.append(start + order)
            start += len(order)
        self._finish(group, "concatenation", (start,), numpy.concatenate(orders), [Elements(parts)])

    def _plan_pick(self, group: Group) -> None:
        (candidates,), (index,) = group.rows, group.singles
        matrix = candidates.matrix()
        ranks = self._ranked(index.group, numpy.array(index.position))
        taken, number_of = numbered(ranks)
        unbatched = not any(self.grouping.groups[number].batched for number, _ in candidates.runs)
        if unbatched:
            # The last candidate is more often a parameter than the first, which may be padding.
            number = candidates.runs[-1][0]
            first = self.ranks[number][matrix[:, -1]]
            start = numpy.arange(len(first)) if (first < 0).any() else numpy.argsort(first, kind="stable")
            product = find_product(numpy.array(candidates.position), number_of, start, numpy.arange(len(taken)))
            if product.outer and len(product.shape) == 2:
                chosen = Elements([(index.group, taken if len(taken) > 1 else taken.reshape(()))])
                if len(candidates.runs) == 1:
                    table = self._ranked(number, matrix[product.left].T)
                    # A table with one column is a vector.
                    table = table[:, 0] if table.shape[1] == 1 else table
                    operands = [Elements([(number, table)]), chosen]
                    self._finish(group, "look-up", without_ones(product.shape), product.order, operands)
                else:
                    # Parameters are placed row by row all the same.
                    rows = matrix[product.left]
                    columns = [(number, self._ranked(number, rows[:, span].T).T) for number, span in candidates.spans()]
                    operands = [Elements(columns), chosen]
                    self._finish(group, "look-up by columns", without_ones(product.shape), product.order, operands)
                return
        runs = self._ranked_runs(candidates, matrix[candidates.position])
        order = numpy.argsort(runs[0][1][:, 0], kind="stable")
        size = len(order)
        shape = () if size == 1 else shape_with(size, [*(breaks(runs[0][1][:, 0][order]) or []), *(breaks(ranks[order]) or [])])
        of_rows = Elements([(number, ranked[order].reshape(*shape, -1)) for number, ranked in runs])
        self._finish(group, "choice", shape, order, [of_rows, Elements([(index.group, ranks[order].reshape(shape))])])
