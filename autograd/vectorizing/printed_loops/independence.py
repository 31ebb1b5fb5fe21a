"""Which loops have repetitions that can be computed in any order, or all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from math import gcd

from autograd.vectorizing.printed_loops.shapes import Access
from autograd.vectorizing.printed_loops.slots import access_to
from autograd.vectorizing.printed_loops.steps import Step, can_be_widened, steps_of
from autograd.vectorizing.printed_loops.terms import Path
from autograd.vectorizing.printed_loops.uses import Uses
from autograd.vectorizing.rolled.program import Array, Item, Loop


def sequential_loops(uses: Uses) -> set[Loop]:
    """The loops in which a repetition may read what another one has written.

    The others touch different elements in each repetition, of all arrays that they write to.
    """
    inside: dict[tuple[Loop, int], list[Step]] = {}
    for step in uses.steps:
        for depth, loop in enumerate(step.path):
            inside.setdefault((loop, depth), []).append(step)
    return {loop for (loop, depth), steps in inside.items() if not _are_independent(steps, depth)}


def is_independent(loop: Loop, path: Path) -> bool:
    """Whether the repetitions of a loop touch different elements of the arrays that it writes to.

    Args:
        loop: the loop.
        path: the loops around it.
    """
    return _are_independent(list(steps_of(loop.items, (), (*path, loop))), len(path))


def _are_independent(steps: Sequence[Step], depth: int) -> bool:
    written: dict[Array, list[Access]] = {}
    for step in steps:
        if step.result.index.table:
            return False
        written.setdefault(step.array, []).append(access_to(step.result, step.path))
    for step in steps:
        for operand in step.operands:
            writes = written.get(operand.array, [])
            if writes and operand.index.table:
                return False
            if writes and not _are_apart(access := access_to(operand, step.path), writes, depth):
                writes.append(access)
    return all(_touch_different_elements(accesses, depth) for accesses in written.values())


def _are_apart(read: Access, writes: Sequence[Access], depth: int) -> bool:
    """Whether what is read is nothing that the loop writes in any of its repetitions."""
    if any(_paces(write, depth) != _paces(read, depth) for write in writes):
        return False
    low, high = _range(read, depth)
    return all(last < low or high < first for first, last in [_range(write, depth) for write in writes])


def _touch_different_elements(accesses: Sequence[Access], depth: int) -> bool:
    """Whether all that is touched in one repetition lies closer together than the repetitions do, or farther apart."""
    if len({_paces(one, depth + 1) for one in accesses}) != 1:
        return False
    base, moves, _ = accesses[0]
    pace, trips = moves[depth]
    inner = [step for _, moves, _ in accesses for step, count in moves[depth + 1 :] if count > 1]
    if gcd(*inner, *(other - base for other, _, _ in accesses)) > abs(pace) * (trips - 1) > 0:
        return True
    ranges = [_range(one, depth + 1) for one in accesses]
    return max(high for _, high in ranges) - min(low for low, _ in ranges) < abs(pace)


def _paces(access: Access, depth: int) -> tuple[int, ...]:
    """What the counters of the outer loops add."""
    _, moves, _ = access
    return tuple([step for step, _ in moves[:depth]])


def _range(access: Access, depth: int) -> tuple[int, int]:
    """The lowest and the highest index, for the outer counters at 0."""
    base, moves, _ = access
    ends = [step * (count - 1) for step, count in moves[depth:]]
    return base + sum(min(0, end) for end in ends), base + sum(max(0, end) for end in ends)


def loops_to_widen(uses: Uses, sequential: Collection[Loop]) -> set[Loop]:
    """The innermost loops that can be written as operations on arrays."""
    return set(_to_widen(uses.program.items, 0, sequential))


def _to_widen(items: Sequence[Item], depth: int, sequential: Collection[Loop]) -> Iterator[Loop]:
    for item in items:
        if isinstance(item, Loop):
            if item not in sequential and can_be_widened(item, depth):
                yield item
            else:
                yield from _to_widen(item.items, depth + 1, sequential)
