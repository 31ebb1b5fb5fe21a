"""Who writes and who reads each array of a rolled program, as far as the loss depends on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd.vectorizing.printed_loops.shapes import Access
from autograd.vectorizing.printed_loops.terms import Path
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, RolledProgram, Run, Slot


@dataclass(eq=False, slots=True)
class Step:
    """An operation, and the loops around it, from the outermost on."""

    operation: Operation
    path: Path

    @property
    def array(self) -> Array:
        """Where the result goes."""
        return self.operation.result.array


@dataclass(eq=False, slots=True)
class Use:
    """A reader of an array."""

    step: Step
    operand: Place | Run


class Uses:
    """The operations that the loss depends on.

    Attributes:
        steps: in their order.
        writers: the operations that write elements of an array.
        readers: what reads them.
        is_needed: whether an operation is one of those.
    """

    def __init__(self, program: RolledProgram) -> None:
        self.program = program
        everything = list(_steps(program.items, ()))
        needed = _needed(program.loss.array, everything)
        self.steps = [step for step in everything if step.array in needed]
        self.step_of = {step.operation: step for step in self.steps}
        self.writers: dict[Array, list[Step]] = {}
        self.readers: dict[Array, list[Use]] = {}
        for step in self.steps:
            self.writers.setdefault(step.array, []).append(step)
            for operand in operands_of(step.operation):
                self.readers.setdefault(operand.array, []).append(Use(step, operand))

    def is_local(self, array: Array) -> bool:
        """Whether each element is read only in the repetition that has computed it, so that no other one is needed there."""
        writers = self.writers.get(array, [])
        if len(writers) != 1:
            return False
        (writer,) = writers
        depth = len(writer.path)
        written = writer.operation.result.index
        return all(
            use.step.path[:depth] == writer.path
            and not step_of_run(use.operand, len(use.step.path))
            and _is_same(written, use.operand.index, depth)
            for use in self.readers.get(array, [])
        )

    def accesses(self, array: Array) -> list[Access] | None:
        """All that is read and written of an array; None if some of it is chosen by a table."""
        found = [(step.operation.result, step.path) for step in self.writers.get(array, [])]
        places: list[tuple[Place | Run, Path]] = [*found, *((u.operand, u.step.path) for u in self.readers.get(array, []))]
        if array is self.program.loss.array:
            places.append((self.program.loss, ()))
        if any(place.index.table for place, _ in places):
            return None
        return [access_to(place, path) for place, path in places]


def operands_of(operation: Operation) -> Iterator[Place | Run]:
    """All places and runs that an operation reads."""
    for slot in operation.slots:
        if isinstance(slot, Place):
            yield slot
        else:
            yield from slot


def runs_of(slot: Slot) -> tuple[Place | Run, ...]:
    """What a slot holds, part by part."""
    return (slot,) if isinstance(slot, Place) else slot


def step_of_run(operand: Place | Run, depth: int) -> int:
    """How far the elements of a run lie apart, for a reader inside as many loops; 0 for a single element."""
    if isinstance(operand, Place) or operand.count == 1 or len(operand.index.steps) <= depth:
        return 0
    return operand.index.steps[depth]


def access_to(place: Place | Run, path: Path) -> Access:
    """What a place stands for, in all repetitions."""
    steps = place.index.steps
    moves = [(step, loop.trips) for step, loop in zip(_padded(steps, len(path)), path, strict=False)]
    if isinstance(place, Run) and place.count > 1:
        moves.append((step_of_run(place, len(path)), place.count))
        return place.index.base, moves, True
    return place.index.base, moves, False


def _padded(steps: Sequence[int], length: int) -> tuple[int, ...]:
    return (*steps[:length], *(0 for _ in range(length - len(steps))))


def _is_same(written: Index, read: Index, depth: int) -> bool:
    """Whether two places are the same element in the same repetition."""
    further = read.steps[depth:]
    if written.base != read.base or any(further) or _padded(written.steps, depth) != _padded(read.steps, depth):
        return False
    return (written.table, written.table_steps) == (read.table, read.table_steps)


def _steps(items: Sequence[Item], path: Path) -> Iterator[Step]:
    for item in items:
        if isinstance(item, Loop):
            yield from _steps(item.items, (*path, item))
        else:
            yield Step(item, path)


def _needed(loss: Array, steps: Sequence[Step]) -> set[Array]:
    """The computed arrays that an array depends on, itself included."""
    writers: dict[Array, list[Operation]] = {}
    for step in steps:
        writers.setdefault(step.array, []).append(step.operation)
    needed, pending = {loss}, [loss]
    while pending:
        for operation in writers.get(pending.pop(), []):
            for operand in operands_of(operation):
                if operand.array.kind is Kind.COMPUTED and operand.array not in needed:
                    needed.add(operand.array)
                    pending.append(operand.array)
    return needed
