"""A loop whose operands stand in tables made two loops, if the tables say no more than that.

The places 0, 1, 2, 10, 11, 12, 20, … are ``10 * t + i``: what a table that grows with the number of repetitions says in one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from autograd.vectorizing.printed_loops.slots import padded
from autograd.vectorizing.rolled.program import Index, Item, Loop, Operation, Place, RolledProgram, Run, Slot


def nested(program: RolledProgram) -> RolledProgram:
    """The same program with loops in loops for loops with such tables."""
    return replace(program, items=_nested(program.items, 0))


def _nested(items: Sequence[Item], depth: int) -> list[Item]:
    found: list[Item] = []
    for item in items:
        if not isinstance(item, Loop):
            found.append(item)
        elif all(isinstance(one, Operation) for one in item.items):
            found.append(_as_two(item, depth) or item)
        else:
            found.append(Loop(item.trips, _nested(item.items, depth + 1)))
    return found


def _as_two(loop: Loop, depth: int) -> Loop | None:
    """Two loops for one, the inner one of as many trips as the tables of all operands agree to."""
    operations = [one for one in loop.items if isinstance(one, Operation)]
    indices = [index for operation in operations for index in _indices_of(operation) if index.table]
    if not indices or not all(_is_of_one_counter(index, depth) for index in indices):
        return None
    for inner in range(2, loop.trips // 2 + 1):
        if loop.trips % inner == 0 and all(_steps_of(index, depth, loop.trips, inner) is not None for index in indices):
            body = [_with_two_counters(operation, depth, loop.trips, inner) for operation in operations]
            return Loop(loop.trips // inner, [Loop(inner, list(body))])
    return None


def _is_of_one_counter(index: Index, depth: int) -> bool:
    """Whether the counter of a loop alone chooses from the table of an index."""
    return padded(index.table_steps, depth + 1)[depth] == 1 and sum(map(abs, index.table_steps)) == 1


def _indices_of(operation: Operation) -> Iterator[Index]:
    yield operation.result.index
    for slot in operation.slots:
        for place in (slot,) if isinstance(slot, Place) else slot:
            yield place.index


def _steps_of(index: Index, depth: int, trips: int, inner: int) -> tuple[int, int] | None:
    """What the counters of the two loops add, the table included; None if that isn't the same for all repetitions."""
    step = padded(index.steps, depth + 1)[depth]
    if not index.table:
        return step * inner, step
    table = index.table[:trips]
    outer_step, inner_step = table[inner] - table[0], table[1] - table[0]
    for place, number in enumerate(table):
        if number != table[0] + outer_step * (place // inner) + inner_step * (place % inner):
            return None
    return step * inner + outer_step, step + inner_step


def _with_two_counters(operation: Operation, depth: int, trips: int, inner: int) -> Operation:
    def moved(index: Index) -> Index:
        steps = _steps_of(index, depth, trips, inner)
        assert steps is not None
        base = index.base + (index.table[0] if index.table else 0)
        return Index(base, (*padded(index.steps, depth), *steps, *index.steps[depth + 1 :]))

    def moved_slot(slot: Slot) -> Slot:
        if isinstance(slot, Place):
            return Place(slot.array, moved(slot.index))
        return tuple([Run(run.array, moved(run.index), run.count) for run in slot])

    result = Place(operation.result.array, moved(operation.result.index))
    return replace(operation, slots=tuple(map(moved_slot, operation.slots)), result=result)
