"""From a laid-out graph to array operations: the forward pass, the seed, and the reverse pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy

from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.adjoints import Adjoint, Adjoints
from autograd.vectorizing.arrays.array import Array, needed
from autograd.vectorizing.arrays.array_graph import ArrayGraph
from autograd.vectorizing.arrays.kinds import computed
from autograd.vectorizing.arrays.sources import Sources
from autograd.vectorizing.arrays.views import Shape
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.plans import ArrayLayout, Elements

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
        demands: conditions on inputs alone, and conditions that depend on parameters: masks, each with the numbers of the
            demands it stands for.
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
        grouping: the graph.
        layout: where its scalars stand.
        composite: keep functions that the table states by others, for a short program.
    """
    graph = ArrayGraph(composite=composite)
    sources = Sources(grouping, layout, graph)
    adjoints = Adjoints(sources)
    ways_back = {}
    for plan in layout.plans:
        group = grouping.groups[plan.group]
        result, ways_back[plan.group] = computed(plan, group, sources, adjoints)
        sources.arrays[plan.group] = graph.broadcast(result, plan.shape, group.batched)
    number, position = grouping.loss
    located = Elements([(number, layout.ranks[number][numpy.array(position)])])
    loss = sources.fetch(located)
    if not isinstance(loss, Array):
        loss = graph.broadcast(loss, (), False)
    outputs = {name: _output(sources, positions) for name, positions in grouping.outputs.items()}
    demands = _conditions(sources, active=False), _conditions(sources, active=True)
    refusing = _refusing(sources, loss)
    seed = graph.make(op.GivenNumbers.WEIGHT) if loss.batched else 1.0
    if grouping.groups[number].active:
        adjoints.push(located, seed, loss.batched)
    of_groups: dict[int, Adjoint] = {}
    for plan in reversed(layout.plans):
        group = grouping.groups[plan.group]
        if group.active and adjoints.has(plan.group):
            of_groups[plan.group] = adjoint = adjoints.combined(plan.group, plan.shape, group.batched)
            ways_back[plan.group](adjoint)

    def gradient(key: Any, shape: Shape) -> Array | None:
        return graph.broadcast(adjoints.combined(key, shape, False), shape, False) if adjoints.has(key) else None

    of_blocks = [gradient(("block", number), block.shape) for number, block in enumerate(layout.blocks)]
    spanning = gradient("theta", sources.theta.shape)
    return ArrayProgram(graph, loss, outputs, refusing, demands, of_blocks, spanning, sources.limits, sources.arrays, of_groups)


def _refusing(sources: Sources, loss: Array) -> list[Array]:
    """What the loss was computed from in the record and isn't in the program, as log(x) in log(x) ** 0, but can fail."""
    groups = sources.grouping.groups
    reached = {sources.grouping.loss[0]}
    for group in reversed(groups):
        if group.number in reached:
            reached.update(group.operand_groups())
    used = set(needed([loss]))
    failing = {name for name, primitive in TABLE.items() if primitive.outside}
    arrays = [sources.arrays.get(number) for number in sorted(reached) if groups[number].primitive in failing]
    return [array for array in arrays if isinstance(array, Array) and array not in used]


def _conditions(sources: Sources, *, active: bool) -> list[Condition]:
    """Which demands hold, those of a group together."""
    graph, grouping = sources.graph, sources.grouping
    found = []
    for group, numbers in grouping.demands_by_group(active=active).items():
        positions = {grouping.demands[number][1] for number in numbers}
        is_all = group in sources.arrays and len(positions) == len(grouping.groups[group].members)
        array = sources.arrays[group] if is_all else _output(sources, [(group, position) for position in sorted(positions)])
        if array.operation is op.Plain.MASK_AS_FLOAT:
            holds = graph.as_bool(array)
        else:
            # Neither 0 nor nan.
            holds = graph.elementwise("greater", graph.elementwise("abs", array), 0.0)
        found.append((holds, tuple(numbers)))
    return found


def _output(sources: Sources, positions: list[Any]) -> Array:
    operand = sources.layout.operand(positions)
    result = sources.fetch(operand)
    return result if isinstance(result, Array) else sources.graph.broadcast(result, operand.shape, False)
