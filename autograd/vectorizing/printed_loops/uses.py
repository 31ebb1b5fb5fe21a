"""Who writes and who reads each array of a rolled program, as far as the loss depends on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograd.table.rules import Summed
from autograd.vectorizing.printed_loops.shapes import Access
from autograd.vectorizing.printed_loops.terms import Path
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, RolledProgram, Run, Slot

# As many operands are written one by one, rather than put together from parts.
_MOST_IN_A_ROW = 4


@dataclass(eq=False, slots=True)
class Step:
    """An operation of the program.

    Attributes:
        operation: what is computed.
        path: the loops around it, from the outermost on.
        slots: its operands; those of a sequence that lie at equal distances in an array are one run.
    """

    operation: Operation
    path: Path
    slots: tuple[Slot, ...]

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
            for operand in operands_of(step):
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


def operands_of(step: Step) -> Iterator[Place | Run]:
    """All places and runs that an operation reads."""
    for slot in step.slots:
        if isinstance(slot, Place):
            yield slot
        else:
            yield from slot


def length_chosen_from(use: Use) -> int:
    """The length of the sequence that an operand is a position in; 0 if it is something else."""
    slots = use.step.slots
    if use.step.operation.primitive.name != "pick" or use.operand is not slots[1] or isinstance(slots[0], Place):
        return 0
    length = sum(run.count for run in slots[0])
    return length if length > 2 else 0


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
            yield Step(item, path, tuple([_merged(slot, item, len(path)) for slot in item.slots]))


def _merged(slot: Slot, operation: Operation, depth: int) -> Slot:
    """A sequence with neighbouring runs made one where their elements lie at equal distances."""
    if isinstance(slot, Place):
        return slot
    if operation.primitive.selects and (operation.primitive.name == "where" or sum(run.count for run in slot) < 3):
        return slot
    merged: list[list[Run]] = []
    for run in slot:
        if merged and _step_of_both(merged[-1], run, depth):
            merged[-1].append(run)
        else:
            merged.append([run])
    joined = tuple([one for runs in merged for one in _as_one(runs, depth)])
    is_sum = isinstance(operation.primitive, Summed)
    return joined if is_sum or len(joined) == 1 or len(slot) > _MOST_IN_A_ROW else slot


def _step_of_both(runs: Sequence[Run], run: Run, depth: int) -> int:
    """How far the elements lie apart, if a run goes on where others end; else 0."""
    first, last = runs[0], runs[-1]
    if run.array is not first.array or run.index.table or first.index.table:
        return 0
    if _padded(run.index.steps, depth) != _padded(first.index.steps, depth):
        return 0
    steps = {step_of_run(one, depth) for one in (*runs, run) if one.count > 1}
    steps |= {(after.index.base - before.index.base) for before, after in pairwise([*runs, run]) if before.count == 1}
    if len(steps) != 1:
        return 0
    (step,) = steps
    return step if run.index.base == last.index.base + step * last.count else 0


def _as_one(runs: Sequence[Run], depth: int) -> Sequence[Run]:
    count = sum(run.count for run in runs)
    if len(runs) == 1:
        return runs
    step = _step_of_both(runs[:-1], runs[-1], depth)
    if count == 2 and step != 1:
        return runs
    index = runs[0].index
    return [Run(runs[0].array, Index(index.base, (*_padded(index.steps, depth), step)), count)]


def _needed(loss: Array, steps: Sequence[Step]) -> set[Array]:
    """The computed arrays that an array depends on, itself included."""
    writers: dict[Array, list[Step]] = {}
    for step in steps:
        writers.setdefault(step.array, []).append(step)
    needed, pending = {loss}, [loss]
    while pending:
        for step in writers.get(pending.pop(), []):
            for operand in operands_of(step):
                if operand.array.kind is Kind.COMPUTED and operand.array not in needed:
                    needed.add(operand.array)
                    pending.append(operand.array)
    return needed
