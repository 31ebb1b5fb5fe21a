"""One array of a program: an operation, its operands, and what is known of its elements; arithmetic on it makes others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy

from autograd.table.operators import Operators
from autograd.vectorizing.arrays.memory import Memory
from autograd.vectorizing.arrays.operations import GIVEN, Elementwise, Gather, GivenNumbers, Kind, Operation, Plain, Show
from autograd.vectorizing.arrays.views import Shape


class Arithmetic(Protocol):
    """What arrays hand their operators to."""

    def elementwise(self, name: str, /, *operands: Any) -> Any:
        """The array that an elementwise operation gives, or a plain number."""

    def as_float(self, operand: Any, /) -> Any:
        """A mask as an array of 1 and 0; anything else as it is."""


class _Operand(Operators[Any]):
    """Operators that make arrays."""

    __slots__ = ()

    graph: Arithmetic

    def operate(self, operation: str, *operands: Any) -> Any:
        """The array that an operation gives."""
        return self.graph.elementwise(operation, *operands)


@dataclass(eq=False, slots=True, repr=False)
class Array(_Operand):
    """One array of a program.

    Attributes:
        graph: what arithmetic on it is handed to.
        operation: what computes it.
        operands: arrays, or plain numbers.
        shape: of its elements for one example.
        batched: whether there is an axis of examples before the others.
        kind: of its elements.
        number: its place in the order in which arrays were made.
        memory: how its elements lie in memory.
        arrays: those operands that are arrays.
        function: the name of an elementwise operation; empty for any other.
        is_constant: whether it is one number for all elements that is known before the program runs.
    """

    graph: Arithmetic
    operation: Operation
    operands: tuple[Array | float, ...]
    shape: Shape
    batched: bool
    kind: Kind
    number: int
    memory: Memory
    arrays: tuple[Array, ...] = field(init=False)
    function: str = field(init=False)
    is_constant: bool = field(init=False)

    def __post_init__(self) -> None:
        self.arrays = tuple([operand for operand in self.operands if isinstance(operand, Array)])
        self.function = self.operation.name if isinstance(self.operation, Elementwise) else ""
        self.is_constant = not (self.shape or self.batched) and (
            self.operation is GivenNumbers.WEIGHT
            or (self.function in ("negative", "multiply") and all(map(is_scalar, self.operands)))
        )

    @property
    def is_given(self) -> bool:
        """Whether it is there before the program runs."""
        return isinstance(self.operation, GIVEN)

    @property
    def is_view(self) -> bool:
        """Whether it has no numbers of its own, but shows those of its operand."""
        return isinstance(self.operation, Show)

    @property
    def is_other_form(self) -> bool:
        """Whether its elements are elements of its operand, seen or copied."""
        return isinstance(self.operation, Show | Gather) or self.operation is Plain.COPY

    @property
    def base(self) -> Array:
        """The array whose numbers it shows: itself, unless it is a view."""
        array = self
        while array.is_view:
            (array,) = array.arrays
        return array

    @property
    def is_contiguous(self) -> bool:
        """Whether its numbers lie side by side, so that it can be given any other shape without a copy."""
        return self.memory.is_contiguous(self.shape, self.batched)

    @property
    def is_uniform(self) -> bool:
        """Whether it is one number for all examples."""
        return not (self.shape or self.batched)

    def is_like(self, other: Any) -> bool:
        """Whether something is an array of the same shape for as many examples."""
        return isinstance(other, Array) and other.shape == self.shape and other.batched == self.batched

    def __bool__(self) -> bool:
        raise TypeError("a rule can't branch on an array, whose elements are not known while a program is made: use m.where")

    def __repr__(self) -> str:
        operands = ", ".join(f"#{o.number}" if isinstance(o, Array) else repr(o) for o in self.operands)
        return f"#{self.number} {self.operation}({operands}) {'m×' if self.batched else ''}{self.shape}"


class Literal(_Operand, float):  # type: ignore[misc]
    """A number known when the program is made, among arrays; arithmetic on it never raises."""

    def __new__(cls, number: float, graph: Arithmetic) -> Literal:  # noqa: D102 (a special method)
        literal = super().__new__(cls, number)
        literal.graph = graph
        return literal

    # Rules may branch on it, since it is known.
    __bool__ = float.__bool__


def is_scalar(operand: Any) -> bool:
    """Whether an operand is one number for all elements that is known before the program runs."""
    return operand.is_constant if isinstance(operand, Array) else True


def broadcast_shape(arrays: Sequence[Array]) -> tuple[Shape, bool]:
    """The shape of an elementwise operation, and whether it has an axis of examples."""
    shape, batched = arrays[0].shape, arrays[0].batched
    for array in arrays:
        batched = batched or array.batched
        if array.shape != shape:
            shape = numpy.broadcast_shapes(shape, array.shape)
    return shape, batched


def needed(roots: Sequence[Array]) -> list[Array]:
    """What the roots are computed from, themselves included, in the order in which it was made."""
    seen: dict[int, Array] = {}
    stack = list(roots)
    while stack:
        array = stack.pop()
        if array.number not in seen:
            seen[array.number] = array
            stack += array.arrays
    return [seen[number] for number in sorted(seen)]
