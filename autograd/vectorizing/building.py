"""From a laid-out graph to array operations: the forward pass, the seed, and the reverse pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy

from autograd.vectorizing.array_graph import Array, ArrayGraph
from autograd.vectorizing.groups import Grouping
from autograd.vectorizing.layout import Layout, Operand, Shape
from autograd.vectorizing.reverse import Reverse


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


class _Builder(Reverse):
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
        spanning = None
        if "theta" in self.contributions:
            whole = self.theta.shape
            spanning = self.graph.broadcast(self.combined("theta", whole, False), whole, False)
        return ArrayProgram(self.graph, loss, outputs, gradient, spanning, self.limits, self.arrays, self.adjoints)

    def _gradient_of_block(self, number: int, shape: Shape) -> Array | None:
        if ("block", number) not in self.contributions:
            return None
        return self.graph.broadcast(self.combined(("block", number), shape, False), shape, False)

    def _output(self, positions: list[Any]) -> Array:
        operand = self.layout.operand(positions)
        result = self.fetch(operand)
        return result if isinstance(result, Array) else self.graph.broadcast(result, operand.shape, False)
