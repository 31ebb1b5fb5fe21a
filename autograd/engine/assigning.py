"""Assigning the data of leaves, after which what was computed from them is stale."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from threading import RLock

from autograd.engine import state
from autograd.engine.graph import Node
from autograd.engine.refusals import check, traces

_assignment_lock = RLock()


def note_assignment() -> None:
    """Have backward passes look for stale nodes in every graph that exists now."""
    # Else a thread that is held up between the two steps would set the tick back.
    with _assignment_lock:
        state.latest_assignment = state.next_tick()


def replace_all(nodes: Sequence[Node], numbers: Sequence[float]) -> None:
    """Give nodes other numbers, and ticks by which they are younger than all that exists."""
    ticks = [state.next_tick() for _ in nodes]
    # First, so that also after an interruption later passes look for stale nodes.
    note_assignment()
    deque(map(state.set_data, nodes, numbers), maxlen=0)
    deque(map(state.set_tick, nodes, ticks), maxlen=0)


def assign_all(leaves: Sequence[Node], numbers: Sequence[float]) -> None:
    """Assign the data of many leaves, as ``leaf.data = number`` does of one; what was computed from them is stale then.

    >>> from autograd import Value
    >>> a, b = Value(1.0), Value(2.0)
    >>> assign_all([a, b], [3.0, 4.0])
    >>> a.data, b.data
    (3.0, 4.0)
    """
    if traces:
        for leaf in leaves:
            check(leaf, "assignment")
    replace_all(leaves, numbers)
