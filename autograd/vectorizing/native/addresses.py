"""Where the elements of a kernel's arrays are: the indices and pointers that a function computes, and what it reads there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.vectorizing.native.code import Block, Buffer, Memory, Number
from autograd.vectorizing.native.names import Names
from autograd.vectorizing.native.outline import Outline
from autograd.vectorizing.native.scratch import ALIGNMENT
from autograd.vectorizing.rolled.program import Index


class Addresses:
    """The addresses that a function computes.

    Args:
        outline: what is settled about the kernel.
        names: those of the function.

    Attributes:
        counters: what the counters of the loops are called.
        rows: the numbers of the examples side by side.
    """

    def __init__(self, outline: Outline, names: Names) -> None:
        self._outline = outline
        self._names = names
        self._memory = outline.memory
        self._lanes = outline.lanes
        self.counters: dict[Block, str] = {}
        self.rows: list[str] = []
        self._indices: dict[Any, str] = {}
        self._inputs: dict[int, str] = {}
        self._input_rows: dict[tuple[int, int], str] = {}

    # ---------------------------------------------------------------------------------------- what a function begins with

    def find_inputs(self) -> None:
        """Find where the input arrays begin."""
        write = self._names.narrow
        numbers = {buffer.number for buffer in self._outline.live.buffers if buffer.memory is Memory.INPUT}
        places = {number: write.put(f"getelementptr ptr, ptr %inputs, i64 {number}") for number in sorted(numbers)}
        self._inputs = {number: write.put(f"load ptr, ptr {place}") for number, place in places.items()}

    def find_rows(self) -> None:
        """Find the examples side by side. Where some are missing in the last turn, the last example stands in for them."""
        write = self._names.narrow
        last = write.put("sub nsw i64 %m, 1") if self._lanes > 1 else ""
        self.rows = ["%example"]
        for lane in range(1, self._lanes):
            row = write.put(f"add nsw i64 %example, {lane}")
            smaller = write.put(f"icmp slt i64 {row}, {last}")
            self.rows.append(write.put(f"select i1 {smaller}, i64 {row}, i64 {last}"))
        for buffer in self._outline.live.buffers:
            if buffer.memory is Memory.INPUT:
                for lane, row in enumerate(self.rows):
                    start = row if buffer.size == 1 else write.put(f"mul nsw i64 {row}, {buffer.size}")
                    array = self._inputs[buffer.number]
                    pointer = write.put(f"getelementptr {self._outline.number_type}, ptr {array}, i64 {start}")
                    self._input_rows[buffer.number, lane] = pointer

    def clear(self, when: str) -> None:
        """Fill with zeros what needs it once for each call, or anew for each turn of examples."""
        start, size = self._memory.zeroed[when]
        # All bits set is the mark of an exact kernel for what nothing has been added to yet.
        filling = "-1" if self._outline.kernel.exact else "0"
        if size:
            self.fill(self._names.in_scratch(start), size, ALIGNMENT, filling)

    def fill(self, pointer: str, size: int, alignment: int, byte: str) -> None:
        """Fill memory with a byte."""
        write = self._names.narrow
        write.declarations.add("declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)")
        write.lines.append(f"call void @llvm.memset.p0.i64(ptr align {alignment} {pointer}, i8 {byte}, i64 {size}, i1 false)")

    # ------------------------------------------------------------------------------------------------------------ indices

    def begin_loop(self) -> dict[Any, str]:
        """Note that a loop begins; what is given is for `end_loop`."""
        known, self._indices = self._indices, dict(self._indices)
        return known

    def end_loop(self, known: dict[Any, str]) -> None:
        """Forget the indices that a loop has computed."""
        self._indices = known

    def index(self, index: Index, nest: Sequence[Block]) -> str:
        """An index as an integer."""
        if not index.steps and not index.table_steps:
            return str(index.at(()))
        key = (index, tuple(nest))
        known = self._indices.get(key)
        if known is None:
            known = str(index.base)
            if index.table:
                write, table = self._names.narrow, self._outline.table(index.table)
                place = write.put(f"getelementptr i64, ptr {table}, i64 {self._linear('0', index.table_steps, nest)}")
                known = self._plus(known, write.put(f"load i64, ptr {place}"))
            known = self._indices[key] = self._linear(known, index.steps, nest)
        return known

    def _linear(self, start: str, steps: Sequence[int], nest: Sequence[Block]) -> str:
        for step, block in zip(steps, nest, strict=False):
            if step:
                counter = self.counters[block]
                start = self._plus(start, counter if step == 1 else self._names.narrow.put(f"mul nsw i64 {counter}, {step}"))
        return start

    def _plus(self, a: str, b: str) -> str:
        return b if a == "0" else self._names.narrow.put(f"add nsw i64 {a}, {b}")

    def chosen(self, place: Any, lane: int, wide: bool, start: str, step: int, length: int) -> str:
        """The index of the element that a number chooses; one that is out of range has been noted, and is no index."""
        write = self._names.narrow
        number = self._names.text(place, wide)
        if wide:
            number = self._names.wide.lane(number, lane)
        write.declarations.add("declare i64 @llvm.fptosi.sat.i64.f64(double)")
        write.declarations |= {f"declare i64 @llvm.{name}.i64(i64, i64)" for name in ("smin", "smax")}
        chosen = write.put(f"call i64 @llvm.fptosi.sat.i64.f64(double {number})")
        chosen = write.put(f"call i64 @llvm.smax.i64(i64 {chosen}, i64 0)")
        chosen = write.put(f"call i64 @llvm.smin.i64(i64 {chosen}, i64 {length - 1})")
        if step != 1:
            chosen = write.put(f"mul nsw i64 {chosen}, {step}")
        return self._plus(start, chosen)

    # ----------------------------------------------------------------------------------------------------------- pointers

    def element(self, buffer: Buffer, place: str) -> str:
        """Where an element of a buffer is, with all its lanes."""
        write = self._names.wide.beside(self._memory.lanes_of(buffer))
        return write.put(f"getelementptr {write.number_type}, ptr {self._beginning(buffer)}, i64 {place}")

    def scalar(self, buffer: Buffer, place: str, lane: int) -> str:
        """Where a single number of a buffer is."""
        write = self._names.narrow
        n_lanes = self._memory.lanes_of(buffer)
        if n_lanes > 1:
            place = self._plus(str(lane % n_lanes), write.put(f"mul nsw i64 {place}, {n_lanes}"))
        return write.put(f"getelementptr double, ptr {self._beginning(buffer)}, i64 {place}")

    def _beginning(self, buffer: Buffer) -> str:
        if buffer.memory is Memory.CONSTANTS:
            return self._outline.numbers(buffer)
        return self._names.in_scratch(self._memory.offsets[buffer])

    # ------------------------------------------------------------------------------------------------ reading and writing

    def load(self, buffer: Buffer, index: Index, nest: Sequence[Block], *, wide: bool) -> str:
        """Read an element of a buffer."""
        place, names = self.index(index, nest), self._names
        if buffer.memory is Memory.INPUT:
            return self._input(buffer, place)
        if buffer.memory is Memory.PARAMETERS:
            return names.writer(wide).splat(self._given("%theta", place, self._memory.tag("theta")))
        pointer = self.element(buffer, place)
        write = names.wide.beside(self._memory.lanes_of(buffer))
        loaded = write.put(f"load {write.number_type}, ptr {pointer}, {self._memory.tag(buffer)}")
        return names.wide.splat(loaded) if wide and not buffer.wide else loaded

    def gather(
        self, buffer: Buffer, index: Index, nest: Sequence[Block], step: int, place: Number, length: int, *, wide: bool
    ) -> str:
        """Read the element of a buffer that a number chooses."""
        start = self.index(index, nest)
        vector = "poison"
        for lane in range(self._lanes if wide else 1):
            chosen = self.chosen(place, lane, wide, start, step, length)
            if buffer.memory is Memory.PARAMETERS:
                number = self._given("%theta", chosen, self._memory.tag("theta"))
            elif buffer.memory is Memory.INPUT:
                number = self._given(self._input_rows[buffer.number, lane], chosen, self._memory.tag("batch"))
            else:
                pointer = self.scalar(buffer, chosen, lane)
                number = self._names.narrow.put(f"load double, ptr {pointer}, {self._memory.tag(buffer)}")
            if not wide:
                return number
            vector = self._names.wide.with_lane(vector, lane, number)
        return vector

    def _input(self, buffer: Buffer, place: str) -> str:
        vector = "poison"
        for lane in range(self._lanes):
            number = self._given(self._input_rows[buffer.number, lane], place, self._memory.tag("batch"))
            vector = self._names.wide.with_lane(vector, lane, number)
        return vector

    def _given(self, pointer: str, place: str, tag: str) -> str:
        """A number of θ or of the batch."""
        write, kind = self._names.narrow, self._outline.number_type
        element = pointer if place == "0" else write.put(f"getelementptr {kind}, ptr {pointer}, i64 {place}")
        loaded = write.put(f"load {kind}, ptr {element}, {tag}")
        return loaded if kind == "double" else write.put(f"fpext float {loaded} to double")

    def give(self, pointer: str, place: str, number: str) -> None:
        """Write a result in the type of the results."""
        write, kind = self._names.narrow, self._outline.number_type
        element = write.put(f"getelementptr {kind}, ptr {pointer}, i64 {place}")
        if kind == "float":
            number = write.put(f"fptrunc double {number} to float")
        write.lines.append(f"store {kind} {number}, ptr {element}, {self._memory.tag('out')}")
