"""Where arrays are computed: in a given place, in a buffer that nothing needs any more, or in the place of an operand."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.operations import COMPARISONS
from autograd.vectorizing.arrays.steps import Length, lengths_of
from autograd.vectorizing.run.calls import Assignment, Call, Name
from autograd.vectorizing.run.statements import Statements


class BufferPool:
    """Hands out buffers, the free ones first."""

    def __init__(self, setup: list[Assignment]) -> None:
        self._setup = setup
        self._free: dict[Any, list[Name]] = {}
        self._count = 0

    def take(self, array: Array, kind: str) -> Name:
        """A buffer for an array."""
        kept = self._free.get((array.batched, prod(array.shape), kind))
        if kept:
            return kept.pop()
        self._count += 1
        name = Name(f"t{self._count}")
        self._setup.append(Assignment(name, Call("new", (Length(prod(array.shape), array.batched), kind))))
        return name

    def give_back(self, array: Array, kind: str, name: Name) -> None:
        """Nothing needs the array any more."""
        self._free.setdefault((array.batched, prod(array.shape), kind), []).append(name)


class Places:
    """Gives the arrays of a program the places where they are computed.

    Args:
        statements: what writes into the places.
        order: all arrays in the order of computation.
        roots: the arrays wanted, which stay until the end.
        homes: arrays that are to be computed in a given place, by name of a variable.
    """

    def __init__(self, statements: Statements, order: Sequence[Array], roots: Sequence[Array], homes: dict[Array, Name]) -> None:
        self.homes = homes
        self._statements = statements
        self._pool = BufferPool(statements.setup)
        self._buffer_of: dict[Array, Name] = {}
        self._dying = _last_uses(order, roots)
        self._dead: list[Array] = []
        self._as_floats = _masks_that_multiply(order, set(roots))

    def begin(self, position: int) -> None:
        """Take note of what the array at a position is the last to use."""
        self._dead = [array for array in self._dying.get(position, ()) if array in self._buffer_of]

    def end(self) -> None:
        """Give back the buffers of what was used for the last time."""
        for array in self._dead:
            name = self._buffer_of.pop(array, None)
            if name is not None:
                self._pool.give_back(array, self._kind_of(array), name)

    def out(self, array: Array, *, in_place: bool = False) -> Name:
        """The place where an array is computed.

        Args:
            array: what is computed.
            in_place: whether that may be the place of an operand, each element of which is read before it is written to.
        """
        names = self._statements.names
        if array in self.homes:
            names[array] = self.homes[array]
            return names[array]
        # NumPy is slow in place on a single element.
        if in_place and prod(array.shape) > 1:
            for operand in array.arrays:
                if self._can_take_over(operand, array):
                    return self._taken_over(operand, array)
        buffer = self._buffer_of[array] = self._pool.take(array, self._kind_of(array))
        lengths = lengths_of(array.shape, array.batched)
        # Buffers have one axis.
        is_flat = len(lengths) == 1
        names[array] = buffer if is_flat else self._statements.shown(array, buffer, (("reshape", lengths),))
        return names[array]

    def out_of_copy(self, array: Array, start: Array | float) -> Name:
        """The place where an array is computed from a copy of an operand: the operand's own, or one with a copy in it."""
        if isinstance(start, Array) and array.arrays.count(start) == 1 and self._can_take_over(start, array):
            return self._taken_over(start, array)
        out = self.out(array)
        self._statements.write("copyto", out, self._statements.aligned(start, array.shape))
        return out

    def _can_take_over(self, operand: Array, array: Array) -> bool:
        """Whether nothing needs an operand any more, and its buffer fits and is read as it is by what is computed in it."""
        return (
            operand in self._dead
            and operand in self._buffer_of
            and array not in self.homes
            and operand.is_like(array)
            and self._kind_of(operand) == self._kind_of(array)
            and all(other is operand or other.base is not operand for other in array.arrays)
        )

    def _taken_over(self, operand: Array, array: Array) -> Name:
        names = self._statements.names
        self._buffer_of[array] = self._buffer_of.pop(operand)
        names[array] = names[operand]
        return names[array]

    def _kind_of(self, array: Array) -> str:
        return "float" if array in self._as_floats else array.kind


def _last_uses(order: Sequence[Array], roots: Sequence[Array]) -> dict[int, list[Array]]:
    """The arrays that are used for the last time, by the position of what uses them."""
    last: dict[Array, int] = {}
    for position, array in enumerate(order):
        for operand in array.arrays:
            last[operand.base] = position
    for root in roots:
        last[root.base] = len(order)
    dying: dict[int, list[Array]] = {}
    for array, position in last.items():
        dying.setdefault(position, []).append(array)
    return dying


def _masks_that_multiply(order: Sequence[Array], roots: set[Array]) -> set[Array]:
    """Comparisons that only multiply: as floats, since a product of floats takes a third of the time of one with bools."""
    masks = {array for array in order if array.function in COMPARISONS and array not in roots}
    for array in order:
        first = array.operands[0] if array.operands else None
        for operand in array.arrays:
            if array.function != "multiply" or operand is first is array.operands[1]:
                masks.discard(operand)
    return masks
