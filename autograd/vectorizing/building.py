"""From a laid-out graph to array operations: the forward pass, and the reverse pass derived on whole groups.

Every derivative is read off the table, with arrays for numbers. What is written here is how an array's gradient reaches
the array its elements were taken from: along a view back into its place, summed where the view repeated it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy

from autograd.primitives import TABLE
from autograd.vectorizing.array_graph import Array, ArrayGraph, Literal
from autograd.vectorizing.distinct import are_distinct, distinct
from autograd.vectorizing.groups import Group, Grouping
from autograd.vectorizing.layout import Indices, Layout, Operand, Plan, Shape
from autograd.vectorizing.views import View, find_view

# An array's gradient, or a number where all of its elements have the same.
Adjoint = Any


@dataclass
class Contribution:
    """A part of the gradient of an array.

    Attributes:
        way: `"add"` it; or add it to `"rows"` of the view by index, or to one `"choice"` of each of its rows.
        view: which elements of the array it belongs to.
        operands: for `"add"` the gradient; else the index and the gradient.
    """

    way: str
    view: View
    operands: tuple[Adjoint, ...]


@dataclass
class ArrayProgram:
    """What is to be emitted.

    Attributes:
        graph: all arrays.
        loss: of each example; or one number for all, if it depends on no input.
        outputs: the named outputs.
        gradient: of each block of parameters; None where the loss doesn't depend on it.
        spanning: contributions to the gradient of θ that don't keep to one block.
        values: the arrays of the groups, by number.
        adjoints: their gradients.
        index_limits: for each input array how many rows its numbers choose from; None for plain numbers.
    """

    graph: ArrayGraph
    loss: Array
    outputs: dict[str, Array]
    gradient: list[Array | None]
    spanning: Array | None
    index_limits: list[int | None]
    values: dict[int, Any]
    adjoints: dict[int, Any]


def build(grouping: Grouping, layout: Layout, *, composite: bool) -> ArrayProgram:
    """Write the array operations of a program.

    Args:
        composite: keep functions that the table states by others, for a short program.
    """
    return _Builder(grouping, layout, ArrayGraph(composite=composite)).build()


class _Builder:
    def __init__(self, grouping: Grouping, layout: Layout, graph: ArrayGraph) -> None:
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
        self.adjoints: dict[int, Any] = {}
        self.contributions: dict[Any, list[Contribution]] = {}

    def build(self) -> ArrayProgram:
        for plan in self.layout.plans:
            group = self.grouping.groups[plan.group]
            result = self.forward(plan, group)
            self.arrays[plan.group] = self.graph.broadcast(result, plan.shape, group.batched)
        number, position = self.grouping.loss
        located = Operand([(number, self.layout.ranks[number][numpy.array(position)])])
        loss = self.fetch(located)
        if not isinstance(loss, Array):
            loss = self.graph.broadcast(loss, (), False)
        outputs = {name: self._output(positions) for name, positions in self.grouping.outputs.items()}
        seed = self.graph.make("weight") if loss.batched else 1.0
        if self.grouping.groups[number].active:
            self.push(located, seed, loss.batched)
        for plan in reversed(self.layout.plans):
            group = self.grouping.groups[plan.group]
            if group.active and plan.group in self.contributions:
                self.adjoints[plan.group] = adjoint = self.combined(plan.group, plan.shape, group.batched)
                self.reverse(plan, group, adjoint)
        gradient = [self._gradient_of_block(number, block.shape) for number, block in enumerate(self.layout.blocks)]
        spanning = self.combined("theta", self.theta.shape, False) if "theta" in self.contributions else None
        return ArrayProgram(self.graph, loss, outputs, gradient, spanning, self.limits, self.arrays, self.adjoints)

    def _gradient_of_block(self, number: int, shape: Shape) -> Array | None:
        if ("block", number) not in self.contributions:
            return None
        return self.graph.broadcast(self.combined(("block", number), shape, False), shape, False)

    def _output(self, positions: list[Any]) -> Array:
        operand = self.layout.operand(positions)
        result = self.fetch(operand)
        return result if isinstance(result, Array) else self.graph.broadcast(result, operand.shape, False)

    # ----------------------------------------------------------------------------------------- operands

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

    def fetch(self, operand: Operand) -> Any:
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
            return self.graph.view(found[1], found[2])
        members = self.grouping.groups[Grouping.CONSTANTS].members
        different = distinct(indices)
        if len(different) == 1:
            return Literal(members[int(different[0])]._data, self.graph)  # type: ignore[union-attr]
        data = numpy.array([member._data for member in members])  # type: ignore[union-attr]
        return self.graph.constant(data[indices])

    def fetch_full(self, operand: Operand) -> Array:
        """An operand as an array without repeated axes left out."""
        fetched = self.fetch(operand)
        return self.graph.broadcast(fetched, operand.shape, isinstance(fetched, Array) and fetched.batched)

    # ------------------------------------------------------------------------------------------ forward

    def forward(self, plan: Plan, group: Group) -> Any:
        graph = self.graph
        if plan.kind == "elementwise":
            operands = [self.fetch(operand) for operand in plan.operands]
            if group.primitive == "where":
                result = graph.choose(*operands)
            elif group.primitive in _BEATS:
                a, b = operands
                # Of equal ones the first; a nan replaces nothing and is replaced by nothing.
                result = graph.choose(graph.elementwise(_BEATS[group.primitive], b, a), b, a)
            elif graph.composite:
                result = graph.elementwise(group.primitive, *operands)
            else:
                result = TABLE[group.primitive].forward(graph, *operands)
            if isinstance(result, Array) and result.kind == "bool":
                result = graph.as_float(result)
            self.taken[plan.group] = [*operands, result]
            return result
        if plan.kind in _PRODUCTS:
            left, right = (self.fetch_full(self._squeezed(operand, plan)) for operand in plan.operands)
            axes_left, axes_right, axes = self._axes(plan, left, right)
            self.taken[plan.group] = [left, right]
            return graph.contract(right, left, axes_right, axes_left, axes)
        if plan.kind in _LOOK_UPS:
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
            terms = self.fetch_full(_with_axis_moved(plan.operands[0], axis))
            return graph.sum(terms, (axis,))
        rows = self.fetch_full(plan.operands[0])
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

    def _index(self, operand: Operand, n_rows: int) -> Array:
        fetched = self.fetch_full(operand)
        if fetched.kind == "index":
            return fetched
        return self.graph.make("as index", (fetched,), n_rows, shape=fetched.shape, batched=fetched.batched, kind="index")

    def _term_axis(self, plan: Plan) -> int:
        """Where to put the axis of the terms so that the array that holds them need not be transposed."""
        rank = len(plan.shape)
        if len(plan.operands[0].parts) == 1:
            for axis in range(rank, -1, -1):
                number, indices = _with_axis_moved(plan.operands[0], axis).parts[0]
                found = self.target(number, indices)
                if found is None or (found[2].order is None and found[2].gathered is None):
                    return axis
        return rank

    def _squeezed(self, operand: Operand, plan: Plan) -> Operand:
        """Rows of a product without axes of one row."""
        number, indices = operand.parts[0]
        shape = tuple([length for length in indices.shape[:-1] if length > 1])
        return Operand([(number, indices.reshape(*shape, indices.shape[-1]))])

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

    # ------------------------------------------------------------------------------------------ reverse

    def push(self, operand: Operand, adjoint: Adjoint, batched: bool) -> None:
        """Add a gradient to what an operand was taken from.

        Args:
            operand: of some operation.
            adjoint: its gradient, perhaps one number for all elements.
            batched: whether the operation is one for each example.
        """
        start = 0
        for number, indices in operand.parts:
            part = adjoint
            if len(operand.parts) > 1:
                length = indices.shape[-1]
                if isinstance(adjoint, Array) and adjoint.shape:
                    rank = len(adjoint.shape)
                    slices = (*(None for _ in range(rank - 1)), (start, start + length))
                    view = View((*adjoint.shape[:-1], length), slices=slices, whole=False)
                    part = self.graph.view(self.graph.broadcast(adjoint, operand.shape, adjoint.batched), view)
                start += length
            self._push_part(number, indices, part, batched)

    def _push_part(self, number: int, indices: Indices, adjoint: Adjoint, batched: bool) -> None:
        if not self.grouping.groups[number].active:
            return
        found = self.target(number, indices)
        if found is None:
            return
        key, array, view = found
        over_examples = batched and not array.batched
        axes = view.repeated
        if (axes or over_examples) and not (isinstance(adjoint, Array) and (adjoint.shape or adjoint.batched)):
            adjoint = self._times(adjoint, prod([view.shape[axis] for axis in axes]), over_examples)
            view = View(view.core_shape, view.reshaped, view.slices, view.order, (), view.gathered, view.unique, view.whole)
        elif axes or over_examples:
            adjoint = self.graph.broadcast(adjoint, view.shape, array.batched or over_examples)
            adjoint = self.graph.sum(adjoint, axes, over_examples=over_examples)
            view = View(view.core_shape, view.reshaped, view.slices, view.order, (), view.gathered, view.unique, view.whole)
        self.contributions.setdefault(key, []).append(Contribution("add", view, (adjoint,)))

    def _times(self, adjoint: Adjoint, count: int, over_examples: bool) -> Adjoint:
        """The sum of as many equal numbers; the weights of all examples together are 1."""
        if not over_examples:
            return self.graph.elementwise("multiply", adjoint, float(count))
        weight = self.graph.make("weight")
        factor = float(count)
        while isinstance(adjoint, Array) and adjoint is not weight:
            operands = adjoint.operands
            if adjoint.operation == "negative":
                factor, adjoint = -factor, operands[0]
            elif adjoint.operation == "multiply" and not isinstance(operands[0], Array):
                factor, adjoint = factor * operands[0], operands[1]
            elif adjoint.operation == "multiply" and not isinstance(operands[1], Array):
                factor, adjoint = factor * operands[1], operands[0]
            else:
                break
        if adjoint is weight:
            return Literal(factor, self.graph)
        examples = self.graph.make("number of examples")
        return self.graph.elementwise("multiply", self.graph.elementwise("multiply", adjoint, factor), examples)

    def push_indexed(self, way: str, operand: Operand, index: Array, adjoint: Adjoint, batched: bool) -> None:
        """Add a gradient to the elements of an operand that an index chose."""
        if len(operand.parts) > 1 or find_view_repeats(operand):
            # Into an array of the operand's own shape first, and from there to its parts.
            attribute = ((way, View(operand.shape)),)
            rows = self.graph.make("accumulate", (index, adjoint), attribute, shape=operand.shape, batched=batched)
            self.push(operand, rows, batched)
            return
        number, indices = operand.parts[0]
        found = self.target(number, indices)
        if found is not None and self.grouping.groups[number].active:
            self.contributions.setdefault(found[0], []).append(Contribution(way, found[2], (index, adjoint)))

    def combined(self, key: Any, shape: Shape, batched: bool) -> Adjoint:
        """The gradient of an array: all contributions together. The first is assigned, later ones are added."""
        contributions = [self._turned_back(contribution, shape) for contribution in self.contributions[key]]
        plain = [c for c in contributions if c.way == "add" and c.view.is_identity]
        rest = [c for c in contributions if c.way != "add" or not c.view.is_identity]
        if not rest:
            result = plain[0].operands[0]
            for contribution in plain[1:]:
                result = self.graph.elementwise("add", result, contribution.operands[0])
            return result
        ordered = [*plain, *rest]
        operands = tuple([operand for contribution in ordered for operand in contribution.operands])
        attribute = tuple([(contribution.way, contribution.view) for contribution in ordered])
        return self.graph.make("accumulate", operands, attribute, shape=shape, batched=batched)

    def _turned_back(self, contribution: Contribution, shape: Shape) -> Contribution:
        """The same contribution in the array's own axes, if its view only permuted or reshaped them."""
        view, adjoint = contribution.view, contribution.operands[0]
        if contribution.way != "add" or view.is_identity or view.slices is not None or view.gathered is not None or view.repeated:
            return contribution
        if isinstance(adjoint, Array) and (adjoint.shape or adjoint.batched):
            adjoint = self.graph.broadcast(adjoint, view.shape, adjoint.batched)
            if view.order is not None:
                back = tuple([view.order.index(axis) for axis in range(len(view.order))])
                adjoint = self._permuted(adjoint, back)
            adjoint = self.graph.reshaped(adjoint, shape)
        return Contribution("add", View(shape), (adjoint,))

    def _permuted(self, array: Array, order: tuple[int, ...]) -> Array:
        shape = tuple([array.shape[axis] for axis in order])
        if array.operation == "contract" and not array.batched:
            # The product with its axes exchanged, and not a transposed product.
            a, b = array.operands
            axes_a, axes_b, axes = array.attribute
            assert isinstance(a, Array) and isinstance(b, Array)
            return self.graph.contract(b, a, axes_b, axes_a, "".join([axes[axis] for axis in order]))
        return self.graph.view(array, View(shape, order=order))

    def reverse(self, plan: Plan, group: Group, upstream: Adjoint) -> None:
        graph = self.graph
        if plan.kind == "elementwise":
            self._reverse_elementwise(plan, group, upstream)
            return
        if group.primitive in ("argmax", "argmin"):
            return
        batched = group.batched
        lazy = not (isinstance(upstream, Array) and (upstream.shape or upstream.batched))
        full = upstream if lazy and plan.kind not in _PRODUCTS else graph.broadcast(upstream, plan.shape, batched)
        if group.primitive == "total":
            axis = self._term_axis(plan)
            self.push(_with_axis_moved(plan.operands[0], axis), full if lazy else graph.expanded(full, (axis,)), batched)
        elif plan.kind in _PRODUCTS:
            left, right = self.taken[plan.group]
            axes_left, axes_right, axes = self._axes(plan, left, right)
            squeezed = [self._squeezed(operand, plan) for operand in plan.operands]
            if self._is_active(squeezed[0]):
                self.push(squeezed[0], graph.contract(full, right, axes, axes_right, axes_left), left.batched)
            if self._is_active(squeezed[1]):
                self.push(squeezed[1], graph.contract(full, left, axes, axes_left, axes_right), right.batched)
        elif plan.kind in _LOOK_UPS:
            table, index = self.taken[plan.group]
            if self._is_active(plan.operands[0]):
                gradient = graph.reshaped(graph.broadcast(full, plan.shape, batched), (*index.shape, *table.shape[1:]))
                if plan.kind == "look-up":
                    self.push_indexed("rows", plan.operands[0], index, gradient, False)
                else:
                    attribute = (("rows", View(table.shape)),)
                    rows = graph.make("accumulate", (index, gradient), attribute, shape=table.shape)
                    self.push(plan.operands[0], graph.view(rows, View(table.shape[::-1], order=(1, 0))), False)
        elif group.primitive in ("pick", "maximum", "minimum"):
            rows, index = self.taken[plan.group]
            if self._is_active(plan.operands[0]):
                self.push_indexed("choice", plan.operands[0], index, full, rows.batched)
        else:
            rows, result = self.taken[plan.group]
            derivative = TABLE[group.primitive].derivatives(graph, rows, result)
            each = full if lazy else graph.expanded(full, (len(plan.shape),))
            self.push(plan.operands[0], graph.elementwise("multiply", derivative, each), batched)

    def _reverse_elementwise(self, plan: Plan, group: Group, upstream: Adjoint) -> None:
        graph = self.graph
        *operands, result = self.taken[plan.group]
        if group.primitive == "where" or group.primitive in _BEATS:
            if group.primitive == "where":
                condition, slots = operands[0], plan.operands[1:]
            else:
                a, b = operands
                condition, slots = graph.elementwise(_BEATS[group.primitive], b, a), plan.operands[::-1]
            # What is left out gets 0, also of an infinite gradient.
            for slot, parts in zip(slots, ((upstream, 0.0), (0.0, upstream)), strict=True):
                if self._is_active(slot):
                    self.push(slot, graph.choose(condition, *parts), group.batched)
            return
        derivatives = TABLE[group.primitive].local_derivatives(graph, operands, result)
        for slot, derivative in zip(plan.operands, derivatives, strict=True):
            if self._is_active(slot):
                self.push(slot, _product(graph, upstream, derivative), group.batched)

    def _is_active(self, operand: Operand) -> bool:
        return any(self.grouping.groups[number].active for number, _ in operand.parts)


