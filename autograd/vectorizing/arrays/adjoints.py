"""How an array's gradient reaches the array its elements were taken from.

It goes along a view back into its place, summed where the view repeated an element. All that reaches an array is put together.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, Literal
from autograd.vectorizing.arrays.sources import Key, Sources
from autograd.vectorizing.arrays.views import Shape, View
from autograd.vectorizing.grouping.distinct import are_distinct
from autograd.vectorizing.layout.plans import Elements, Indices

Adjoint: TypeAlias = Any
"""An array's gradient, or a number where all of its elements have the same."""


def is_one_number(adjoint: Adjoint) -> bool:
    """Whether a gradient is the same number for all elements and all examples."""
    return not isinstance(adjoint, Array) or adjoint.is_uniform


@dataclass
class Contribution:
    """A part of the gradient of an array.

    Attributes:
        way: how it is added (`operations.Accumulate`).
        view: which elements of the array it belongs to.
        operands: the gradient, behind the index if there is one.
    """

    way: op.Way
    view: View
    operands: tuple[Adjoint, ...]


class Adjoints:
    """The gradients that arrays have received so far."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._graph = sources.graph
        self._contributions: dict[Key, list[Contribution]] = {}

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
                    slices = (*(None for _ in adjoint.shape[1:]), (start, start + length))
                    view = View((*adjoint.shape[:-1], length), slices=slices, whole=False)
                    part = self._graph.view(self._graph.broadcast(adjoint, operand.shape, adjoint.batched), view)
                start += length
            self._push_part(number, indices, part, batched)

    def _push_part(self, number: int, indices: Indices, adjoint: Adjoint, batched: bool) -> None:
        if not self._sources.grouping.groups[number].active:
            return
        found = self._sources.target(number, indices)
        if found is None:
            return
        key, array, view = found
        over_examples = batched and not array.batched
        axes = view.repeated
        if axes or over_examples:
            if is_one_number(adjoint):
                adjoint = self._times(adjoint, prod([view.shape[axis] for axis in axes]), over_examples)
            else:
                adjoint = self._graph.broadcast(adjoint, view.shape, array.batched or over_examples)
                adjoint = self._graph.sum(adjoint, axes, over_examples=over_examples)
            view = view.without_repetitions()
        self._add(key, Contribution("add", view, (adjoint,)))

    def _add(self, key: Key, contribution: Contribution) -> None:
        self._contributions.setdefault(key, []).append(contribution)

    def _times(self, adjoint: Adjoint, count: int, over_examples: bool) -> Adjoint:
        """The sum of as many equal numbers; the weights of all examples together are 1."""
        if not over_examples:
            return self._graph.elementwise("multiply", adjoint, float(count))
        factor = float(count)
        while isinstance(adjoint, Array):
            operands = adjoint.operands
            if adjoint.function == "negative":
                factor, adjoint = -factor, operands[0]
            elif adjoint.function == "multiply" and not isinstance(operands[0], Array):
                factor, adjoint = factor * operands[0], operands[1]
            elif adjoint.function == "multiply" and not isinstance(operands[1], Array):
                factor, adjoint = factor * operands[1], operands[0]
            else:
                break
        if isinstance(adjoint, Array) and adjoint.operation is op.GivenNumbers.WEIGHT:
            return Literal(factor, self._graph)
        examples = self._graph.make(op.GivenNumbers.NUMBER_OF_EXAMPLES)
        return self._graph.elementwise("multiply", self._graph.elementwise("multiply", adjoint, factor), examples)

    def push_indexed(self, way: op.Way, operand: Elements, index: Array, adjoint: Adjoint, batched: bool) -> None:
        """Add a gradient to the elements of an operand that an index chose."""
        number, indices = operand.parts[0]
        if len(operand.parts) > 1 or not are_distinct(indices):
            # Into an array of the operand's own shape first, and from there to its parts.
            self.push(operand, self.chosen(way, index, adjoint, operand.shape, batched), batched)
            return
        found = self._sources.target(number, indices)
        if found is not None and self._sources.grouping.groups[number].active:
            key, _, view = found
            self._add(key, Contribution(way, view, (index, adjoint)))

    def chosen(self, way: op.Way, index: Array, adjoint: Adjoint, shape: Shape, batched: bool) -> Array:
        """An array of zeros but for the elements that an index chose, which have a gradient."""
        return self._graph.make(op.Accumulate(((way, View(shape)),)), (index, adjoint), shape=shape, batched=batched)

    def has(self, key: Key) -> bool:
        """Whether an array has received any gradient."""
        return key in self._contributions

    def combined(self, key: Key, shape: Shape, batched: bool) -> Adjoint:
        """The gradient of an array: all contributions together. The first is assigned, later ones are added."""
        contributions = [self._turned_back(contribution, shape) for contribution in self._contributions[key]]
        plain = [c for c in contributions if c.way == "add" and c.view.is_identity]
        rest = [c for c in contributions if c.way != "add" or not c.view.is_identity]
        if not rest:
            result = plain[0].operands[0]
            for contribution in plain[1:]:
                result = self._graph.elementwise("add", result, contribution.operands[0])
            return result
        ordered = [*plain, *rest]
        operands = tuple([operand for contribution in ordered for operand in contribution.operands])
        accumulate = op.Accumulate(tuple([(contribution.way, contribution.view) for contribution in ordered]))
        return self._graph.make(accumulate, operands, shape=shape, batched=batched)

    def _turned_back(self, contribution: Contribution, shape: Shape) -> Contribution:
        """The same contribution in the array's own axes, if its view only permuted or reshaped them."""
        view, adjoint = contribution.view, contribution.operands[0]
        if contribution.way != "add" or view.is_identity or not view.is_other_axes:
            return contribution
        if not is_one_number(adjoint):
            adjoint = self._graph.broadcast(adjoint, view.shape, adjoint.batched)
            if view.order is not None:
                back = tuple([view.order.index(axis) for axis in range(len(view.order))])
                adjoint = self._permuted(adjoint, back)
            adjoint = self._graph.reshaped(adjoint, shape)
        return Contribution("add", View(shape), (adjoint,))

    def _permuted(self, array: Array, order: tuple[int, ...]) -> Array:
        product = array.operation
        if isinstance(product, op.Contract) and not array.batched:
            # The product with its axes exchanged, and not a transposed product.
            a, b = array.arrays
            result = "".join([product.result[axis] for axis in order])
            return self._graph.contract(b, a, product.right, product.left, result)
        return self._graph.view(array, View(tuple([array.shape[axis] for axis in order]), order=order))
