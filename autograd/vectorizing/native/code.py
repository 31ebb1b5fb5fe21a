"""Low-level code: what a kernel consists of before it is written as instructions.

A kernel is a tree of blocks. A block holds numbers, in the order of their computation, statements that change memory, and loops,
which are blocks themselves. A number is *wide* if each example has its own: then it stands for a vector of the numbers of several
examples, which are computed side by side. Everything that is computed from the same operands by the same operation is one number,
computed in the outermost block that has all operands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, TypeAlias

from autograd.table.operators import Operators
from autograd.vectorizing.rolled.program import Index

# The bits of a kernel's status.
WOULD_RAISE, DEMAND_NOT_MET, INDEX_OUT_OF_RANGE = 1, 2, 4

NumberKind: TypeAlias = Literal["number", "mask"]


class Memory(Enum):
    """What a buffer lies in."""

    SCRATCH = "memory of the call, which nothing outlives"
    PARAMETERS = "θ"
    INPUT = "an input array of the batch"
    CONSTANTS = "numbers that are compiled in"
    GRADIENT = "the gradient"


@dataclass(eq=False, slots=True)
class Buffer:
    """An array in memory.

    Attributes:
        memory: where it lies.
        size: how many numbers it has; for an input, those of one example.
        wide: whether each element is a vector.
        number: which input it is.
        constants: the numbers, if they are compiled in.
        zeroed: whether it is filled with zeros: once for each call, or anew for each vector of examples.
    """

    memory: Memory
    size: int
    wide: bool = False
    number: int = 0
    constants: tuple[float, ...] = ()
    zeroed: Literal["", "call", "block"] = ""


@dataclass(eq=False, slots=True)
class Block:
    """Code that is run one after the other.

    Attributes:
        parent: the block that it stands in, as a loop.
        trips: how often it is repeated; 0 for the loop over the examples, 1 for what is not a loop.
        backwards: whether the counter runs from trips - 1 to 0.
        depth: how many blocks are around it.
        nest: the loops around, itself included, whose counters an index refers to, outermost first.
        code: the numbers, statements and loops in it.
        wide: whether it stands in the loop over the examples.
        is_before: whether it is run before that loop.
    """

    parent: Block | None = None
    trips: int = 1
    backwards: bool = False
    depth: int = 0
    nest: tuple[Block, ...] = ()
    code: list[Any] = field(default_factory=list)
    wide: bool = False
    is_before: bool = False

    def loop(self, trips: int, *, backwards: bool) -> Block:
        """A loop in this block, not yet appended to its code."""
        block = Block(self, trips, backwards, self.depth + 1, (), [], self.wide, self.is_before)
        block.nest = (*self.nest, block)
        return block


class Number(Operators["Number"]):
    """A number that is computed by a kernel.

    Attributes:
        block: where it is computed.
        operation: what computes it.
        operands: of the operation: numbers, floats, buffers and indices.
        kind: whether it is a number or a mask.
        wide: whether each example has its own.
        numbers: the number system that it belongs to.
    """

    __slots__ = ("block", "kind", "name", "numbers", "operands", "operation", "wide")

    def __init__(
        self, numbers: Any, block: Block, operation: str, operands: tuple[Any, ...], kind: NumberKind, wide: bool
    ) -> None:
        self.numbers = numbers
        self.block = block
        self.operation = operation
        self.operands = operands
        self.kind = kind
        self.wide = wide
        self.name = ""

    def operate(self, operation: str, *operands: Any) -> Any:
        """What an operation on such numbers, and floats, gives."""
        return self.numbers.operate(operation, *operands)


@dataclass(eq=False, slots=True)
class Variable:
    """A number that changes: what a loop adds up."""

    wide: bool


@dataclass(eq=False, slots=True)
class Statement:
    """Something that changes memory or a variable.

    Attributes:
        action: what is done: "store" a number in an element of a buffer or "add" it there, "scatter" it to the element that
            another number chooses, "set" or "increase" a variable, "refuse" examples (a mask), give the "result" of an example,
            or a "figure" of the whole batch.
        target: the buffer, the variable, the status bit, the column of the result, or the number of the figure.
        index: which element.
        nest: the loops whose counters the index refers to.
        values: the numbers.
    """

    action: Literal["store", "add", "scatter", "set", "increase", "refuse", "result", "figure"]
    target: Any
    values: tuple[Any, ...]
    index: Index
    nest: tuple[Block, ...] = ()