_LOOK_UPS = ("look-up", "look-up by columns")
_PRODUCTS = ("outer product", "row product")
_BEATS = {"maximum of two": "greater", "minimum of two": "less"}


def _product(graph: ArrayGraph, upstream: Adjoint, derivative: Any) -> Adjoint:
    if not isinstance(derivative, Array):
        derivative = float(derivative)
        if derivative == 1.0:
            return upstream
        if derivative == -1.0:
            return graph.elementwise("negative", upstream)
    return graph.elementwise("multiply", upstream, derivative)


def _with_axis_moved(operand: Operand, axis: int) -> Operand:
    """The same elements with the last axis elsewhere."""
    return Operand([(number, numpy.moveaxis(indices, -1, axis)) for number, indices in operand.parts])


def find_view_repeats(operand: Operand) -> bool:
    """Whether an operand takes an element more than once."""
    _, indices = operand.parts[0]
    return not are_distinct(indices)


def index_limits(grouping: Grouping, layout: Layout) -> list[int | None]:
    """For each input array the number of rows its numbers choose from, if that is all they are used for."""
    inputs = {group.number: group.input for group in grouping.groups if group.input >= 0}
    limits: dict[int, set[int]] = {number: set() for number in inputs}
    plain: set[int] = {number for number, _ in [grouping.loss, *(one for some in grouping.outputs.values() for one in some)]}
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
