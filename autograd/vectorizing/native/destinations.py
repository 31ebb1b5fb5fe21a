"""Where the adjoints of elements are added up: in registers of the block that uses them up, or in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from autograd.table.rules import Summed
from autograd.vectorizing.native.indices import UNROLLED, at, moved, operands_of, row_to_pick_from, segments, trimmed
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, RolledProgram

Element: TypeAlias = tuple[Array, Index]
"""An element of an array in each turn of the loops around."""


def depends(index: Index, level: int) -> bool:
    """Whether an index depends on the counter of a loop, counted from the outermost."""
    steps, table_steps = index.steps, index.table_steps
    return bool((len(steps) > level and steps[level]) or (len(table_steps) > level and table_steps[level]))


class Homes(dict[Element, None]):
    """The elements whose adjoints are used up in a block, in order.

    Attributes:
        written: the arrays that the block and the loops in it compute elements of.
    """

    written: frozenset[Array] = frozenset()


class Destinations:
    """Where adjoints are added up: this follows what `Reverse` does with each operand.

    Attributes:
        carried: the elements computed in a loop that get something from the next turn, which a register carries over.
        in_memory: the arrays to whose adjoints something is added in memory, in the loop over the examples (True) or after it.
    """

    def __init__(self, rolled: RolledProgram, *, exact: bool) -> None:
        self._exact = exact
        self.carried: set[Element] = set()
        self.in_memory: set[tuple[Array, bool]] = set()
        # The homes in a block, by the identity of its items, and what it computes elements of.
        self._homes: dict[tuple[int, bool, int], Homes] = {}
        self._written: dict[int, frozenset[Array]] = {}
        # Without loops, all but long sums and choices add to what the same block uses up.
        self._is_flat = not any(isinstance(item, Loop) for item in rolled.items)
        n_carried = -1
        # What an inner loop leaves may be carried over by the loop around it.
        while not (exact or self._is_flat) and len(self.carried) > n_carried:
            n_carried = len(self.carried)
            self._visit(rolled.items, {True: [], False: []}, self._note_carried)
            self._homes.clear()
        self._visit(rolled.items, {True: [], False: []}, self._note_memory)
        if any(not operation.result.array.batched for operation, _ in rolled.operations()):
            self.in_memory |= {(array, False) for array in _batched_into(rolled) if array.size > 1}
        loss = rolled.loss
        self._note_memory(loss.array, trimmed(loss.index), [self.homes(rolled.items, loss.array.batched, 0)], loss.array.batched)

    def homes(self, items: Sequence[Item], wide: bool, depth: int) -> Homes:
        """The elements whose adjoints are used up in a block.

        They are what its operations compute, of all that is, or isn't, the same for all examples; and what its loops compute in
        their last turn, if a register carries that over from turn to turn.
        """
        found = self._homes.get((id(items), wide, depth))
        if found is not None:
            return found
        found = self._homes[id(items), wide, depth] = Homes()
        if id(items) not in self._written:
            self._written[id(items)] = frozenset(_written(items))
        found.written = self._written[id(items)]
        for item in items:
            if isinstance(item, Loop):
                for array, index in self.homes(item.items, wide, depth + 1):
                    if (array, index) in self.carried:
                        found[array, at(index, item.trips - 1, depth)] = None
            elif item.result.array.batched is wide and item.result.array.active:
                found[item.result.array, trimmed(item.result.index)] = None
        return found

    def _note_carried(self, array: Array, index: Index, homes: Sequence[Homes], wide: bool) -> None:
        level = self._level(array, index, homes)
        after = moved(index, level - 1, 1) if level else None
        if after is not None and (array, index) not in homes[level] and (array, after) in homes[level]:
            self.carried.add((array, after))

    def _note_memory(self, array: Array, index: Index, homes: Sequence[Homes], wide: bool) -> None:
        level = self._level(array, index, homes)
        if (array, index) in homes[level]:
            return
        after = moved(index, level - 1, 1) if level else None
        if after is None or (array, after) not in self.carried or (array, after) not in homes[level]:
            self.in_memory.add((array, wide))

    def _level(self, array: Array, index: Index, homes: Sequence[Homes]) -> int:
        """The innermost loop that computes elements of the array, or whose counter the index depends on."""
        level = len(homes) - 1
        while level and not self._exact and not depends(index, level - 1) and array not in homes[level].written:
            level -= 1
        return level

    def _visit(self, items: Sequence[Item], around: dict[bool, list[Homes]], note: Callable[..., None]) -> None:
        inside = {wide: [*outer, self.homes(items, wide, len(outer))] for wide, outer in around.items()}
        for item in items:
            if isinstance(item, Loop):
                self._visit(item.items, inside, note)
                self._note_left(item, inside, note)
            elif item.result.array.active and not (self._is_flat and not _has_loop_of_its_own(item)):
                wide = item.result.array.batched
                homes = inside[wide]
                for array, index, is_inner in _destinations(item, len(homes) - 1):
                    if array.active and array.kind is Kind.COMPUTED:
                        note(array, index, [*homes, Homes()] if is_inner else homes, wide)

    def _note_left(self, loop: Loop, around: dict[bool, list[Homes]], note: Callable[..., None]) -> None:
        """Note what a loop leaves of what it carries over: a contribution to the element before its first turn."""
        for wide, homes in around.items():
            depth = len(homes) - 1
            for array, index in self.homes(loop.items, wide, depth + 1):
                if (array, index) in self.carried:
                    before = moved(index, depth, -1)
                    assert before is not None
                    note(array, at(before, 0, depth), homes, wide)


def _written(items: Sequence[Item]) -> Iterator[Array]:
    for item in items:
        if isinstance(item, Loop):
            yield from _written(item.items)
        else:
            yield item.result.array


def _has_loop_of_its_own(operation: Operation) -> bool:
    return isinstance(operation.primitive, Summed) or operation.primitive.name == "pick"


def _batched_into(rolled: RolledProgram) -> Iterator[Array]:
    """Arrays that are the same for all examples and operands of what isn't."""
    for operation, _ in rolled.operations():
        if operation.result.array.batched:
            row = row_to_pick_from(operation.slots) if operation.primitive.name == "pick" else None
            for slot in operation.slots if row is None else operation.slots[:1]:
                for part in (slot,) if isinstance(slot, Place) else slot:
                    if not part.array.batched:
                        yield part.array


def _destinations(operation: Operation, depth: int) -> Iterator[tuple[Array, Index, bool]]:
    """Each operand that the way back adds to, and whether it does so in a loop of its own."""
    is_sum = isinstance(operation.primitive, Summed)
    if is_sum:
        for count, columns in segments(operation.slots, depth):
            for run in columns:
                if count > UNROLLED:
                    yield run.array, trimmed(run.index), True
                else:
                    for k in range(count):
                        yield run.array, at(run.index, k, depth), False
        return
    row = row_to_pick_from(operation.slots) if operation.primitive.name == "pick" else None
    if row is not None:
        # Never an element's home: any of them may be chosen.
        yield row.array, Index(-1), False
        return
    for place in operands_of(operation.slots, depth):
        yield place.array, trimmed(place.index), False
