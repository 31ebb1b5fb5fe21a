"""Reading a recorded graph: the scalars that have to be computed, in the order of recording, with the addresses of operands.

Equal operations on equal operands are computed once, and what depends on constants alone is a constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.engine import graph, state
from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.grouping.traversal import refuse_what_no_program_has
from autograd.vectorizing.rolled.addresses import (
    COMPUTED,
    CONSTANTS,
    FIRST_COMPUTED,
    FIRST_CONSTANT,
    FIRST_INPUT,
    PARAMETERS,
    address,
)

_CONSTANT = TABLE["constant"]


class Scalars:
    """The scalars of a recorded graph.

    Args:
        recorded: what a function recorded.
        exact: whether to keep each scalar as it was recorded.

    Attributes:
        nodes: all computed nodes, oldest first; the index of a computed scalar is its place here.
        primitives: what the scalars that have to be computed are computed by, oldest first.
        positions: their places among the nodes.
        first, second: their operand slots: the address of a single operand, the number of a sequence as -2 - number, or -1 for
            no operand. All uses of a constant have the same address here, which is a place in `constants`.
        sequences: the addresses of the operands of each sequence.
        parameters: the parameters in the order of their first use.
        constants: the numbers of the constants.
        captured: the leaves, made before, whose numbers have become constants.
    """

    def __init__(self, recorded: RecordedExample, exact: bool) -> None:
        self.nodes = _computed_nodes(recorded.roots())
        self.primitives: list[Primitive] = []
        self.positions: list[int] = []
        self.first: list[int] = []
        self.second: list[int] = []
        self.sequences: list[tuple[int, ...]] = []
        self.parameters: list[Value] = []
        self.constants: list[float] = []
        self.captured: dict[Value, None] = {}
        self._given = None if recorded.parameters is None else set(recorded.parameters)
        self._first_tick = recorded.first_tick
        self._address_of: dict[Value, int] = {}
        self._constant_of_bits: dict[str, int] = {}
        self._number_of_tuple: dict[int, int] = {}
        self._number_of_sequence: dict[tuple[int, ...], int] = {}
        self._is_constant: list[bool] = []
        for number, values in enumerate(recorded.arguments.values):
            start = address(FIRST_INPUT + number, 0)
            self._address_of.update(zip(values, range(start, start + len(values)), strict=True))
        self._read(exact)

    def locate(self, value: Value) -> int:
        """The address of a node that has been read, or of a leaf, which is entered where it is new."""
        known = self._address_of.get(value)
        return self._enter_leaf(value) if known is None else known

    def _read(self, exact: bool) -> None:
        known: dict[tuple[Primitive, int, int], int] = {}
        address_of, enter_leaf = self._address_of, self._enter_leaf
        for position, node in enumerate(self.nodes):
            first: Any = node._first
            second: Any = node._second
            one: int | None
            other: int | None
            if first.__class__ is tuple:
                one = self._sequence(first)
                other = -1 if second is None else self._sequence(second) if second.__class__ is tuple else self.locate(second)
            else:
                one = address_of.get(first)
                if one is None:
                    one = enter_leaf(first)
                if second is None:
                    other = -1
                else:
                    other = address_of.get(second)
                    if other is None:
                        other = enter_leaf(second)
            if not exact:
                if self._are_constants(one, other):
                    address_of[node] = self._constant(node._data)
                    continue
                key = (node.primitive, one, other)
                same = known.get(key)
                if same is not None:
                    address_of[node] = same
                    continue
                known[key] = FIRST_COMPUTED + position
            address_of[node] = FIRST_COMPUTED + position
            self.primitives.append(node.primitive)
            self.positions.append(position)
            self.first.append(one)
            self.second.append(other)

    def _are_constants(self, one: int, other: int) -> bool:
        if one < -1:
            return self._is_constant[-2 - one] and (other == -1 or self._are_constants(other, -1))
        return FIRST_CONSTANT <= one < FIRST_COMPUTED and (other == -1 or FIRST_CONSTANT <= other < FIRST_COMPUTED)

    def _sequence(self, values: tuple[Value, ...]) -> int:
        """The number of a sequence of operands, as -2 - number. A tuple that many nodes share is read once."""
        number = self._number_of_tuple.get(id(values))
        if number is None:
            read = list(map(self._address_of.get, values))
            if None in read:
                read = list(map(self.locate, values))
            sequence: Any = tuple(read)
            number = self._number_of_sequence.get(sequence)
            if number is None:
                number = self._number_of_sequence[sequence] = len(self.sequences)
                self.sequences.append(sequence)
                is_constant = FIRST_CONSTANT <= min(sequence) and max(sequence) < FIRST_COMPUTED
                self._is_constant.append(is_constant)
            self._number_of_tuple[id(values)] = number
        return -2 - number

    def _enter_leaf(self, leaf: Value) -> int:
        if leaf.primitive is _CONSTANT or not self._is_parameter(leaf):
            if leaf.primitive is not _CONSTANT and leaf._tick < self._first_tick:
                self.captured[leaf] = None
            entered = self._constant(leaf._data)
        else:
            entered = address(PARAMETERS, len(self.parameters))
            self.parameters.append(leaf)
        self._address_of[leaf] = entered
        return entered

    def _is_parameter(self, leaf: Value) -> bool:
        return leaf in self._given if self._given is not None else leaf._tick < self._first_tick

    def _constant(self, number: float) -> int:
        # By bit pattern: 0.0 and -0.0 are two constants, and a nan is one.
        bits = number.hex()
        place = self._constant_of_bits.get(bits)
        if place is None:
            place = self._constant_of_bits[bits] = len(self.constants)
            self.constants.append(number)
        return address(CONSTANTS, place)


def _computed_nodes(roots: Sequence[Value]) -> list[Value]:
    """The computed nodes at and below the roots, oldest first.

    Raises:
        StaleGraphError: a leaf was assigned another number after something had been computed from it.
        TypeError: a primitive of the user's own has rules that can't be compiled, or has been defined anew since.
    """
    seen = set(roots)
    stack = [root for root in seen if root._first is not None]
    nodes = list(stack)
    tuples: set[int] = set()
    while stack:
        node = stack.pop()
        first: Any = node._first
        second: Any = node._second
        operands: Any
        if first.__class__ is not tuple:
            operands = (first,) if second is None else (first, second)
        else:
            # A tuple that many nodes hold is read once.
            operands = () if id(first) in tuples else first
            tuples.add(id(first))
            if second.__class__ is not tuple:
                operands = operands if second is None else (*operands, second)
            elif id(second) not in tuples:
                operands = (*operands, *second)
                tuples.add(id(second))
        for operand in operands:
            if operand not in seen:
                seen.add(operand)
                if operand._first is not None:
                    stack.append(operand)
                    nodes.append(operand)
    for primitive in {node.primitive for node in nodes}:
        refuse_what_no_program_has(primitive)
    nodes.sort(key=graph.tick_of)
    if nodes and nodes[0]._tick < state.latest_assignment:
        graph.topological_order(*roots)  # raises for what is stale
    return nodes
