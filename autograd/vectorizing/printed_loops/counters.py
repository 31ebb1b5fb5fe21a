"""The names of loop counters: t for steps that follow from one another, else i, j, k."""

from __future__ import annotations

from collections.abc import Collection

from autograd.vectorizing.printed_loops.uses import Step, Uses, access_to, operands_of
from autograd.vectorizing.rolled.program import Array, Loop, Place, Run

COUNTERS = ("t", "i", "j", "k", "l")


def name_counters(uses: Uses, sequential: Collection[Loop]) -> dict[Loop, str]:
    """What the counter of each loop is called; different from those of the loops around it.

    Args:
        uses: the operations.
        sequential: the loops whose repetitions follow from one another.
    """
    names: dict[Loop, str] = {}
    for step in uses.steps:
        for depth, loop in enumerate(step.path):
            if loop not in names:
                taken = [names[other] for other in step.path[:depth]]
                free = [name for name in COUNTERS[loop not in sequential :] if name not in taken]
                names[loop] = free[0] if free else f"i{depth}"
    return names


def sequential_loops(uses: Uses) -> set[Loop]:
    """The loops in which a repetition may read what another one has written.

    The others touch different elements in each repetition, of all arrays that they write to.
    """
    inside: dict[tuple[Loop, int], list[Step]] = {}
    for step in uses.steps:
        for depth, loop in enumerate(step.path):
            inside.setdefault((loop, depth), []).append(step)
    return {loop for (loop, depth), steps in inside.items() if not _are_independent(steps, depth)}


def _are_independent(steps: list[Step], depth: int) -> bool:
    written = {step.array for step in steps}
    touched: dict[Array, list[tuple[Place | Run, Step]]] = {}
    for step in steps:
        for place in (step.operation.result, *operands_of(step)):
            if place.array in written:
                touched.setdefault(place.array, []).append((place, step))
    return all(_touch_different_elements(places, depth) for places in touched.values())


def _touch_different_elements(places: list[tuple[Place | Run, Step]], depth: int) -> bool:
    """Whether all that is touched in one repetition lies closer together than the repetitions do."""
    low, high, paces = 0, 0, set()
    for number, (place, step) in enumerate(places):
        if place.index.table:
            return False
        base, moves, _ = access_to(place, step.path)
        paces.add(tuple([step for step, _ in moves[: depth + 1]]))
        ends = [step * (count - 1) for step, count in moves[depth + 1 :]]
        first, last = base + sum(min(0, end) for end in ends), base + sum(max(0, end) for end in ends)
        low, high = (first, last) if not number else (min(low, first), max(high, last))
    if len(paces) != 1:
        return False
    (pace,) = paces
    return high - low < abs(pace[depth])
