"""Low-level code while it is made: nothing is computed twice, and everything in the outermost block that has its operands."""

from __future__ import annotations

from typing import Any

from autograd.vectorizing.native.code import Block, Buffer, Memory, Number, Statement, Variable
from autograd.vectorizing.rolled.program import Index

_FIRST = Index(0)


class NumberedCode:
    """The blocks of a kernel, to which numbers and statements are appended.

    Attributes:
        block: where code goes to that no operand ties to another block.
        root: the block that is run once.
        examples: the loop over the examples.
    """

    def __init__(self) -> None:
        self.root = Block(is_before=True)
        self.examples = Block(parent=self.root, trips=0, depth=1, wide=True)
        self.block = self.root
        self._known: dict[Any, Number] = {}

    def make(self, operation: str, *operands: Any, kind: Any = "number", block: Block | None = None) -> Number:
        """The number that an operation gives: one that is known, or a new one in the outermost block that has its operands."""
        key: tuple[Any, ...] = (operation, *operands) if block is None else (operation, *operands, block)
        wide = False
        place = block
        for operand in operands:
            if operand.__class__ is Number:
                if operand.wide:
                    wide = True
                if block is None and (place is None or operand.block.depth > place.depth):
                    place = operand.block
            elif not operand or operand != operand:
                key = tuple(map(key_of, key))
        known = self._known.get(key)
        if known is not None:
            return known
        if place is None:
            place = self.root
        if wide:
            operands = tuple([self.widened(o) if o.__class__ is Number and not o.wide else o for o in operands])
            if place.depth == 0:
                place = self.examples
        number = self._known[key] = Number(self, place, operation, operands, kind, wide)
        place.code.append(number)
        return number

    def widened(self, number: Number) -> Number:
        """A vector of the same number for each example."""
        if number.operation == "load" and not number.operands[0].wide:
            buffer, index, nest = number.operands
            return self.load(buffer, index, nest, wide=True)
        # Repeated at the start of each turn: cheaper than keeping a whole vector.
        return self._vector("repeat", number, block=number.block if number.block.depth else self.examples, kind=number.kind)

    def _vector(self, operation: str, *operands: Any, block: Block, kind: Any = "number") -> Number:
        key = (operation, "wide", *[key_of(operand) for operand in operands], block)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Number(self, block, operation, operands, kind, True)
            block.code.append(known)
        return known

    def load(
        self, buffer: Buffer, index: Index, nest: tuple[Block, ...], *, wide: bool | None = None, fresh: bool = False
    ) -> Number:
        """An element of a buffer, as a vector if each example has its own or `wide` says so.

        Args:
            nest: the loops whose counters the index refers to.
            fresh: read memory here and now, because it changes.
        """
        nest = used(index, nest)
        is_wide = buffer.wide or buffer.memory is Memory.INPUT or bool(wide)
        if fresh:
            number = Number(self, self.block, "load", (buffer, index, nest), "number", is_wide)
            self.block.code.append(number)
            return number
        if buffer.memory is Memory.SCRATCH and (buffer.wide or self.block.is_before):
            # It has been written before this block, perhaps in a loop that has come to its end.
            block = self.block
        else:
            block = nest[-1] if nest else self.examples if is_wide else self.root
        key = ("load", buffer, index, nest, is_wide, block)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Number(self, block, "load", (buffer, index, nest), "number", is_wide)
            block.code.append(known)
        return known

    def gather(self, buffer: Buffer, index: Index, nest: tuple[Block, ...], step: int, place: Number, length: int) -> Number:
        """The element of a buffer that a number chooses: at the index, and a step further on for each place."""
        wide = place.wide or buffer.wide or buffer.memory is Memory.INPUT
        if wide and not place.wide:
            place = self.widened(place)
        key = ("gather", buffer, index, nest, step, place, self.block)
        known = self._known.get(key)
        if known is None:
            operands = (buffer, index, used(index, nest), step, place, length)
            known = self._known[key] = Number(self, self.block, "gather", operands, "number", wide)
            self.block.code.append(known)
        return known

    def carried(self, first: Any, *, wide: bool) -> Number:
        """A number that is given in the first turn of the present loop; what it is in all others becomes its second operand."""
        number = Number(self, self.block, "carried", (first,), "number", wide)
        self.block.code.append(number)
        return number

    def left_by(self, number: Any) -> Any:
        """The number that a loop, which has come to its end, computed in its last turn."""
        if number.__class__ is not Number:
            return number
        last = Number(self, self.block, "left by a loop", (number,), "number", number.wide)
        self.block.code.append(last)
        return last

    def variable(self, wide: bool, initial: Any) -> Variable:
        """A number that changes, set to an initial number in the present block."""
        variable = Variable(wide)
        self.state("set", variable, initial)
        return variable

    def value_of(self, variable: Variable) -> Number:
        """The number that a variable has here and now."""
        number = Number(self, self.block, "variable", (variable,), "number", variable.wide)
        self.block.code.append(number)
        return number

    def valid(self) -> Number:
        """Which of the examples side by side are there: in the last turn some may be missing."""
        return self._vector("valid", block=self.examples, kind="mask")

    def sum_of_examples(self, number: Number) -> Number:
        """The sum of what the examples side by side have, here and now."""
        total = Number(self, self.block, "sum of examples", (number,), "number", False)
        self.block.code.append(total)
        return total

    def state(self, action: Any, target: Any, *values: Any, index: Index = _FIRST, nest: tuple[Block, ...] = ()) -> None:
        """Append a statement to the present block."""
        self.block.code.append(Statement(action, target, values, index, used(index, nest)))


def used(index: Index, nest: tuple[Block, ...]) -> tuple[Block, ...]:
    """The loops, from the outermost on, whose counters an index refers to."""
    n = max(len(index.steps), len(index.table_steps))
    while (
        n
        and not (n <= len(index.steps) and index.steps[n - 1])
        and not (n <= len(index.table_steps) and index.table_steps[n - 1])
    ):
        n -= 1
    return nest[:n]


def key_of(operand: Any) -> Any:
    """What tells operands apart."""
    # 0.0 and -0.0 are two numbers, and a nan is one.
    if operand.__class__ is float and (operand == 0.0 or operand != operand):
        return operand.hex()
    return operand
