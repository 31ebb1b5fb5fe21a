"""Assigning many leaves at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from autograd.engine import compiled
from autograd.engine.refusals import check, traces
from autograd.engine.value import Value, note_assignment

# The slots' own setters: functions in C, which `map` calls without a step of the interpreter in between.
_set_data: Callable[[Value, float], None] = vars(Value)["_data"].__set__
_set_tick: Callable[[Value, int], None] = vars(Value)["_tick"].__set__


def assign_all(leaves: Sequence[Value], numbers: Sequence[float]) -> None:
    """Assign the data of many leaves, as ``leaf.data = number`` does of one; what was computed from them is stale then.

    >>> a, b = Value(1.0), Value(2.0)
    >>> assign_all([a, b], [3.0, 4.0])
    >>> a.data, b.data
    (3.0, 4.0)
    """
    if traces:
        for leaf in leaves:
            check(leaf, "assignment")
    next_tick = compiled.NAMESPACE["next_tick"]
    ticks = [next_tick() for _ in leaves]
    # First, so that also after an interruption later passes look for stale nodes.
    note_assignment()
    deque(map(_set_data, leaves, numbers), maxlen=0)
    deque(map(_set_tick, leaves, ticks), maxlen=0)
