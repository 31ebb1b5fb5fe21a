"""The names of loop counters: t for steps that follow from one another, else i, j, k."""

from __future__ import annotations

from collections.abc import Collection

from autograd.vectorizing.printed_loops.uses import Uses
from autograd.vectorizing.rolled.program import Loop

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
