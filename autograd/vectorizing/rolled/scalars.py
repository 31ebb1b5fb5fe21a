"""Reading a recorded graph: the scalars that were computed, in the order of recording, with the addresses of their operands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy

from autograd.engine import graph, state
from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.table.rules import MANY, Primitive
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.grouping.traversal import refuse_what_no_program_has
from autograd.vectorizing.rolled.addresses import COMPUTED, CONSTANTS, FIRST_INPUT, PARAMETERS, address
from autograd.vectorizing.rolled.shapes import Numbers
from autograd.vectorizing.rolled.slots import Slots

_CONSTANT = TABLE["constant"]
_primitive_of = attrgetter("primitive")


@dataclass
class Scalars:
    """The scalars of a recorded graph.

    Attributes:
        nodes: all computed nodes, oldest first; the index of a computed scalar is its place here.
        primitives: the different primitives that computed them.
        position: for each scalar that a program computes, its place among the nodes.
        primitive: the numbers of their primitives.
        operands: what their two operand slots hold, one slot in a row: the address of a single operand, the number of a sequence
            as -2 - number, or -1 for no operand. All uses of a constant have one address here, a place in `constants`.
        sequences: the addresses of the operands of all sequences, one sequence behind the other.
        first_element: where each sequence begins there, and at the end how many addresses there are.
        constants: the numbers of the constants.
        parameters: the parameters in the order of their first use.
        captured: the leaves, made before, whose numbers have become constants.
        roots: the addresses of the loss, the outputs and the conditions of demands.
    """

    nodes: list[Value]
    primitives: list[Primitive]
    position: Numbers
    primitive: Numbers
    operands: Numbers
    sequences: Numbers
    first_element: Numbers
    constants: Numbers
    parameters: list[Value]
    captured: list[Value]
    roots: list[int]


def read(recorded: RecordedExample) -> Scalars:
    """Read the graph of a loss, outputs and demands.

    Raises:
        StaleGraphError: a leaf was assigned another number after something had been computed from it.
        TypeError: a primitive of the user's own has rules that can't be compiled, or has been defined anew since.
    """
    roots = recorded.roots()
    if recorded.computed is not None:
        try:
            return _read(recorded, roots, _by_age(recorded.computed, roots))
        except _UnknownError:
            # Something was computed before the function ran or after that, or is in the second run where two are in the first.
            pass
    return _read(recorded, roots, _by_age(_computed_nodes(roots), roots))


def _by_age(nodes: Iterable[Value], roots: Sequence[Value]) -> list[Value]:
    """Computed nodes, oldest first.

    Raises:
        StaleGraphError: a leaf was assigned another number after something had been computed from it.
    """
    nodes = sorted(nodes, key=graph.tick_of)
    if nodes and nodes[0]._tick < state.latest_assignment:
        graph.topological_order(*roots)  # raises for what is stale
    return nodes


def _read(recorded: RecordedExample, roots: Sequence[Value], nodes: list[Value]) -> Scalars:
    """Read a graph of which the computed nodes are known.

    Raises:
        _UnknownError: there are others, or one is given twice.
    """
    of_nodes = list(map(_primitive_of, nodes))
    primitives = list(dict.fromkeys(of_nodes))
    for primitive in primitives:
        refuse_what_no_program_has(primitive)
    number_of = {primitive: number for number, primitive in enumerate(primitives)}
    primitive_of_node = numpy.fromiter(map(number_of.__getitem__, of_nodes), numpy.int64, len(nodes))
    arity = numpy.array([0 if primitive.arity == MANY else primitive.arity for primitive in primitives], numpy.int64)
    slots = Slots(nodes, arity[primitive_of_node])
    addresses = _Addresses(recorded, nodes)
    n_operands = len(slots.ticks)
    ticks = numpy.concatenate([slots.ticks, numpy.fromiter(map(graph.tick_of, roots), numpy.int64, len(roots))])

    def values(places: Numbers) -> Iterable[Value]:
        # The roots come last: they may be leaves that nothing else uses.
        last = places[places >= n_operands] - n_operands
        return chain(slots.operands(places[places < n_operands]), map(roots.__getitem__, last.tolist()))

    located = addresses.of(ticks, values)
    operands, sequences, first_element = slots.holding(located[:n_operands])
    return Scalars(
        nodes=nodes,
        primitives=primitives,
        position=numpy.arange(len(nodes)),
        primitive=primitive_of_node,
        operands=operands,
        sequences=sequences,
        first_element=first_element,
        roots=located[n_operands:].tolist(),
        constants=numpy.array(addresses.constants, float),
        parameters=addresses.parameters,
        captured=addresses.captured,
    )


class _UnknownError(Exception):
    """The nodes that are said to be all that were computed lack one, or have one twice."""


class _Addresses:
    """Gives Values their addresses.

    Attributes:
        parameters, constants, captured: as `Scalars` has them.
    """

    def __init__(self, recorded: RecordedExample, nodes: Sequence[Value]) -> None:
        self.parameters: list[Value] = []
        self.constants: list[float] = []
        self.captured: list[Value] = []
        self._given = None if recorded.parameters is None else set(recorded.parameters)
        self._first_tick = recorded.first_tick
        self._ticks = numpy.fromiter(map(graph.tick_of, nodes), numpy.int64, len(nodes))
        if (self._ticks[1:] == self._ticks[:-1]).any():
            raise _UnknownError
        self._of_input: dict[Value, int] = {}
        for space, values in enumerate(recorded.arguments.values, start=FIRST_INPUT):
            self._of_input.update(zip(values, range(address(space, 0), address(space, len(values))), strict=True))

    def of(self, ticks: Numbers, values: Callable[[Numbers], Iterable[Value]]) -> Numbers:
        """The addresses of Values. Leaves have theirs in the order of their first use.

        Args:
            ticks: the ticks of the Values, by which all Values can be told apart.
            values: gives the Values of some places in this row, which ascend.

        Raises:
            _UnknownError: a computed Value is not among the nodes.
        """
        index = numpy.searchsorted(self._ticks, ticks)
        is_computed = numpy.append(self._ticks, -1)[index] == ticks
        addresses: Numbers = address(COMPUTED, 0) + index
        places = numpy.flatnonzero(~is_computed)
        _, first, which = numpy.unique(ticks[places], return_index=True, return_inverse=True)
        order = numpy.argsort(first)
        of_leaves = numpy.empty(len(order), numpy.int64)
        of_leaves[order] = self._of_leaves(values(places[first[order]]))
        addresses[places] = of_leaves[which]
        return addresses

    def _of_leaves(self, leaves: Iterable[Value]) -> list[int]:
        """The addresses of different leaves, which are no nodes."""
        first_tick, given = self._first_tick, self._given
        first_parameter, first_constant = address(PARAMETERS, 0), address(CONSTANTS, 0)
        found: list[int] = []
        for leaf in leaves:
            if leaf.primitive is not _CONSTANT:
                of_input = self._of_input.get(leaf)
                if of_input is not None:
                    found.append(of_input)
                    continue
                if leaf._first is not None:
                    raise _UnknownError
                is_old = leaf._tick < first_tick
                if is_old if given is None else leaf in given:
                    found.append(first_parameter + len(self.parameters))
                    self.parameters.append(leaf)
                    continue
                if is_old:
                    self.captured.append(leaf)
            found.append(first_constant + len(self.constants))
            self.constants.append(leaf._data)
        return found


def _computed_nodes(roots: Sequence[Value]) -> list[Value]:
    """The computed nodes at and below the roots."""
    seen = set(roots)
    stack = [root for root in seen if root._first is not None]
    nodes: list[Value] = []
    tuples: set[int] = set()
    mark, push = seen.add, stack.append
    while stack:
        node = stack.pop()
        nodes.append(node)
        first: Any = node._first
        second: Any = node._second
        if first.__class__ is not tuple:
            # Without a loop: this is done for each operation of most graphs.
            if first not in seen:
                mark(first)
                if first._first is not None:
                    push(first)
            if second is not None and second not in seen:
                mark(second)
                if second._first is not None:
                    push(second)
            continue
        for group in (first, second):
            if group.__class__ is not tuple:
                group = () if group is None else (group,)
            elif id(group) in tuples or seen.issuperset(group):
                continue  # a tuple that many nodes hold is read once
            else:
                tuples.add(id(group))
            for operand in group:
                if operand not in seen:
                    mark(operand)
                    if operand._first is not None:
                        push(operand)
    return nodes
