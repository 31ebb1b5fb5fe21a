"""What of low-level code has to be written: what a result depends on, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from autograd.vectorizing.native.code import Block, Buffer, Memory, Number, Statement, Variable

_RESULTS = ("refuse", "result", "figure")


class Live:
    """The live numbers and statements of blocks.

    Attributes:
        found: these numbers and statements.
        buffers: the memory that is read or written.
        added: products that are added to something in memory or to a variable, and used for nothing else.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.found: set[Any] = set()
        found = self.found
        self.buffers: dict[Buffer, None] = {}
        # The numbers that are used more than once.
        repeated: set[Number] = set()
        writers: dict[Any, list[Statement]] = defaultdict(list)
        pending: list[Statement] = []
        for statement in _statements(blocks):
            target = statement.target
            if statement.action in _RESULTS or (target.__class__ is Buffer and target.memory is Memory.GRADIENT):
                pending.append(statement)
            else:
                writers[target].append(statement)
        numbers: list[Number] = []
        while pending or numbers:
            operands: Sequence[Any]
            if numbers:
                operands = numbers.pop().operands
            else:
                statement = pending.pop()
                found.add(statement)
                operands = statement.values
                if statement.target.__class__ is Buffer:
                    self.buffers[statement.target] = None
            for operand in operands:
                if operand.__class__ is Number:
                    if operand in found:
                        repeated.add(operand)
                    else:
                        found.add(operand)
                        numbers.append(operand)
                elif operand.__class__ is Buffer or operand.__class__ is Variable:
                    # Read: all that is written there counts.
                    if operand.__class__ is Buffer:
                        self.buffers[operand] = None
                    pending += writers.pop(operand, ())

        adding = [part for part in found if part.__class__ is Statement and part.action in ("add", "increase")]
        values = [statement.values[0] for statement in adding]
        self.added = {v for v in values if v.__class__ is Number and v.operation == "multiply" and v not in repeated}

    def numbers(self) -> Iterator[Number]:
        """The numbers, in no particular order."""
        return (part for part in self.found if part.__class__ is Number)

    def __contains__(self, part: Any) -> bool:
        return part in self.found if part.__class__ is not Block else any(inner in self for inner in part.code)


def _statements(blocks: Sequence[Block]) -> Iterator[Statement]:
    for block in blocks:
        for part in block.code:
            if part.__class__ is Statement:
                yield part
            elif part.__class__ is Block:
                yield from _statements([part])
