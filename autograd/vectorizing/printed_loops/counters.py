"""The names of loop counters: t for steps that follow from one another, and i, j, k."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.vectorizing.printed_loops.uses import Uses, operands_of
from autograd.vectorizing.rolled.program import Array, Loop

COUNTERS = ("t", "i", "j", "k", "l")


def name_counters(uses: Uses) -> dict[Loop, str]:
    """What the counter of each loop is called; different from those of the loops around it."""
    names: dict[Loop, str] = {}
    for step in uses.steps:
        for depth, loop in enumerate(step.path):
            if loop not in names:
                taken = [names[other] for other in step.path[:depth]]
                wanted = COUNTERS if _is_sequential(loop, depth, uses) else COUNTERS[1:]
                free = [name for name in wanted if name not in taken]
                names[loop] = free[0] if free else f"i{depth}"
    return names


def _is_sequential(loop: Loop, depth: int, uses: Uses) -> bool:
    """Whether a repetition reads what an earlier one has written."""
    inside = [step for step in uses.steps if len(step.path) > depth and step.path[depth] is loop]
    written: dict[Array, set[tuple[int, ...]]] = {}
    for step in inside:
        index = step.operation.result.index
        written.setdefault(step.array, set()).add((index.base, *_steps_to(index.steps, depth)))
    for step in inside:
        for operand in operands_of(step.operation):
            for base, *steps in written.get(operand.array, ()):
                read = operand.index
                # In the same array at the same pace, but behind.
                if steps[depth] and [*_steps_to(read.steps, depth)] == steps and read.base < base:
                    return True
    return False


def _steps_to(steps: Sequence[int], depth: int) -> tuple[int, ...]:
    return (*steps[: depth + 1], *(0 for _ in range(depth + 1 - len(steps))))
