"""From a laid-out graph to array operations: the forward pass, the seed, and the reverse pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy

from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays.array_graph import Array, ArrayGraph
from autograd.vectorizing.arrays.reverse import Reverse
from autograd.vectorizing.arrays.walking import needed
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.plans import ArrayLayout, Elements, Shape

Condition: TypeAlias = tuple[Array, tuple[int, ...]]
"""What has to hold for each example, and the numbers of the demands that say so."""


@dataclass
class ArrayProgram:
    """What is to be emitted.

    Attributes:
        graph: all arrays.
        loss: of each example; or one number for all, if it depends on no input.
        outputs: the named outputs.
        refusing: arrays that the loss doesn't need, since what it was computed from them is the same whatever they are; but the
            eager engine may refuse to compute them.
        demands: conditions on inputs alone, and conditions that depend on parameters: arrays of bools, each with the numbers of
            the demands it stands for.
        gradient: of each block of parameters; None where the loss doesn't depend on it.
        spanning: contributions to the gradient of θ that don't keep to one block.
        values: the arrays of the groups, by number.
        adjoints: their gradients.
        index_limits: for each input array how many rows its numbers choose from; None for plain numbers.
    """

    graph: ArrayGraph
    loss: Array
    outputs: dict[str, Array]
    refusing: list[Array]
    demands: tuple[list[Condition], list[Condition]]
    gradient: list[Array | None]
    spanning: Array | None
    index_limits: list[int | None]
    values: dict[int, Any]
    adjoints: dict[int, Any]


def build(grouping: Grouping, layout: ArrayLayout, *, composite: bool) -> ArrayProgram:
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
        located = Elements([(number, self.layout.ranks[number][numpy.array(position)])])
        loss = self.fetch(located)
        if not isinstance(loss, Array):
            loss = self.graph.broadcast(loss, (), False)
        outputs = {name: self._output(positions) for name, positions in self.grouping.outputs.items()}
        demands = self._conditions(active=False), self._conditions(active=True)
        refusing = self._refusing(loss)
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
            spanning = self.graph.broadcast(self.combined("theta", self.theta.shape, False), self.theta.shape, False)
        return ArrayProgram(
            self.graph, loss, outputs, refusing, demands, gradient, spanning, self.limits, self.arrays, self.adjoints
        )

    def _refusing(self, loss: Array) -> list[Array]:
        """What the loss was computed from in the record and isn't in the program, as log(x) in log(x) ** 0, but can fail."""
        groups = self.grouping.groups
        reached = {self.grouping.loss[0]}
        for group in reversed(groups):
            if group.number in reached:
                reached.update(group.operand_groups())
        used = set(needed([loss]))
        failing = {name for name, primitive in TABLE.items() if primitive.outside}
        arrays = [self.arrays.get(number) for number in sorted(reached) if groups[number].primitive in failing]
        return [array for array in arrays if isinstance(array, Array) and array not in used]

    def _gradient_of_block(self, number: int, shape: Shape) -> Array | None:
        if ("block", number) not in self.contributions:
            return None
        return self.graph.broadcast(self.combined(("block", number), shape, False), shape, False)

    def _conditions(self, *, active: bool) -> list[Condition]:
        """Which demands hold, those of a group together."""
        graph = self.graph
        found = []
        for group, numbers in self.grouping.demands_by_group(active=active).items():
            positions = {self.grouping.demands[number][1] for number in numbers}
            is_all = group in self.arrays and len(positions) == len(self.grouping.groups[group].members)
            numbers_given = self.arrays[group] if is_all else self._output([(group, position) for position in sorted(positions)])
            if numbers_given.operation == "as float":
                holds = graph.as_bool(numbers_given)
            else:
                # Neither 0 nor nan.
                holds = graph.elementwise("greater", graph.elementwise("abs", numbers_given), 0.0)
            found.append((holds, tuple(numbers)))
        return found

    def _output(self, positions: list[Any]) -> Array:
        operand = self.layout.operand(positions)
        result = self.fetch(operand)
        return result if isinstance(result, Array) else self.graph.broadcast(result, operand.shape, False)
