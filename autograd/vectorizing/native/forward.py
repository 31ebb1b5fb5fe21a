"""Lowering of the forward pass: each operation of a rolled program becomes low-level code by the table's forward rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy

from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS
from autograd.table.rules import Selection, Summed
from autograd.vectorizing.native.code import INDEX_OUT_OF_RANGE, Block, Buffer, Memory, Number
from autograd.vectorizing.native.indices import (
    UNROLLED,
    at,
    elements,
    moved,
    picked,
    row_to_pick_from,
    segments,
    strided,
    trimmed,
)
from autograd.vectorizing.native.numbers import KernelNumbers
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, RolledProgram, Run, Slot

# So many partial sums does a long sum have, for the processor to add in parallel.
_PARTIAL_SUMS = 4


_MEMORY = {Kind.PARAMETERS: Memory.PARAMETERS, Kind.INPUT: Memory.INPUT, Kind.CONSTANTS: Memory.CONSTANTS}
_LARGEST_SINGLE = float(numpy.finfo(numpy.float32).max)


class Forward:
    """The forward pass of a kernel while it is written.

    Args:
        rolled: the program.
        numbers: the number system that writes code.
        taped: whether local derivatives that take a function call are kept for the way back.
        single: whether constants are rounded to single precision, so that an input is equal to a constant that it was given as.

    Attributes:
        tapes: where local derivatives of operations in loops are kept, by operation and operand.
    """

    def __init__(self, rolled: RolledProgram, numbers: KernelNumbers, *, taped: bool, single: bool = False) -> None:
        self._single = single
        self._rolled = rolled
        self.numbers = numbers
        self._taped = taped
        self.tapes: dict[tuple[Operation, int], Buffer] = {}
        self._buffers: dict[Array, Buffer] = {}
        self._known: dict[tuple[Block, Array, Index], Any] = {}
        # What the loops around compute, and the numbers that take it from one turn into the next.
        self._written_in: dict[tuple[Block, Array, Index], list[Number]] = {}
        # Where code of this pass goes at present: what is the same for all examples, and what is not.
        self._blocks: dict[bool, Block] = {False: numbers.root, True: numbers.examples}

    def write(self, wanted: Collection[Array] | None = None) -> None:
        """Write the code of all operations, or of those whose results are wanted."""
        self._items(self._rolled.items, wanted)
        self.numbers.block = self.numbers.root

    def _items(self, items: Sequence[Item], wanted: Collection[Array] | None) -> None:
        for item in items:
            if isinstance(item, Loop):
                self._loop(item, wanted)
            elif wanted is None or item.result.array in wanted:
                self._compute(item)

    def _loop(self, loop: Loop, wanted: Collection[Array] | None) -> None:
        around = self._blocks
        self._blocks = {wide: block.loop(loop.trips, backwards=False) for wide, block in around.items()}
        for item in loop.items:
            if isinstance(item, Operation):
                place = item.result
                self._written_in[self._blocks[place.array.batched], place.array, trimmed(place.index)] = []
        self._items(loop.items, wanted)
        for wide, block in around.items():
            inside = self._blocks[wide]
            for (written_in, array, index), carried in self._written_in.items():
                if written_in is inside:
                    for number in carried:
                        number.operands = (*number.operands, self._known[inside, array, index])
            if inside.code:
                block.code.append(inside)
        self._written_in = {key: carried for key, carried in self._written_in.items() if key[0] not in self._blocks.values()}
        self._blocks = around

    def _compute(self, operation: Operation) -> None:
        numbers, result = self.numbers, operation.result
        block = numbers.block = self._blocks[result.array.batched]
        numbers.refuses = not operation.primitive.is_quiet
        value = self._value(operation)
        numbers.refuses = False
        self._known[block, result.array, trimmed(result.index)] = value
        if block.nest or result.array.size > 1:
            # A single number outside of loops is known wherever it is read.
            numbers.state("store", self.buffer_of(result.array), value, index=result.index, nest=block.nest)
        if self._taped and block.nest and result.array.active and not isinstance(operation.primitive, Summed):
            self._tape(operation, value, block)

    def _value(self, operation: Operation) -> Any:
        primitive, numbers = operation.primitive, self.numbers
        if isinstance(primitive, Summed):
            return self._sum(primitive, operation.slots)
        if isinstance(primitive, Selection):
            if primitive.name == "pick" and (row := row_to_pick_from(operation.slots)) is not None:
                return self._picked(row, self.read(operation.slots[1]))
            groups = [self.read(slot) for slot in operation.slots]
            return numbers.as_number(numbers.chosen(groups[0], self.position(operation, groups)))
        return numbers.as_number(primitive.forward(numbers, *[self.read(slot) for slot in operation.slots]))

    def position(self, operation: Operation, groups: Sequence[Any]) -> Any:
        """The place of the operand that a selection chooses."""
        primitive: Any = operation.primitive
        place = primitive.position(self.numbers, *groups)
        return self.whole(place, len(groups[0])) if primitive.name == "pick" else place

    def whole(self, place: Any, length: int) -> Any:
        """A given position, refused unless it is a whole number below the length."""
        numbers = self.numbers
        if numbers.refuses and place.__class__ is Number:
            in_range = numbers.make(
                "both",
                numbers.operate("greater_equal", place, 0.0),
                numbers.operate("less", place, float(length)),
                kind="mask",
            )
            is_whole = numbers.operate("equal", numbers.make("floor", place), place)
            holds = numbers.make("both", in_range, is_whole, kind="mask")
            numbers.refuse(numbers.make("opposite", holds, kind="mask"), INDEX_OUT_OF_RANGE)
        return place

    def _picked(self, row: Run, place: Any) -> Any:
        numbers, depth = self.numbers, len(self.numbers.block.nest)
        self.whole(place, row.count)
        index = picked(row, place, depth)
        if index is not None:
            return self._read(row.array, index)
        return numbers.gather(self.memory_of(row.array), row.index, numbers.block.nest, row.index.steps[depth], place, row.count)

    # ------------------------------------------------------------------------------------------------------- operands

    def read(self, slot: Slot) -> Any:
        """The number in a slot, or the list of its numbers."""
        if isinstance(slot, Place):
            return self._read(slot.array, slot.index)
        return [self._read(place.array, place.index) for place in elements(slot, len(self.numbers.block.nest))]

    def _read(self, array: Array, index: Index) -> Any:
        block: Block | None = self.numbers.block
        index = trimmed(index)
        if array.kind is Kind.COMPUTED:
            while block is not None:
                known = self._known.get((block, array, index))
                if known is not None:
                    return known
                block = block.parent
            carried = self._carried(array, index)
            if carried is not None:
                return carried
        elif array.kind is Kind.CONSTANTS and not index.steps and not index.table_steps:
            constant = array.constants[index.at(())]
            return _single(constant) if self._single else constant
        return self.numbers.load(self.memory_of(array), index, self.numbers.block.nest)

    def _carried(self, array: Array, index: Index) -> Number | None:
        """What the present loop computed one turn before, without a way through memory."""
        numbers, block = self.numbers, self.numbers.block
        depth = len(block.nest) - 1
        after = moved(index, depth, 1)
        if after is None or block.parent is None:
            return None
        carried = self._written_in.get((block, array, after))
        if carried is None:
            return None
        numbers.block = block.parent
        first = self._read(array, at(index, 0, depth))
        numbers.block = block
        number = numbers.carried(first, wide=array.batched)
        carried.append(number)
        self._known[block, array, index] = number
        return number

    def memory_of(self, array: Array) -> Buffer:
        """Where the numbers of an array are read from."""
        return self.buffer_of(array)

    def buffer_of(self, array: Array) -> Buffer:
        """The memory of an array."""
        buffer = self._buffers.get(array)
        if buffer is None:
            is_computed = array.kind is Kind.COMPUTED
            memory = Memory.SCRATCH if is_computed else _MEMORY[array.kind]
            wide = is_computed and array.batched
            constants = tuple(map(_single, array.constants)) if self._single else array.constants
            buffer = Buffer(memory, array.size, wide, array.number, constants)
            self._buffers[array] = buffer
        return buffer

    # ----------------------------------------------------------------------------------------------------------- sums

    def _sum(self, primitive: Summed, slots: Sequence[Slot]) -> Any:
        """A sum of terms, from left to right; in several partial sums where it is long."""
        total: Any = None
        for count, columns in segments(slots, self._depth):
            if count <= UNROLLED:
                for k in range(count):
                    term = self._term(primitive, [Place(run.array, at(run.index, k, self._depth)) for run in columns])
                    total = term if total is None else self.numbers.operate("add", total, term)
            else:
                part = self._long_sum(primitive, columns, count, total)
                total = part
        return total

    @property
    def _depth(self) -> int:
        return len(self.numbers.block.nest)

    def _term(self, primitive: Summed, places: Sequence[Place]) -> Any:
        return primitive.term(self.numbers, *[self._read(place.array, place.index) for place in places])

    def _long_sum(self, primitive: Summed, columns: Sequence[Run], count: int, start: Any) -> Any:
        numbers, block = self.numbers, self.numbers.block
        n_parts = 1 if numbers.exact or count < 2 * _PARTIAL_SUMS else _PARTIAL_SUMS
        loop = block.loop(count // n_parts, backwards=False)
        wide = block.wide
        variables = [numbers.variable(wide, -0.0 if start is None or k else start) for k in range(n_parts)]
        numbers.block = loop
        depth = len(loop.nest) - 1
        for k, variable in enumerate(variables):
            term = self._term(primitive, [Place(run.array, strided(run.index, k, n_parts, depth)) for run in columns])
            numbers.state("increase", variable, term)
        numbers.block = block
        block.code.append(loop)
        parts = [numbers.value_of(variable) for variable in variables]
        while len(parts) > 1:
            parts = [
                numbers.operate("add", *parts[k : k + 2]) if k + 1 < len(parts) else parts[k] for k in range(0, len(parts), 2)
            ]
        total = parts[0]
        for k in range(count - count % n_parts, count):
            term = self._term(primitive, [Place(run.array, at(run.index, k, depth)) for run in columns])
            total = numbers.operate("add", total, term)
        return total

    # ----------------------------------------------------------------------------------------------------------- tape

    def _tape(self, operation: Operation, value: Any, block: Block) -> None:
        """Keep local derivatives that would take a function call on the way back."""
        primitive, numbers = operation.primitive, self.numbers
        if primitive.name == "pick" and row_to_pick_from(operation.slots) is not None:
            return
        groups = [self.read(slot) for slot in operation.slots]
        if isinstance(primitive, Selection):
            if len(groups[0]) > 3:
                self._keep(operation, 0, numbers.as_number(self.position(operation, groups)))
            return
        given = {id(value), *(id(n) for group in groups for n in (group if isinstance(group, list) else (group,)))}
        for place, derivative in enumerate(primitive.local_derivatives(numbers, groups, value)):
            if derivative.__class__ is Number and _takes_a_call(derivative, block, given):
                self._keep(operation, place, numbers.as_number(derivative))

    def _keep(self, operation: Operation, place: int, number: Any) -> None:
        if number.__class__ is Number:
            array = operation.result.array
            tape = self.tapes[operation, place] = Buffer(Memory.SCRATCH, array.size, array.batched)
            self.numbers.state("store", tape, number, index=operation.result.index, nest=self.numbers.block.nest)


def _takes_a_call(number: Any, block: Block, given: set[int]) -> bool:
    if number.__class__ is not Number or id(number) in given or number.block is not block:
        return False
    return (
        number.operation in ELEMENTARY_FUNCTIONS
        or number.operation == "sech2"
        or any(_takes_a_call(o, block, given) for o in number.operands)
    )


def _single(number: float) -> float:
    """The nearest number of single precision, if there is one."""
    return float(numpy.float32(number)) if abs(number) < _LARGEST_SINGLE else number
