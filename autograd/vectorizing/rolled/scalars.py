"""Reading a recorded graph: the scalars that were computed, in the order of recording, with the addresses of their operands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
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

_CONSTANT = TABLE["constant"]
_first_of, _second_of, _primitive_of = attrgetter("_first"), attrgetter("_second"), attrgetter("primitive")


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
    nodes = _computed_nodes(roots)
    of_nodes = list(map(_primitive_of, nodes))
    primitives = list(dict.fromkeys(of_nodes))
    for primitive in primitives:
        refuse_what_no_program_has(primitive)
    number_of = {primitive: number for number, primitive in enumerate(primitives)}
    primitive_of_node = numpy.array([number_of[primitive] for primitive in of_nodes], numpy.int64)
    reader = _Reader(recorded, nodes)
    takes_many = numpy.array([primitive.arity == MANY for primitive in primitives], bool)
    operands = reader.operands(nodes, numpy.flatnonzero(takes_many[primitive_of_node]).tolist())
    lengths = numpy.fromiter(map(len, reader.sequences), numpy.int64, len(reader.sequences))
    return Scalars(
        nodes=nodes,
        primitives=primitives,
        position=numpy.arange(len(nodes)),
        primitive=primitive_of_node,
        operands=operands,
        sequences=numpy.fromiter(chain.from_iterable(reader.sequences), numpy.int64, int(lengths.sum())),
        first_element=numpy.concatenate([[0], numpy.cumsum(lengths)]),
        # What the roots are is asked first: a leaf may be entered.
        roots=list(map(reader.locate, roots)),
        constants=numpy.array(reader.constants, float),
        parameters=reader.parameters,
        captured=list(reader.captured),
    )


class _Reader:
    """Finds the addresses of operands.

    Attributes:
        sequences: the addresses in each sequence of operands.
        parameters, constants, captured: as `Scalars` has them.
    """

    def __init__(self, recorded: RecordedExample, nodes: Sequence[Value]) -> None:
        self.sequences: dict[tuple[int, ...], int] = {}
        self.parameters: list[Value] = []
        self.constants: list[float] = []
        self.captured: dict[Value, None] = {}
        self._given = None if recorded.parameters is None else set(recorded.parameters)
        self._first_tick = recorded.first_tick
        self._address_of: dict[Any, int] = {None: -1}
        inputs = [(FIRST_INPUT + number, values) for number, values in enumerate(recorded.arguments.values)]
        for space, values in [*inputs, (COMPUTED, nodes)]:
            self._address_of.update(zip(values, range(address(space, 0), address(space, len(values))), strict=True))

    def operands(self, nodes: Sequence[Value], with_many: Sequence[int]) -> Numbers:
        """The operand slots of all nodes.

        Args:
            nodes: the nodes.
            with_many: which of them have a sequence of operands.
        """
        slots: list[Any] = [None] * (2 * len(nodes))
        slots[::2], slots[1::2] = map(_first_of, nodes), map(_second_of, nodes)
        # A tuple that many nodes share is read once.
        number_of_tuple: dict[int, int] = {}
        tuple_in: dict[int, int] = {}
        tuples: dict[int, tuple[Value, ...]] = {}
        for place in chain.from_iterable([(2 * node, 2 * node + 1) for node in with_many]):
            values = slots[place]
            if values.__class__ is tuple:
                slots[place] = None
                number = tuple_in[place] = number_of_tuple.setdefault(id(values), len(tuples))
                if number == len(tuples):
                    tuples[place] = values
        found: list[Any] = list(map(self._address_of.get, slots))
        new = [place for place, known in enumerate(found) if known is None] if None in found else []
        # In the order of use, which is the order of the parameters.
        entered = 0
        number_of_sequence: list[int] = []
        for place, values in tuples.items():
            until = bisect_left(new, place, entered)
            self._enter([slots[one] for one in new[entered:until]])
            entered = until
            sequence: Any = tuple(map(self._address_of.get, values))
            if None in sequence:
                self._enter(values)
                sequence = tuple(map(self._address_of.get, values))
            number_of_sequence.append(self.sequences.setdefault(sequence, len(self.sequences)))
        self._enter([slots[place] for place in new[entered:]])
        for place in new:
            found[place] = self._address_of[slots[place]]
        addresses = numpy.array(found, numpy.int64)
        if tuple_in:
            addresses[list(tuple_in)] = -2 - numpy.array(number_of_sequence)[list(tuple_in.values())]
        return numpy.ascontiguousarray(addresses.reshape(-1, 2).T)

    def locate(self, value: Value) -> int:
        """The address of a node, or of a leaf, which is entered where it is new."""
        self._enter((value,))
        return self._address_of[value]

    def _enter(self, values: Sequence[Value]) -> None:
        """Give those Values an address that have none yet: leaves."""
        address_of, first_tick, given = self._address_of, self._first_tick, self._given
        first_parameter, first_constant = address(PARAMETERS, 0), address(CONSTANTS, 0)
        for leaf in dict.fromkeys(values):
            if leaf in address_of:
                continue
            if leaf.primitive is not _CONSTANT and (leaf._tick < first_tick if given is None else leaf in given):
                address_of[leaf] = first_parameter + len(self.parameters)
                self.parameters.append(leaf)
                continue
            if leaf.primitive is not _CONSTANT and leaf._tick < first_tick:
                self.captured[leaf] = None
            address_of[leaf] = first_constant + len(self.constants)
            self.constants.append(leaf._data)


def _computed_nodes(roots: Sequence[Value]) -> list[Value]:
    """The computed nodes at and below the roots, oldest first."""
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
    nodes.sort(key=graph.tick_of)
    if nodes and nodes[0]._tick < state.latest_assignment:
        graph.topological_order(*roots)  # raises for what is stale
    return nodes
