"""The operations of a rolled program, with those of a loop written for all its repetitions at once where that can be.

A loop whose repetitions don't follow from one another, and whose operations are elementwise or dot products with the rows of a
matrix, is a few operations on arrays: ``h = tanh(W @ x + b)``. Its operations are steps that are as wide as the loop has trips.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from autograd.table.primitives import TABLE
from autograd.table.rules import MANY, Summed
from autograd.vectorizing.printed_loops.slots import (
    Rectangle,
    Taken,
    aligned,
    count_of,
    merged,
    padded,
    runs_of,
    step_of,
    step_of_run,
)
from autograd.vectorizing.printed_loops.terms import Path
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, Run


@dataclass(eq=False, slots=True)
class Step:
    """An operation of the program.

    Attributes:
        operation: what is computed.
        path: the loops around it, from the outermost on.
        slots: its operands, part by part; those of a sequence that lie at equal distances in an array are one run.
        result: where the result goes, or the results if it is wide.
        width: the trips of the loop that it is written for at once; 0 for an operation on single numbers.
        loop: that loop.
    """

    operation: Operation
    path: Path
    slots: tuple[tuple[Taken, ...], ...]
    result: Place | Run
    width: int = 0
    loop: Loop | None = None

    @property
    def array(self) -> Array:
        """Where the result goes."""
        return self.operation.result.array

    @property
    def operands(self) -> Iterator[Taken]:
        """All that it reads."""
        for slot in self.slots:
            yield from slot


def steps_of(items: Sequence[Item], widened: Collection[Loop], path: Path = ()) -> Iterator[Step]:
    """All operations, in their order.

    Args:
        items: the program.
        widened: the loops that are written for all repetitions at once.
        path: the loops around the items.
    """
    for item in items:
        if not isinstance(item, Loop):
            yield Step(item, path, _slots_of(item, len(path)), item.result)
        elif item in widened:
            for operation in item.items:
                assert isinstance(operation, Operation)
                yield _wide(operation, item, path)
        else:
            yield from steps_of(item.items, widened, (*path, item))


def _slots_of(operation: Operation, depth: int) -> tuple[tuple[Place | Run, ...], ...]:
    """The operands part by part; of a sum, as many parts in each slot, of equal length."""
    slots = [merged(slot, operation, depth) for slot in operation.slots]
    if isinstance(operation.primitive, Summed):
        return tuple(zip(*aligned(slots, depth), strict=True))
    return tuple(map(runs_of, slots))


# ------------------------------------------------------------------------------------------------------------- widening


def can_be_widened(loop: Loop, depth: int) -> bool:
    """Whether a loop inside of as many others can be written as operations on arrays, if its repetitions are independent."""
    return all(isinstance(item, Operation) and _is_widened(item, depth) for item in loop.items)


def _is_widened(operation: Operation, depth: int) -> bool:
    slots = _slots_of(operation, depth + 1)
    operands = [operand for slot in slots for operand in slot]
    if operation.result.index.table or not step_of(operation.result, depth):
        return False
    if any(operand.index.table and (count_of(operand) > 1 or step_of(operand, depth)) for operand in operands):
        return False
    primitive = operation.primitive
    if primitive is TABLE["dot"]:
        return all(_is_product(left, right, depth) for left, right in zip(*slots, strict=True))
    if primitive is TABLE["total"]:
        return all(count_of(run) == 1 or _is_matrix(run, depth) for run in slots[0])
    if any(count_of(operand) > 1 for operand in operands):
        return False
    is_choice_of_two = primitive.name in ("maximum", "minimum") and len(operands) == 2
    return primitive.arity != MANY or primitive.name == "where" or is_choice_of_two


def _is_product(left: Taken, right: Taken, depth: int) -> bool:
    """Whether parts of dot products are single numbers, or the rows of a matrix (the same for all examples) and a vector."""
    if count_of(left) == 1:
        return True
    for matrix, vector in ((left, right), (right, left)):
        if _is_matrix(matrix, depth) and not matrix.array.batched and not step_of(vector, depth):
            # A vector, or the same constant all along.
            return step_of_run(vector, depth + 1) != 0 or vector.array.kind is Kind.CONSTANTS
    return False


def _is_matrix(runs: Taken, depth: int) -> bool:
    """Whether the runs of all repetitions have axes of their own in an array."""
    return step_of(runs, depth) != 0 and step_of_run(runs, depth + 1) != 0 and runs.array.kind is not Kind.CONSTANTS


def _wide(operation: Operation, loop: Loop, path: Path) -> Step:
    depth = len(path)
    slots = tuple([tuple([_for_all(one, loop, depth) for one in slot]) for slot in _slots_of(operation, depth + 1)])
    result = _for_all(operation.result, loop, depth)
    assert isinstance(result, Run)
    return Step(operation, path, slots, result, loop.trips, loop)


def _for_all(operand: Place | Run, loop: Loop, depth: int) -> Taken:
    """What an operand is in all repetitions of a loop."""
    index, step = operand.index, step_of(operand, depth)
    outer = padded(index.steps, depth)
    if index.table:
        of_table = padded(index.table_steps, depth + 1)
        if not step and not of_table[depth]:
            return Place(operand.array, Index(index.base, outer, index.table, of_table[:depth]))
        return Run(operand.array, Index(index.base, (*outer, step), index.table, of_table), loop.trips)
    if count_of(operand) == 1:
        if not step:
            return Place(operand.array, Index(index.base, outer))
        return Run(operand.array, Index(index.base, (*outer, step)), loop.trips)
    of_run = step_of_run(operand, depth + 1)
    if not step:
        return Run(operand.array, Index(index.base, (*outer, of_run)), count_of(operand))
    return Rectangle(operand.array, Index(index.base, (*outer, step, of_run)), loop.trips, count_of(operand))
