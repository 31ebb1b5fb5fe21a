"""The reverse pass, derived on whole groups.

Every derivative is read off the table, with arrays for numbers. What is written here is how an array's gradient reaches
the array its elements were taken from: along a view back into its place, summed where the view repeated it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from autograd.table.floats import QUIET
from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays.array_graph import Array, ArrayGraph, Literal
from autograd.vectorizing.arrays.forward import BEATS, LOOK_UPS, PRODUCTS, Forward, with_axis_moved
from autograd.vectorizing.arrays.views import View
from autograd.vectorizing.grouping.distinct import are_distinct
from autograd.vectorizing.grouping.groups import Group, Grouping
from autograd.vectorizing.layout.plans import ArrayLayout, Elements, Indices, Plan, Shape

# What a running sum's and a running product's way back takes for granted.
assert [*TABLE["add"].local_derivatives(QUIET, (2.0, 3.0), 5.0)] == [1.0, 1.0], "a sum has another derivative"
assert [*TABLE["multiply"].local_derivatives(QUIET, (2.0, 3.0), 6.0)] == [3.0, 2.0], "a product has another derivative"

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


class Reverse(Forward):
    """Carries the gradient of the loss back through the groups.

    Attributes:
        contributions: to the gradients of arrays, by group, or by block of parameters.
        adjoints: the gradients of groups.
    """

    def __init__(self, grouping: Grouping, layout: ArrayLayout, graph: ArrayGraph) -> None:
        super().__init__(grouping, layout, graph)
        self.contributions: dict[Any, list[Contribution]] = {}
        self.adjoints: dict[int, Adjoint] = {}

    def push(self, operand: Elements, adjoint: Adjoint, batched: bool) -> None:
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

    def push_indexed(self, way: str, operand: Elements, index: Array, adjoint: Adjoint, batched: bool) -> None:
        """Add a gradient to the elements of an operand that an index chose."""
        if len(operand.parts) > 1 or _repeats(operand):
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
        """Give the operands of a group their contributions."""
        graph = self.graph
        if plan.kind == "elementwise":
            self._reverse_elementwise(plan, group, upstream)
            return
        if group.primitive in ("argmax", "argmin"):
            return
        if plan.kind == "concatenation":
            self.push(plan.operands[0], upstream, group.batched)
            return
        batched = group.batched
        if plan.kind == "running":
            needed = [] if group.primitive == "running sum" else self.taken[plan.group]
            operands = tuple([graph.broadcast(one, plan.shape, batched) for one in (upstream, *needed)])
            gradient = graph.make(f"gradient of {group.primitive}", operands, shape=plan.shape, batched=batched)
            self.push(plan.operands[0], gradient, batched)
            return
        taken = self.taken.get(plan.group, [])
        if batched and taken and not any(isinstance(one, Array) and one.batched for one in taken):
            # What the examples differ in was found to be the same number in all of them: the operation is one for all.
            upstream = graph.sum(graph.broadcast(upstream, plan.shape, True), (), over_examples=True)
            batched = False
        lazy = not (isinstance(upstream, Array) and (upstream.shape or upstream.batched))
        full = upstream if lazy and plan.kind not in PRODUCTS else graph.broadcast(upstream, plan.shape, batched)
        if group.primitive == "total":
            axis = self._term_axis(plan)
            self.push(with_axis_moved(plan.operands[0], axis), full if lazy else graph.expanded(full, (axis,)), batched)
        elif plan.kind in PRODUCTS:
            left, right = self.taken[plan.group]
            axes_left, axes_right, axes = self._axes(plan, left, right)
            squeezed = [self._squeezed(operand, plan) for operand in plan.operands]
            if self._is_active(squeezed[0]):
                self.push(squeezed[0], graph.contract(full, right, axes, axes_right, axes_left), left.batched)
            if self._is_active(squeezed[1]):
                self.push(squeezed[1], graph.contract(full, left, axes, axes_left, axes_right), right.batched)
        elif plan.kind in LOOK_UPS:
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
        if group.primitive == "where" or group.primitive in BEATS:
            if group.primitive == "where":
                condition, slots = operands[0], plan.operands[1:]
            else:
                a, b = operands
                condition, slots = graph.elementwise(BEATS[group.primitive], b, a), plan.operands[::-1]
            # What is left out gets 0, also of an infinite gradient.
            for slot, parts in zip(slots, ((upstream, 0.0), (0.0, upstream)), strict=True):
                if self._is_active(slot):
                    self.push(slot, graph.choose(condition, *parts), group.batched)
            return
        primitive = TABLE[group.primitive]
        derivatives = primitive.local_derivatives(graph, operands, result)
        for slot, derivative in zip(plan.operands, derivatives, strict=True):
            passes_nothing = primitive.selects and not isinstance(derivative, Array) and not derivative
            if self._is_active(slot) and not passes_nothing:
                self.push(slot, _product(graph, upstream, derivative), group.batched)

    def _is_active(self, operand: Elements) -> bool:
        return any(self.grouping.groups[number].active for number, _ in operand.parts)


def _product(graph: ArrayGraph, upstream: Adjoint, derivative: Any) -> Adjoint:
    if not isinstance(derivative, Array):
        derivative = float(derivative)
        if derivative == 1.0:
            return upstream
        if derivative == -1.0:
            return graph.elementwise("negative", upstream)
    return graph.elementwise("multiply", upstream, derivative)


def _repeats(operand: Elements) -> bool:
    """Whether an operand takes an element more than once."""
    _, indices = operand.parts[0]
    return not are_distinct(indices)
