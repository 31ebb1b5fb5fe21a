"""What a rolled program is made of: operations on single numbers, loops around them, and where the numbers are.

Each number has a place: an array and an index. An index is a sum of multiples of the counters of the loops around its reader, so
that the same line reads another place in each repetition:

    for t in range(200):                       Loop(200, ...)
        z[t + 1] = z[t] + p[3] * u[2 * t]      Operation(add, (Place(z, Index(0, (1,))), ...), Place(z, Index(1, (1,))))

Elements of an array are computed before they are read, in the order of the items, and each element is written once. Different
operations may write elements of one array: the first repetition often stands before the loop, since its operands come from
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from autograd.engine.value import Value
from autograd.table.rules import Primitive


@dataclass(frozen=True, slots=True)
class Index:
    """base + Σ steps[k] × counter[k], and perhaps a number from a table on top of it.

    Attributes:
        base: the index where all counters are 0.
        steps: what each counter adds, from that of the outermost loop on. Loops that are further in add nothing.
        table: numbers to add, one of which is chosen by ``Σ table_steps[k] × counter[k]``; empty for none.
        table_steps: what each counter adds to the place in the table.

    >>> Index(5, (1, 10)).at((2, 3)), Index(5, (1, 0), (7, 0, 2), (0, 1)).at((1, 2))
    (37, 8)
    """

    base: int
    steps: tuple[int, ...] = ()
    table: tuple[int, ...] = ()
    table_steps: tuple[int, ...] = ()

    def at(self, counters: Sequence[int]) -> int:
        """The index where the counters have these numbers."""
        index = self.base + sum(step * counter for step, counter in zip(self.steps, counters, strict=False))
        if self.table:
            index += self.table[sum(step * counter for step, counter in zip(self.table_steps, counters, strict=False))]
        return index


class Kind(Enum):
    """Where the numbers of an array come from."""

    PARAMETERS = "θ"
    INPUT = "the numbers of one input array of an example, in C order"
    CONSTANTS = "numbers that are the same for all examples"
    COMPUTED = "results of operations"


@dataclass(eq=False, slots=True)
class Array:
    """Numbers that places refer to. Arrays are told apart by identity.

    Attributes:
        kind: where the numbers come from.
        size: how many there are.
        number: which input array it is, or a running number of computed arrays.
        constants: the numbers themselves, if they are constants.
        batched: whether the numbers differ from example to example.
        active: whether the numbers depend on parameters in a way that can be differentiated.
    """

    kind: Kind
    size: int
    number: int = 0
    constants: tuple[float, ...] = ()
    batched: bool = False
    active: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One number in each repetition: an element of an array."""

    array: Array
    index: Index


@dataclass(frozen=True, slots=True)
class Run:
    """Several numbers: the places of an array for a further, innermost counter that runs from 0 to count - 1."""

    array: Array
    index: Index
    count: int


Slot: TypeAlias = Place | tuple[Run, ...]
"""What an operand slot of a node holds: one operand, or a sequence of them, as runs that stand one behind the other."""


@dataclass(eq=False, slots=True)
class Operation:
    """A primitive applied to operands; in a loop, once for each repetition.

    Attributes:
        primitive: what is computed.
        slots: the operands, by slot, as a node has them.
        result: where the result goes.
        node: a node that was recorded of it, the first one if it repeats. An operation that was not recorded copies initial
            values of a recurrence to where it reads them: a sum of one term. Its node is one that reads what is copied.
    """

    primitive: Primitive
    slots: tuple[Slot, ...]
    result: Place
    node: Value


@dataclass(eq=False, slots=True)
class Loop:
    """Items that are computed again and again, in their order; the counter runs from 0 to trips - 1."""

    trips: int
    items: list[Item]


Item: TypeAlias = Operation | Loop


@dataclass(eq=False, slots=True)
class RolledProgram:
    """A recorded graph as a program over single numbers.

    Attributes:
        items: what is computed, in order.
        parameters: the array of parameters.
        parameter_values: the Values that they are, in the order of their first use.
        inputs: an array for each input array of an example.
        loss: where the loss is.
        outputs: where the elements of each named output are, in C order.
        demands: where the conditions are that have to hold, in the order of the recorded demands.
        captured: the leaves, made before, whose numbers have become constants.
        n_nodes: how many operations were recorded.
        primitives: the names of all primitives that were recorded.
    """

    items: list[Item]
    parameters: Array
    parameter_values: list[Value]
    inputs: list[Array]
    loss: Place
    outputs: dict[str, list[Place]] = field(default_factory=dict)
    demands: list[Place] = field(default_factory=list)
    captured: list[Value] = field(default_factory=list)
    n_nodes: int = 0
    primitives: frozenset[str] = frozenset()

    def operations(self) -> Iterator[tuple[Operation, tuple[int, ...]]]:
        """Each operation, with the trips of the loops around it, outermost first."""
        yield from _operations(self.items, ())


def _operations(items: Sequence[Item], around: tuple[int, ...]) -> Iterator[tuple[Operation, tuple[int, ...]]]:
    for item in items:
        if isinstance(item, Loop):
            yield from _operations(item.items, (*around, item.trips))
        else:
            yield item, around
