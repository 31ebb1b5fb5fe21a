"""Indices of places: moved along loops, cut into elements, and sequences cut where runs end."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.vectorizing.rolled.program import Index, Place, Run, Slot

# Up to this many terms of a run stand one after the other; more are a loop.
UNROLLED = 8


def trimmed(index: Index) -> Index:
    """The same index without steps of 0 at the end, so that equal places have equal indices."""
    steps, table_steps = index.steps, index.table_steps
    if (not steps or steps[-1]) and (not table_steps or table_steps[-1]):
        return index
    while steps and not steps[-1]:
        steps = steps[:-1]
    while table_steps and not table_steps[-1]:
        table_steps = table_steps[:-1]
    if index.table and not table_steps:
        return Index(index.base + index.table[0], steps)
    return Index(index.base, steps, index.table, table_steps)


def strided(index: Index, start: int, stride: int, depth: int) -> Index:
    """The index where the counter at a depth, the last one, is start + stride × counter."""
    step = index.steps[depth] if len(index.steps) > depth else 0
    steps = (*index.steps[:depth], *([0] * (depth - len(index.steps))), step * stride)
    if not index.table:
        return trimmed(Index(index.base + step * start, steps))
    table_step = index.table_steps[depth] if len(index.table_steps) > depth else 0
    table_steps = (*index.table_steps[:depth], *([0] * (depth - len(index.table_steps))), table_step * stride)
    return trimmed(Index(index.base + step * start, steps, index.table[table_step * start :], table_steps))


def at(index: Index, k: int, depth: int) -> Index:
    """The index where the counter at a depth, the last one, is k."""
    return strided(index, k, 0, depth)


def moved(index: Index, depth: int, turns: int) -> Index | None:
    """The index some turns of the loop at a depth later; None if it doesn't depend on the counter of that loop, the last one."""
    if depth < 0 or len(index.steps) != depth + 1 or index.table or not index.steps[depth]:
        return None
    return Index(index.base + turns * index.steps[depth], index.steps)


def elements(runs: Sequence[Run], depth: int) -> list[Place]:
    """The places of a sequence, one after the other."""
    return [Place(run.array, at(run.index, k, depth)) for run in runs for k in range(run.count)]


def segments(slots: Sequence[Slot], depth: int) -> list[tuple[int, list[Run]]]:
    """Sequences of the same length, cut where a run of one of them ends: a count, and a run of each."""
    rows: list[list[Run]] = [list(slot) if isinstance(slot, tuple) else [Run(slot.array, slot.index, 1)] for slot in slots]
    if len(rows) == 1:
        return [(run.count, [run]) for run in rows[0]]
    found = []
    offsets = [0] * len(rows)
    places = [0] * len(rows)
    while places[0] < len(rows[0]):
        heads = [row[place] for row, place in zip(rows, places, strict=True)]
        count = min(head.count - offset for head, offset in zip(heads, offsets, strict=True))
        found.append((count, [_from(head, offset, count, depth) for head, offset in zip(heads, offsets, strict=True)]))
        for k, head in enumerate(heads):
            offsets[k] += count
            if offsets[k] == head.count:
                places[k], offsets[k] = places[k] + 1, 0
    return found


def _from(run: Run, offset: int, count: int, depth: int) -> Run:
    return Run(run.array, strided(run.index, offset, 1, depth) if offset else run.index, count)


def row_to_pick_from(slots: Sequence[Slot]) -> Run | None:
    """The run that a pick chooses from in memory; None where its numbers are better compared one by one."""
    candidates = slots[0]
    if (
        isinstance(candidates, tuple)
        and len(candidates) == 1
        and candidates[0].count > UNROLLED
        and not candidates[0].index.table
    ):
        return candidates[0]
    return None


def picked(row: Run, place: object, depth: int) -> Index | None:
    """The index of what a place chooses from a run; None if that depends on the example."""
    if isinstance(place, float | int):
        return at(row.index, int(place), depth)
    is_fixed = len(row.index.steps) <= depth or not row.index.steps[depth]
    return at(row.index, 0, depth) if is_fixed else None


def operands_of(slots: Sequence[Slot], depth: int) -> list[Place]:
    """All operands, one after the other."""
    return [place for slot in slots for place in ([slot] if isinstance(slot, Place) else elements(slot, depth))]
