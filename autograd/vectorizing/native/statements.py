"""Writing what changes memory, a variable or the status of a kernel."""

from __future__ import annotations

from typing import Any

from autograd.vectorizing.native.addresses import Addresses
from autograd.vectorizing.native.code import Memory, Number, Statement
from autograd.vectorizing.native.marks import combine
from autograd.vectorizing.native.names import Names
from autograd.vectorizing.native.outline import Outline


class Statements:
    """Writes the statements of a function.

    Args:
        outline: what is settled about the kernel.
        names: those of the function.
        addresses: those that it computes.
    """

    def __init__(self, outline: Outline, names: Names, addresses: Addresses) -> None:
        self._outline = outline
        self._names = names
        self._addresses = addresses

    def write(self, statement: Statement) -> None:
        """Write a statement."""
        names, addresses = self._names, self._addresses
        target, values = statement.target, statement.values
        match statement.action:
            case "store" | "add":
                self._store(statement)
            case "scatter":
                self._scatter(statement)
            case "set" | "increase":
                if statement.action == "increase":
                    new = self._sum(names.get(target), values[0], target.wide)
                else:
                    new = names.text(values[0], target.wide)
                names.set(target, new)
            case "refuse":
                self._refuse(target, values[0])
            case "result":
                vector, width = names.text(values[0], True), self._outline.kernel.width
                for lane, row in enumerate(addresses.rows):
                    place = row if width == 1 else names.narrow.put(f"mul nsw i64 {row}, {width}")
                    place = place if not target else names.narrow.put(f"add nsw i64 {place}, {target}")
                    addresses.give("%out", place, names.wide.lane(vector, lane))
            case "figure":
                pointer = names.narrow.put(f"getelementptr double, ptr %results, i64 {target}")
                names.narrow.lines.append(f"store double {names.text(values[0], False)}, ptr {pointer}")

    def _store(self, statement: Statement) -> None:
        buffer, place = statement.target, self._addresses.index(statement.index, statement.nest)
        if buffer.memory is Memory.GRADIENT:
            self._addresses.give("%out", place, self._names.text(statement.values[0], False))
            return
        memory = self._outline.memory
        n_lanes = memory.lanes_of(buffer)
        write = self._names.wide.beside(n_lanes)
        pointer = self._addresses.element(buffer, place)
        if statement.action == "add":
            value = write.put(f"load {write.number_type}, ptr {pointer}, {memory.tag(buffer)}")
            for start in range(0, self._outline.lanes if buffer.wide else 1, n_lanes):
                value = self._sum(value, statement.values[0], buffer.wide, start, n_lanes)
        else:
            value = self._names.text(statement.values[0], buffer.wide)
        write.lines.append(f"store {write.number_type} {value}, ptr {pointer}, {memory.tag(buffer)}")

    def _scatter(self, statement: Statement) -> None:
        target, names, addresses = statement.target, self._names, self._addresses
        number, place, step, length = statement.values
        write, tag = names.narrow, self._outline.memory.tag
        start = addresses.index(statement.index, statement.nest)
        for lane in range(self._outline.lanes if target.wide else 1):
            pointer = addresses.scalar(target, addresses.chosen(place, lane, target.wide, start, step, length), lane)
            old = write.put(f"load double, ptr {pointer}, {tag(target)}")
            part = names.text(number, target.wide)
            part = names.wide.lane(part, lane) if target.wide else part
            new = combine(write, old, part) if self._outline.kernel.exact else write.add(old, part)
            write.lines.append(f"store double {new}, ptr {pointer}, {tag(target)}")

    def _sum(self, old: str, number: Any, wide: bool, start: int = 0, n_lanes: int = 0) -> str:
        """A number, or some lanes of it, added to what was there before."""
        n_all = self._outline.lanes if wide else 1
        write = self._names.wide.beside(n_lanes or n_all)

        def part(operand: Any) -> str:
            text = self._names.text(operand, wide)
            if write.lanes == n_all:
                return text
            kind = self._names.writer(wide).number_type
            chosen = ", ".join(f"i32 {lane}" for lane in range(start, start + write.lanes))
            return write.put(f"shufflevector {kind} {text}, {kind} poison, <{write.lanes} x i32> <{chosen}>")

        if self._outline.kernel.exact:
            return combine(write, old, part(number))
        if number in self._outline.live.added:
            left, right = number.operands
            return write.fused(part(left), part(right), old)
        return write.add(old, part(number))

    def _refuse(self, bit: int, mask: Any) -> None:
        names = self._names
        wide = mask.__class__ is Number and mask.wide
        write, noted = names.writer(wide), "-1"
        if mask.__class__ is Number:
            noted = write.put(f"sext {write.mask_type} {names.name_of(mask)} to {write.integer_type}")
        names.set((bit, wide), write.integer("or", names.get((bit, wide)), noted))
