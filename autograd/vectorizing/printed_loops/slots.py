"""What operations read and write, as places, runs and rectangles of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from autograd.table.rules import Summed
from autograd.vectorizing.printed_loops.shapes import Access
from autograd.vectorizing.printed_loops.terms import Path
from autograd.vectorizing.rolled.program import Array, Index, Operation, Place, Run, Slot

# As many operands are written one by one, rather than put together from parts.
_MOST_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Several runs: the places of an array for two further counters, that of the runs and that of their elements."""

    array: Array
    index: Index
    rows: int
    count: int


Taken: TypeAlias = Place | Run | Rectangle


def runs_of(slot: Slot) -> tuple[Place | Run, ...]:
    """What a slot holds, part by part."""
    return (slot,) if isinstance(slot, Place) else slot


def count_of(operand: Taken) -> int:
    """How many numbers a run has."""
    return 1 if isinstance(operand, Place) else operand.count


def step_of(operand: Taken, depth: int) -> int:
    """What the counter of a loop adds to the index; that of a run comes behind those of all loops around it."""
    return operand.index.steps[depth] if len(operand.index.steps) > depth else 0


def step_of_run(operand: Taken, depth: int) -> int:
    """How far the elements of a run lie apart, for a reader inside as many loops; 0 for a single element."""
    return step_of(operand, depth) if isinstance(operand, Run) and operand.count > 1 else 0


def is_spread(operand: Taken, depth: int) -> bool:
    """Whether a run has more than one place, for a reader inside as many loops; it may be one place again and again."""
    index = operand.index
    of_table = index.table_steps[depth] if len(index.table_steps) > depth else 0
    return isinstance(operand, Run) and operand.count > 1 and bool(step_of(operand, depth) or of_table)


def is_scattered(operand: Taken, depth: int) -> bool:
    """Whether the places of a run are those of a table, one by one."""
    return is_spread(operand, depth) and len(operand.index.table_steps) > depth and operand.index.table_steps[depth] != 0


def access_to(taken: Taken, path: Path) -> Access:
    """What is read or written in all repetitions."""
    depth = len(path)
    moves = [(step_of(taken, place), loop.trips) for place, loop in enumerate(path)]
    if isinstance(taken, Rectangle):
        moves += [(step_of(taken, depth), taken.rows), (step_of(taken, depth + 1), taken.count)]
        return taken.index.base, moves, 2
    if isinstance(taken, Run) and taken.count > 1:
        return taken.index.base, [*moves, (step_of(taken, depth), taken.count)], 1
    return taken.index.base, moves, 0


def padded(steps: Sequence[int], length: int) -> tuple[int, ...]:
    """As many steps, with zeros behind those that are there."""
    return (*steps[:length], *(0 for _ in range(length - len(steps))))


def part_of(run: Place | Run, start: int, count: int, depth: int) -> Place | Run:
    """Some elements of a run that stand beside each other, for a reader inside as many loops; a single one as a place."""
    if isinstance(run, Place) or (count == run.count and count > 1):
        return run
    index = replace(run.index, base=run.index.base + start * step_of(run, depth))
    if index.table and start:
        skipped = start * (index.table_steps[depth] if len(index.table_steps) > depth else 0)
        assert skipped >= 0
        index = replace(index, table=index.table[skipped:])
    if count > 1:
        return Run(run.array, index, count)
    return Place(run.array, Index(index.base, index.steps[:depth], index.table, index.table_steps[:depth]))


def aligned(slots: Sequence[Slot], depth: int) -> Iterator[tuple[Place | Run, ...]]:
    """The operands of the terms of a sum, as runs of equal length in each slot."""
    rests = [list(runs_of(slot)) for slot in slots]
    while rests[0]:
        count = min(count_of(rest[0]) for rest in rests)
        parts = []
        for rest in rests:
            run = rest.pop(0)
            parts.append(part_of(run, 0, count, depth))
            if count_of(run) > count:
                rest.insert(0, part_of(run, count, count_of(run) - count, depth))
        yield tuple(parts)


# ------------------------------------------------------------------------------------------------------------- merging


def merged(slot: Slot, operation: Operation, depth: int) -> Slot:
    """A sequence with neighbouring runs made one where their elements lie at equal distances."""
    if isinstance(slot, Place):
        return slot
    if operation.primitive.selects and (operation.primitive.name == "where" or sum(run.count for run in slot) < 3):
        return slot
    groups: list[tuple[list[Run], int]] = []
    for run in slot:
        step = _step_to(run, *groups[-1], depth) if groups else 0
        if step:
            runs = groups.pop()[0]
            runs.append(run)
            groups.append((runs, step))
        else:
            groups.append(([run], 0))
    joined = tuple([one for runs, step in groups for one in _as_one(runs, step, depth)])
    is_sum = isinstance(operation.primitive, Summed)
    return joined if is_sum or len(joined) == 1 or len(slot) > _MOST_IN_A_ROW else slot


def _step_to(run: Run, runs: Sequence[Run], step: int, depth: int) -> int:
    """How far the elements lie apart, if a run goes on where others end; else 0.

    Args:
        step: how far those of the others do; 0 if there is one run only.
    """
    last = runs[-1]
    if run.array is not last.array or run.index.table or last.index.table:
        return 0
    if padded(run.index.steps, depth) != padded(last.index.steps, depth):
        return 0
    step = step or (step_of_run(last, depth) if last.count > 1 else run.index.base - last.index.base)
    if run.index.base != last.index.base + step * last.count or (run.count > 1 and step_of_run(run, depth) != step):
        return 0
    return step


def _as_one(runs: Sequence[Run], step: int, depth: int) -> Sequence[Run]:
    count, index = sum(run.count for run in runs), runs[0].index
    if len(runs) == 1 or (count == 2 and step != 1):
        return runs
    return [Run(runs[0].array, Index(index.base, (*padded(index.steps, depth), step)), count)]
