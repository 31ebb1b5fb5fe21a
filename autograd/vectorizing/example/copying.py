"""What a program is pickled and copied as: the record that it was made from, and no code. The copy is compiled anew.

The record is one graph in the order in which it was computed, so that everything made from it, including θ, has its order. Its
leaves may have been assigned other numbers since, as in training; the nodes of a copy are younger than all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from autograd.engine import graph
from autograd.engine.value import Value, recorded_as
from autograd.table.primitives import TABLE
from autograd.vectorizing.example.recorded import RecordedExample


def parts_of(
    recording: RecordedExample, parameters: Sequence[Value], captured: Sequence[tuple[Value, float]]
) -> tuple[Value, RecordedExample]:
    """A record of its own on the same leaves, to be pickled, and a node that was computed from everything in it.

    Args:
        recording: what a program was made from.
        parameters: all parameters of the program.
        captured: the leaves that are constants of the program, and the numbers that it was compiled with.
    """
    fresh = {leaf: Value(number, leaf.label) for leaf, number in captured if leaf._data.hex() != number.hex()}
    shared: dict[int, Any] = {}  # a tuple of operands that many nodes hold stays one tuple
    for node in graph.computed_by_age(*recording.roots()):
        first, second = (_group(group, fresh, shared) for group in (node._first, node._second))
        fresh[node] = recorded_as(node.primitive, first, second, node._data, node.label)
        fresh[node]._scope = node._scope
    given = tuple(parameters) if recording.parameters is None else recording.parameters
    copied = replace(recording.with_roots(lambda root: fresh.get(root, root)), parameters=given)
    # The node is pickled first, and with it everything that was computed, in one order.
    return recorded_as(TABLE["total"], tuple(copied.roots()), None, 0.0), copied


def restored(recording: RecordedExample) -> RecordedExample:
    """A record that was pickled or copied, in which all leaves count as older than the run of the function."""
    return replace(recording, first_tick=Value(0.0)._tick)


def _group(group: Any, fresh: dict[Value, Value], shared: dict[int, Any]) -> Any:
    if not isinstance(group, tuple):
        return fresh.get(group, group)
    if id(group) not in shared:
        shared[id(group)] = tuple([fresh.get(value, value) for value in group])
    return shared[id(group)]
